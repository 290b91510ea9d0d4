import {
  createDubboContent,
  DUBBO_SERIALIZATION,
  DUBBO_STATUS,
  DubboFrame,
  dubbo,
  type GenericCall,
  genericException,
  parseDescriptor,
  readGenericCall,
  writeDubboFrame,
} from "@dualmesh/codecs/dubbo";
import type { Frame } from "@dualmesh/codecs/frame";
import { type AnyJavaType, acceptAs, generalize, nameOfDescriptor, realize } from "@dualmesh/codecs/hessian";
import { MeshError } from "@dualmesh/core";
import type { ServiceImplementation } from "../implement.ts";
import { servedServices } from "../served-services.ts";
import type { ServerProtocol, ValueOptions } from "../server-protocol.ts";
import { bodyOf } from "./frame-body.ts";

/** What `EchoService` asks of every service: whether it is there. */
const ECHO = "$echo";
/** What `GenericService` calls in place of a method. */
const GENERIC = "$invoke";

/** Dubbo's services, in Hessian's dialect 4. */
export function dubboServerProtocol(
  services: readonly ServiceImplementation[],
  options: ValueOptions,
): ServerProtocol {
  const content = createDubboContent(options);
  const served = servedServices(services, serviceKey);
  const answer = ({ id, idHigh }: Frame, body: Buffer): Frame =>
    writeDubboFrame({ status: DUBBO_STATUS.ok, id, idHigh, body });
  return {
    codec: dubbo,
    read(request) {
      if (!(request instanceof DubboFrame)) {
        throw new MeshError("INTERNAL", `dubbo server: a frame of ${request.protocol}`);
      }
      if (request.serialization !== DUBBO_SERIALIZATION.hessian2) {
        const what = `serialization ${request.serialization} is not served; expected Hessian's ${DUBBO_SERIALIZATION.hessian2}`;
        throw new MeshError("INVALID_ARGUMENT", `dubbo server: ${what}`);
      }
      const invocation = content.readRequest(bodyOf(request));
      const { service: name, method: methodName, attachments } = invocation;
      const group = textOf(attachments.get("group"));
      const version = invocation.version ?? textOf(attachments.get("version"));
      const key = serviceKey({ name, version: version ?? undefined, group });
      const methods = served.find(key);
      if (methods !== undefined && methodName === ECHO) {
        return {
          kind: "answer",
          frame: answer(request, content.writeResponse({ value: invocation.arguments[0] ?? null })),
        };
      }
      const generic = readGenericCall(invocation);
      const calledMethod = generic?.method ?? methodName;
      const types =
        generic === undefined
          ? parseDescriptor(invocation.descriptor).map(nameOfDescriptor)
          : namesOf(generic);
      const method = methods?.find(calledMethod, types);
      if (method === undefined) {
        const what = methods === undefined ? "service" : `method ${calledMethod}(${types.join(", ")}) of`;
        const refusal = { code: "UNIMPLEMENTED", message: `there is no ${what} ${key}` } as const;
        return { kind: "answer", frame: dubbo.refuse(request, refusal) };
      }
      const { args } = method.definition;
      if (generic !== undefined) return { kind: "call", method, args: realizeAll(generic, args) };
      return {
        kind: "call",
        method,
        args: args.map((type, i) =>
          acceptAs(invocation.arguments[i], type as Parameters<typeof acceptAs>[1]),
        ),
      };
    },
    result(request, { definition }, value) {
      const { returns } = definition;
      const body =
        isGeneric(request) && returns !== undefined
          ? content.writeResponse({ value: generalize(value, returns) })
          : content.writeResponse({ value: value ?? null }, returns);
      return answer(request, body);
    },
    exception(request, thrown) {
      const value = isGeneric(request) ? genericException(thrown) : thrown;
      return answer(request, content.writeResponse({ isException: true, value }));
    },
    failure: (request, message) => dubbo.refuse(request, { code: "UNKNOWN", message }),
  };
}

/** Whether a client without the service's classes has asked: it takes maps in place of objects. */
function isGeneric(request: Frame): boolean {
  return request.method === GENERIC;
}

/** Without names of types a method is found by how many it has. */
function namesOf(call: GenericCall): readonly string[] {
  return call.argumentTypes.length > 0 ? call.argumentTypes : call.arguments.map(() => "Object");
}

function realizeAll(call: GenericCall, types: readonly AnyJavaType[]): readonly unknown[] {
  if (call.arguments.length !== types.length) {
    const what = `${call.arguments.length} arguments; expected ${types.length}`;
    throw new MeshError("INVALID_ARGUMENT", `dubbo server: a generic call of ${call.method} with ${what}`);
  }
  return types.map((type, i) => realize(call.arguments[i], type, `argument ${i}`));
}

/** As Dubbo has it: `group/interface:version`. `0.0.0` is its word for none. */
function serviceKey(of: {
  readonly name: string;
  readonly version: string | undefined;
  readonly group: string | undefined;
}): string {
  const { name, version, group } = of;
  const front = group === undefined || group === "" ? name : `${group}/${name}`;
  return version === undefined || version === "" || version === "0.0.0" ? front : `${front}:${version}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

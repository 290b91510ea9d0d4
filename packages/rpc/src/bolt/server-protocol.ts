import {
  BOLT_COMMAND,
  BOLT_SERIALIZER,
  BOLT_TYPE,
  BoltFrame,
  bolt,
  createSofaContent,
  SOFA_CLASS,
  SOFA_HEADER,
  writeBoltFrame,
  writeBoltHeaders,
} from "@dualmesh/codecs/bolt";
import type { Frame } from "@dualmesh/codecs/frame";
import { acceptAs } from "@dualmesh/codecs/hessian";
import { MeshError } from "@dualmesh/core";
import type { ServiceImplementation } from "../implement.ts";
import { servedServices } from "../served-services.ts";
import type { ServerProtocol, ValueOptions } from "../server-protocol.ts";
import { uniqueName } from "./unique-name.ts";

/** Marks exceptions, and what SOFARPC itself has to say. */
const ERROR_HEADERS = writeBoltHeaders([[SOFA_HEADER.responseError, "true"]]);

/** SOFARPC's services over Bolt, in Hessian's dialect 3. */
export function boltServerProtocol(
  services: readonly ServiceImplementation[],
  options: ValueOptions,
): ServerProtocol {
  const content = createSofaContent(options);
  const served = servedServices(services, uniqueName);
  const failure = (request: Frame, errorMessage: string): Frame =>
    answer(request, content.writeResponse({ errorMessage, value: null }), ERROR_HEADERS);
  return {
    codec: bolt,
    read(request) {
      const frame = boltFrame(request);
      if (frame.serializer !== BOLT_SERIALIZER.hessian) {
        const what = `serialization ${frame.serializer} is not known; expected Hessian's ${BOLT_SERIALIZER.hessian}`;
        throw new MeshError("INVALID_ARGUMENT", `bolt server: ${what}`);
      }
      const invocation = content.readRequest(frame.body);
      // Headers that are not blank overwrite what the content says, as with SOFARPC.
      const service =
        frame.header(SOFA_HEADER.targetService) || frame.header(SOFA_HEADER.service) || invocation.service;
      const name = frame.method || invocation.method;
      const methods = served.find(service);
      const method = methods?.find(name, invocation.argumentTypes);
      if (method === undefined) {
        const what =
          methods === undefined ? "service" : `method ${name}(${invocation.argumentTypes.join(", ")}) of`;
        return { kind: "answer", frame: failure(frame, `there is no ${what} ${service}`) };
      }
      const { args } = method.definition;
      return {
        kind: "call",
        method,
        args: args.map((type, i) =>
          acceptAs(invocation.arguments[i], type as Parameters<typeof acceptAs>[1]),
        ),
      };
    },
    result: (request, { definition }, value) =>
      answer(
        request,
        content.writeResponse({ value: value ?? null }, value === undefined ? undefined : definition.returns),
      ),
    exception: (request, thrown) => answer(request, content.writeResponse({ value: thrown }), ERROR_HEADERS),
    failure,
  };
}

/** In the layout of what it answers. */
function answer(request: Frame, content: Buffer, headers?: Buffer): Frame {
  const to = boltFrame(request);
  return writeBoltFrame({
    protocol: to.generation,
    ...(to.generation === 2 && { version: to.version === 2 ? 2 : 1 }),
    checksum: to.switch,
    type: BOLT_TYPE.response,
    command: BOLT_COMMAND.response,
    id: to.id,
    serializer: to.serializer,
    className: SOFA_CLASS.response,
    content,
    ...(headers !== undefined && { headers }),
  });
}

function boltFrame(frame: Frame): BoltFrame {
  if (frame instanceof BoltFrame) return frame;
  throw new MeshError("INTERNAL", `bolt server: a frame of ${frame.protocol}`);
}

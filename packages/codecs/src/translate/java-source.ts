import type { Code } from "@dualmesh/core";
import { bolt } from "../bolt/codec.ts";
import { BOLT_COMMAND, BOLT_TYPE } from "../bolt/command.ts";
import type { BoltFrame } from "../bolt/frame.ts";
import { writeBoltHeaders } from "../bolt/header-map.ts";
import { readBoltFrame } from "../bolt/read-frame.ts";
import { SOFA_CLASS, SOFA_HEADER } from "../bolt/sofa.ts";
import { createSofaContent, type SofaResult } from "../bolt/sofa-content.ts";
import { writeBoltFrame } from "../bolt/write-frame.ts";
import { dubbo } from "../dubbo/codec.ts";
import { createDubboContent } from "../dubbo/dubbo-content.ts";
import { type DubboFrame, readDubboFrame } from "../dubbo/frame.ts";
import { DUBBO_STATUS } from "../dubbo/status.ts";
import { writeDubboFrame } from "../dubbo/write-frame.ts";
import { throwable } from "../hessian/java-error.ts";
import type { JavaObject } from "../hessian/java-object.ts";
import type { AnyJavaType, RegisteredClass } from "../hessian/java-type.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { sofaServiceName } from "./bolt-target.ts";
import { bodyOf } from "./dubbo-target.ts";
import type { ServiceSchema } from "./service-schema.ts";
import type { CallFailure } from "./status-json.ts";

/** A call as it came from Java. */
export interface IncomingCall {
  /** As {@link JavaSource.nameOf} gives it. */
  readonly service: string;
  readonly method: string;
  /** As {@link JavaSource.typesOf} gives them. */
  readonly types: string;
  readonly arguments: readonly unknown[];
}

/** A protocol of Java's, seen from one that is called. */
export interface JavaSource<F> {
  /** A service as its calls name it. */
  nameOf(schema: ServiceSchema): string;
  /** The parameters of a method as its calls name them. */
  typesOf(argumentTypes: readonly string[], descriptor: string): string;
  /** @throws {DecodeError} for a frame that is no call. */
  read(frame: F): IncomingCall;
  /** @throws {EncodeError} for a value that is not of its type. */
  value(frame: F, value: unknown, type: AnyJavaType | undefined): F;
  failure(frame: F, failure: CallFailure): F;
}

/**
 * What says that a server or a connection is not well: it goes into the status of a frame. All others are exceptions of the
 * application.
 */
const UNWELL: ReadonlySet<Code> = new Set([
  "CANCELLED",
  "DEADLINE_EXCEEDED",
  "RESOURCE_EXHAUSTED",
  "UNAVAILABLE",
  "INTERNAL",
  "DATA_LOSS",
]);

/** Any client of Java's knows this class. One that a server names is not made here: it might be made for what it does. */
function exceptionOf({ code, message }: CallFailure): JavaObject {
  return throwable("java.lang.RuntimeException", `[${code}] ${message}`);
}

export function boltSource(classes: readonly RegisteredClass[], limits: DecodeLimits): JavaSource<BoltFrame> {
  const sofa = createSofaContent({ classes, limits });
  const answer = (frame: BoltFrame, result: SofaResult, type?: AnyJavaType, isError = false): BoltFrame =>
    writeBoltFrame({
      protocol: frame.generation,
      ...(frame.version === 0 ? {} : { version: frame.version as 1 | 2, checksum: frame.switch }),
      type: BOLT_TYPE.response,
      command: BOLT_COMMAND.response,
      id: frame.id,
      className: SOFA_CLASS.response,
      headers: writeBoltHeaders(isError ? [[SOFA_HEADER.responseError, "true"]] : []),
      content: sofa.writeResponse(result, type),
    });
  return {
    nameOf: sofaServiceName,
    typesOf: (argumentTypes) => argumentTypes.join(),
    read(frame) {
      const call = sofa.readRequest(frame.body);
      // Headers that are not blank overwrite what the content says.
      const service = frame.service || call.service;
      return { ...call, service, method: frame.method || call.method, types: call.argumentTypes.join() };
    },
    value: (frame, value, type) => answer(frame, { value }, type),
    failure(frame, failure) {
      if (failure.code === "UNIMPLEMENTED") {
        return answer(frame, { errorMessage: failure.message, value: null }, undefined, true);
      }
      if (!UNWELL.has(failure.code)) return answer(frame, { value: exceptionOf(failure) }, undefined, true);
      return readBoltFrame(Buffer.concat(bolt.refuse(frame, failure).bytes));
    },
  };
}

export function dubboSource(
  classes: readonly RegisteredClass[],
  limits: DecodeLimits,
): JavaSource<DubboFrame> {
  const content = createDubboContent({ classes, limits });
  const answer = ({ id, idHigh }: DubboFrame, body: Buffer): DubboFrame =>
    writeDubboFrame({ status: DUBBO_STATUS.ok, id, idHigh, body });
  return {
    nameOf: ({ service, version, group }) => `${group ?? ""}/${service}:${version ?? ""}`,
    typesOf: (_, descriptor) => descriptor,
    read(frame) {
      const {
        service,
        version,
        method,
        descriptor,
        arguments: args,
        attachments,
      } = content.readRequest(bodyOf(frame));
      const group = attachments.get("group");
      // 0.0.0 is how clients say that there is none.
      const known = version === null || version === "0.0.0" ? "" : version;
      const name = `${typeof group === "string" ? group : ""}/${service}:${known}`;
      return { service: name, method, types: descriptor, arguments: args };
    },
    value: (frame, value, type) => answer(frame, content.writeResponse({ value }, type)),
    failure(frame, failure) {
      if (failure.code !== "UNIMPLEMENTED" && !UNWELL.has(failure.code)) {
        return answer(frame, content.writeResponse({ isException: true, value: exceptionOf(failure) }));
      }
      return readDubboFrame(Buffer.concat(dubbo.refuse(frame, failure).bytes));
    },
  };
}

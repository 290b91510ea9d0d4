import { createHessian, type Hessian } from "../hessian/hessian.ts";
import * as java from "../hessian/java.ts";
import { mapOf } from "../hessian/java-map.ts";
import type { AnyJavaType, RegisteredClass } from "../hessian/java-type.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { DUBBO_RESULT } from "./body-reader.ts";
import { parseDescriptor } from "./descriptor.ts";

/** A call as the body of a frame says it. */
export interface DubboInvocation {
  /** Of the client's protocol. Default `2.0.2`. */
  readonly dubboVersion?: string;
  /** Path or interface. */
  readonly service: string;
  /** Of the service. Default `null`. */
  readonly version?: string | null;
  readonly method: string;
  /** The types of the parameters, as the JVM has them. Default empty: none. */
  readonly descriptor?: string;
  readonly arguments: readonly unknown[];
  /** Values may be objects since Dubbo 2.7. */
  readonly attachments?: ReadonlyMap<string, unknown>;
}

/** What came of a call with status 20. */
export interface DubboResult {
  /** Whether `value` is the `Throwable` that the method threw. Default `false`. */
  readonly isException?: boolean;
  readonly value: unknown;
  /** Given only to clients that take them: those of the protocol's versions 2.0.2 to 2.0.99. */
  readonly attachments?: ReadonlyMap<string, unknown> | undefined;
}

/** The bodies of Dubbo's frames in Hessian, with the classes of one application. */
export interface DubboContent {
  readonly hessian: Hessian;
  /** @throws {EncodeError} for an argument that is not of its type. */
  writeRequest(invocation: DubboInvocation, types?: readonly AnyJavaType[]): Buffer;
  /** @throws {DecodeError} for bytes that are no call with as many arguments as its descriptor has types. */
  readRequest(body: Uint8Array): Required<DubboInvocation>;
  /** @throws {EncodeError} for a value that is not of its type. */
  writeResponse(result: DubboResult, type?: AnyJavaType): Buffer;
  /** @throws {DecodeError} for bytes that are no result. */
  readResponse(body: Uint8Array): Required<DubboResult>;
}

export interface DubboContentOptions {
  readonly classes?: readonly RegisteredClass[];
  readonly longs?: "bigint" | "number";
  /** As `HessianOptions.exact`. Default `false`. */
  readonly exact?: boolean;
  /** The library whose bytes are written. Default `dubbo-3`. */
  readonly profile?: "dubbo-2" | "dubbo-3";
  readonly limits?: Partial<DecodeLimits>;
}

/** Version, service, its version, method, descriptor: what stands in front of the arguments. */
const FRONT = 5;

/**
 * Reads and writes the bodies of Dubbo's frames, in Hessian's dialect 4.
 *
 * ```ts
 * import { createDubboContent } from "@dualmesh/codecs/dubbo";
 *
 * const content = createDubboContent();
 * const descriptor = "Ljava/lang/String;";
 * const body = content.writeRequest({
 *   service: "com.example.Greeter",
 *   version: "1.0.0",
 *   method: "greet",
 *   descriptor,
 *   arguments: ["world"],
 * });
 * console.log(content.readRequest(body).arguments); // => [ 'world' ]
 * ```
 * @see org.apache.dubbo.rpc.protocol.dubbo.DubboCodec
 */
export function createDubboContent(options: DubboContentOptions = {}): DubboContent {
  const hessian = createHessian({ ...options, dialect: "4" });
  return {
    hessian,
    writeRequest(invocation, types = []) {
      const { dubboVersion = "2.0.2", service, version = null, method, descriptor = "" } = invocation;
      const { arguments: args, attachments = new Map() } = invocation;
      const front = [dubboVersion, service, version, method, descriptor];
      const allTypes: (AnyJavaType | undefined)[] = front.map(() => undefined);
      return hessian.encodeAll(
        [...front, ...args, attachments],
        [...allTypes, ...args.map((_, i) => types[i])],
      );
    },
    readRequest(body) {
      const values = hessian.decodeAll(body);
      const [dubboVersion, service, version, method, descriptor] = values;
      if (typeof service !== "string" || typeof method !== "string")
        return refuse("a call of no service or method");
      const count = parseDescriptor(typeof descriptor === "string" ? descriptor : "").length;
      const attachments = mapOf(values[FRONT + count] ?? new Map());
      if (values.length > FRONT + count + 1 || values.length < FRONT + count || attachments === undefined) {
        return refuse(`${values.length} values; expected ${FRONT + count} and the attachments`);
      }
      return {
        dubboVersion: typeof dubboVersion === "string" ? dubboVersion : "",
        service,
        version: typeof version === "string" ? version : null,
        method,
        descriptor: typeof descriptor === "string" ? descriptor : "",
        arguments: values.slice(FRONT, FRONT + count),
        attachments: attachments as Map<string, unknown>,
      };
    },
    writeResponse({ isException = false, value, attachments }, type) {
      const isNull = value === null || value === undefined;
      const kind = isException ? DUBBO_RESULT.exception : isNull ? DUBBO_RESULT.null : DUBBO_RESULT.value;
      const values = isNull && !isException ? [] : [value];
      const types = [java.int, ...values.map(() => (isException ? undefined : type))];
      return attachments === undefined
        ? hessian.encodeAll([kind, ...values], types)
        : hessian.encodeAll([kind + DUBBO_RESULT.exceptionWithAttachments, ...values, attachments], types);
    },
    readResponse(body) {
      const [kind, ...rest] = hessian.decodeAll(body);
      if (typeof kind !== "number" || !Object.values<number>(DUBBO_RESULT).includes(kind)) {
        return refuse(`a result of kind ${String(kind)}`);
      }
      const plain = kind % DUBBO_RESULT.exceptionWithAttachments;
      const hasAttachments = kind >= DUBBO_RESULT.exceptionWithAttachments;
      const due = (plain === DUBBO_RESULT.null ? 0 : 1) + (hasAttachments ? 1 : 0);
      if (rest.length !== due) return refuse(`${rest.length} values behind kind ${kind}; expected ${due}`);
      const attachments = hasAttachments ? rest.at(-1) : undefined;
      return {
        isException: plain === DUBBO_RESULT.exception,
        value: plain === DUBBO_RESULT.null ? null : rest[0],
        attachments: mapOf(attachments) as Map<string, unknown> | undefined,
      };
    },
  };
}

function refuse(what: string): never {
  throw new DecodeError("INVALID_ARGUMENT", `dubbo body: ${what}`, 0);
}

import { createHessian, type Hessian } from "../hessian/hessian.ts";
import { type JavaError, toJavaError } from "../hessian/java-error.ts";
import type { AnyJavaType, JavaType, RegisteredClass } from "../hessian/java-type.ts";
import { DecodeError } from "../limits/decode-error.ts";
import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import {
  readTripleException,
  readTripleRequest,
  readTripleResponse,
  writeTripleRequest,
  writeTripleResponse,
} from "./wrapper.ts";

/** A call as the message of a stream says it. Service and method are the path of the stream. */
export interface TripleInvocation {
  /** Java's names of the parameters' types. */
  readonly argumentTypes: readonly string[];
  readonly arguments: readonly unknown[];
}

/** What came of a call that ended with the status OK. */
export interface TripleResult {
  /** Whether the stream's headers have a `tri-exception-code` other than 0: `value` is then the `Throwable`. Default `false`. */
  readonly isException?: boolean;
  readonly value: unknown;
  /** Java's name of the value's type. Default `java.lang.Object`. */
  readonly type?: string;
}

/** The messages of Triple's streams without Protocol Buffers' schemas, with the classes of one application. */
export interface TripleContent {
  readonly hessian: Hessian;
  /** @throws {EncodeError} for an argument that is not of its type. */
  writeRequest(invocation: TripleInvocation, types?: readonly AnyJavaType[]): Buffer;
  /** @throws {DecodeError} for a message that is none, in another serialization, and for an argument without a type. */
  readRequest(message: Buffer): TripleInvocation;
  /** @throws {EncodeError} for a value that is not of its type. */
  writeResponse(result: TripleResult, type?: AnyJavaType): Buffer;
  /**
   * @param isException What the stream's headers said.
   * @throws {DecodeError} for a message that is none, and for one in another serialization.
   */
  readResponse(message: Buffer, isException?: boolean): Required<TripleResult>;
  /**
   * The exception in a trailer `tri-exception-bin`; `undefined` for one in another serialization.
   *
   * @param trailer Base64.
   * @throws {DecodeError} for what is no such message.
   */
  readException(trailer: string): JavaError | undefined;
}

export interface TripleContentOptions {
  readonly classes?: readonly RegisteredClass[];
  readonly longs?: "bigint" | "number";
  readonly limits?: Partial<DecodeLimits>;
}

/** What Java's clients write; and what others do, for the same bytes. */
const SERIALIZE_TYPE = "hessian4";
const HESSIAN: ReadonlySet<string> = new Set([SERIALIZE_TYPE, "hessian2"]);

/**
 * Reads and writes the messages of Triple for services without a `.proto`: Hessian in dialect 4, each argument a stream of its
 * own, in messages of Protocol Buffers. They go into the framing of `@dualmesh/codecs/grpc`.
 *
 * ```ts
 * import { createTripleContent } from "@dualmesh/codecs/triple";
 *
 * const content = createTripleContent();
 * const message = content.writeRequest({ argumentTypes: ["java.lang.String"], arguments: ["world"] });
 * console.log(content.readRequest(message).arguments); // => [ 'world' ]
 * ```
 * @see org.apache.dubbo.rpc.protocol.tri.ReflectionPackableMethod
 */
export function createTripleContent(options: TripleContentOptions = {}): TripleContent {
  const hessian = createHessian({ ...options, dialect: "4" });
  const limits = decodeLimits(options.limits);
  return {
    hessian,
    writeRequest({ argumentTypes, arguments: values }, types = []) {
      const args = values.map((value, i) => hessian.encodeAll([value], [types[i]]));
      return writeTripleRequest({ serializeType: SERIALIZE_TYPE, args, argTypes: argumentTypes });
    },
    readRequest(message) {
      const { serializeType, args, argTypes } = readTripleRequest(message, limits);
      checkSerialization("request", serializeType);
      if (args.length !== argTypes.length) {
        return refuse(`request: ${args.length} arguments for ${argTypes.length} types`);
      }
      return { argumentTypes: argTypes, arguments: args.map((bytes) => hessian.decode(bytes)) };
    },
    writeResponse({ isException = false, value, type = "java.lang.Object" }, javaType) {
      const data =
        isException || javaType === undefined
          ? hessian.encode(value)
          : hessian.encode(value, javaType as JavaType<unknown>);
      return writeTripleResponse({ serializeType: SERIALIZE_TYPE, data, type: javaType?.javaName ?? type });
    },
    readResponse(message, isException = false) {
      const { serializeType, data, type } = readTripleResponse(message, limits);
      // A method that returns nothing has an empty message.
      if (message.length === 0) return { isException, value: null, type: "" };
      checkSerialization("response", serializeType);
      return { isException, value: data.length === 0 ? null : hessian.decode(data), type };
    },
    readException(trailer) {
      const { serialization, data } = readTripleException(Buffer.from(trailer, "base64"), limits);
      return HESSIAN.has(serialization) ? toJavaError(hessian.decode(data)) : undefined;
    },
  };
}

function checkSerialization(what: string, serializeType: string): void {
  if (HESSIAN.has(serializeType)) return;
  refuse(
    `${what}: serialization ${JSON.stringify(serializeType)} is not read; expected hessian4 or hessian2`,
  );
}

function refuse(what: string): never {
  throw new DecodeError("INVALID_ARGUMENT", `triple ${what}`, 0);
}

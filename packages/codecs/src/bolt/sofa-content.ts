import { createHessian, type Hessian } from "../hessian/hessian.ts";
import * as java from "../hessian/java.ts";
import { type JavaClass, javaClass } from "../hessian/java-class.ts";
import { mapOf } from "../hessian/java-map.ts";
import type { AnyJavaType, RegisteredClass } from "../hessian/java-type.ts";
import { DecodeError } from "../limits/decode-error.ts";
import type { DecodeLimits } from "../limits/decode-limits.ts";
import { SOFA_CLASS } from "./sofa.ts";

/** A call as the content of a frame says it. */
export interface SofaInvocation {
  /** `interface:version[:uniqueId]`. */
  readonly service: string;
  readonly method: string;
  /** Java's names of the parameters' types: `int`, `java.lang.String`, `[Lcom.example.Order;`. */
  readonly argumentTypes: readonly string[];
  readonly arguments: readonly unknown[];
  readonly targetApp?: string | null;
  readonly props?: ReadonlyMap<unknown, unknown> | null;
}

/** What came of a call. */
export interface SofaResult {
  /** An error of SOFARPC itself: no such service, no such method. Default `null`. */
  readonly errorMessage?: string | null;
  /** What the method returned, or the `Throwable` that it threw. */
  readonly value: unknown;
  readonly props?: ReadonlyMap<unknown, unknown> | null;
}

/** The contents of SOFARPC's frames, with the classes of one application. */
export interface SofaContent {
  readonly hessian: Hessian;
  /** @throws {EncodeError} for an argument that is not of its type. */
  writeRequest(invocation: SofaInvocation, types?: readonly AnyJavaType[]): Buffer;
  /** @throws {DecodeError} for bytes that are no SofaRequest with as many arguments as it has types. */
  readRequest(content: Uint8Array): SofaInvocation;
  /** @throws {EncodeError} for a value that is not of its type. */
  writeResponse(result: SofaResult, type?: AnyJavaType): Buffer;
  /** @throws {DecodeError} for bytes that are no SofaResponse. */
  readResponse(content: Uint8Array): SofaResult;
}

export interface SofaContentOptions {
  readonly classes?: readonly RegisteredClass[];
  readonly longs?: "bigint" | "number";
  /** As `HessianOptions.exact`. Default `false`. */
  readonly exact?: boolean;
  readonly limits?: Partial<DecodeLimits>;
}

interface RequestShape {
  targetAppName: string | null;
  methodName: string | null;
  targetServiceUniqueName: string | null;
  requestProps: unknown;
  methodArgSigs: (string | null)[] | null;
}

interface ResponseShape {
  isError: boolean;
  errorMsg: string | null;
  appResponse: unknown;
  responseProps: unknown;
}

const REQUEST: JavaClass<RequestShape> = javaClass(SOFA_CLASS.request, {
  targetAppName: java.string,
  methodName: java.string,
  targetServiceUniqueName: java.string,
  requestProps: java.any,
  methodArgSigs: java.array(java.string),
});

const RESPONSE: JavaClass<ResponseShape> = responseWith(java.any);

/** The class with the type that a method returns, for writing. */
const RESPONSES = new WeakMap<AnyJavaType, JavaClass<ResponseShape>>();

function responseWith(type: AnyJavaType): JavaClass<ResponseShape> {
  return javaClass(SOFA_CLASS.response, {
    isError: java.boolean,
    errorMsg: java.string,
    appResponse: type,
    responseProps: java.any,
  });
}

/**
 * Reads and writes the contents of SOFARPC's frames: a SofaRequest and behind it the arguments, in one stream of Hessian's
 * dialect 3, and a SofaResponse.
 *
 * ```ts
 * import { createSofaContent } from "@dualmesh/codecs/bolt";
 *
 * const content = createSofaContent();
 * const service = "com.example.Greeter:1.0";
 * const argumentTypes = ["java.lang.String"];
 * const bytes = content.writeRequest({ service, method: "greet", argumentTypes, arguments: ["world"] });
 * console.log(content.readRequest(bytes).arguments); // => [ 'world' ]
 * ```
 * @see com.alipay.sofa.rpc.codec.bolt.SofaRpcSerialization
 */
export function createSofaContent(options: SofaContentOptions = {}): SofaContent {
  const { classes = [], ...rest } = options;
  const hessian = createHessian({ ...rest, dialect: "3", classes: [REQUEST, RESPONSE, ...classes] });
  return {
    hessian,
    writeRequest(invocation, types = []) {
      const request: RequestShape = {
        targetAppName: invocation.targetApp ?? null,
        methodName: invocation.method,
        targetServiceUniqueName: invocation.service,
        requestProps: invocation.props ?? null,
        // Not written to.
        methodArgSigs: invocation.argumentTypes as string[],
      };
      return hessian.encodeAll([request, ...invocation.arguments], [REQUEST, ...types]);
    },
    readRequest(content) {
      const [first, ...args] = hessian.decodeAll(content);
      const request = REQUEST.accept(first);
      if (request === null || typeof request === "symbol") return refuse("its first value is no SofaRequest");
      const { methodName, targetServiceUniqueName, targetAppName, requestProps } = request;
      const argumentTypes = request.methodArgSigs ?? [];
      if (methodName === null || targetServiceUniqueName === null) {
        return refuse("a SofaRequest without a service or a method");
      }
      if (args.length !== argumentTypes.length) {
        return refuse(`${args.length} arguments for ${argumentTypes.length} types`);
      }
      return {
        service: targetServiceUniqueName,
        method: methodName,
        argumentTypes: argumentTypes.every((name) => name !== null)
          ? argumentTypes
          : argumentTypes.map(String),
        arguments: args,
        targetApp: targetAppName,
        props: mapOf(requestProps) ?? null,
      };
    },
    writeResponse(result, type) {
      const errorMessage = result.errorMessage ?? null;
      const response: ResponseShape = {
        isError: errorMessage !== null,
        errorMsg: errorMessage,
        appResponse: result.value,
        responseProps: result.props ?? null,
      };
      return hessian.encode(response, type === undefined ? RESPONSE : responseOf(type));
    },
    readResponse(content) {
      const response = hessian.decode(content, RESPONSE);
      if (response === null) return refuse("a response that is null");
      const { isError, errorMsg, appResponse, responseProps } = response;
      return {
        errorMessage: isError ? (errorMsg ?? "") : null,
        value: appResponse,
        props: mapOf(responseProps) ?? null,
      };
    },
  };
}

function responseOf(type: AnyJavaType): JavaClass<ResponseShape> {
  let response = RESPONSES.get(type);
  if (response === undefined) {
    response = responseWith(type);
    RESPONSES.set(type, response);
  }
  return response;
}

function refuse(what: string): never {
  throw new DecodeError("INVALID_ARGUMENT", `sofa content: ${what}`, 0);
}

import { MeshError } from "@dualmesh/core";
import type { BoltFrame } from "../bolt/frame.ts";
import type { DubboFrame } from "../dubbo/frame.ts";
import type { RegisteredClass } from "../hessian/java-type.ts";
import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import { boltTarget } from "./bolt-target.ts";
import { type CallOutcome, failureOf } from "./call-outcome.ts";
import { type CompiledMethod, compileService } from "./compiled-service.ts";
import { dubboTarget } from "./dubbo-target.ts";
import { answerHttp, failHttp } from "./http-answer.ts";
import type { HttpRequest, HttpResponse } from "./http-message.ts";
import { frontOf, type HttpFront, type HttpRefusal, readHttp, timeoutOf } from "./http-request.ts";
import { BindingTable } from "./http-rule.ts";
import type { JavaTarget } from "./java-target.ts";
import type { ServiceSchema } from "./service-schema.ts";
import type { CallFailure } from "./status-json.ts";
import { tripleTarget } from "./triple-target.ts";

/** What goes to Java, and comes back, by protocol. */
export interface TargetMessages {
  readonly bolt: { readonly call: BoltFrame; readonly answer: BoltFrame };
  readonly dubbo: { readonly call: DubboFrame; readonly answer: DubboFrame };
  /** Requests and responses over HTTP/2. */
  readonly triple: { readonly call: HttpRequest; readonly answer: HttpResponse };
}

export type Target = keyof TargetMessages;

export interface TranslatorOptions<T extends Target> {
  readonly target: T;
  /** How long a call may take of which the client does not say it. Integer from 1 to 2^31-1 ms. Default 3,000, as SOFARPC has it. */
  readonly timeoutMs?: number;
  /**
   * Headers of requests that go on to Java: as baggage of SOFARPC (`rpc_req_baggage.`), as attachments of Dubbo, as headers of
   * Triple. In lower case. Default none: what strangers say reaches no application unasked.
   */
  readonly passHeaders?: readonly string[];
  /** Of requests and answers. `maxBytes` also counts what is written. */
  readonly limits?: Partial<DecodeLimits>;
}

/** A request that is a call. */
export interface TranslatedCall<T extends Target> {
  readonly kind: "call";
  /** The interface in Java. */
  readonly service: string;
  /** In the schema. */
  readonly method: string;
  /** How long the client waits. Integer milliseconds, at least 1. */
  readonly timeoutMs: number;
  /** What is sent: a frame with the id 0, for which `withId` gives another; or a request of Triple. */
  readonly message: TargetMessages[T]["call"];
  /** How the client is answered. */
  readonly front: HttpFront;
}

/** A request that is none: the response to it. */
export interface TranslatedRefusal extends HttpResponse, CallFailure {
  readonly kind: "refusal";
}

/** Between clients of HTTP and a service of Java's. It holds nothing of a call. */
export interface Translator<T extends Target> {
  /** JSON, gRPC or gRPC-Web, by the request's `content-type`. */
  fromHttp(request: HttpRequest): TranslatedCall<T> | TranslatedRefusal;
  /** The response for Java's answer, exceptions and refusals among them. */
  toHttp(call: TranslatedCall<T>, answer: TargetMessages[T]["answer"]): HttpResponse;
  /** The response for a call that Java has not answered: its time is over, its connection is gone. */
  failed(call: TranslatedCall<T>, failure: CallFailure): HttpResponse;
}

/**
 * Lets clients of HTTP call a service of Java's whose types are known.
 *
 * ```ts
 * import { createHeaders } from "@dualmesh/core";
 * import { createSofaContent, writeBoltFrame } from "@dualmesh/codecs/bolt";
 * import { java } from "@dualmesh/codecs/hessian";
 * import { createTranslator } from "@dualmesh/codecs/translate";
 *
 * const methods = { greet: { args: { name: java.string }, returns: java.string } };
 * const translator = createTranslator({ service: "com.example.Greeter", methods }, { target: "bolt" });
 * const headers = createHeaders(["content-type", "application/json"]);
 * const body = Buffer.from('{"name":"world"}');
 * const call = translator.fromHttp({ method: "POST", path: "/com.example.Greeter/greet", headers, body });
 * if (call.kind === "call") {
 *   console.log(call.message.service, call.message.method); // => com.example.Greeter:1.0 greet
 *   const content = createSofaContent().writeResponse({ value: "hello world" });
 *   const answer = writeBoltFrame({ type: 0, command: 2, id: 0, content });
 *   console.log(String(translator.toHttp(call, answer).body)); // => "hello world"
 * }
 * ```
 * @throws {RangeError} for schemas that do not fit each other or themselves, with the reason, and for options out of range.
 */
export function createTranslator<T extends Target>(
  schema: ServiceSchema | readonly ServiceSchema[],
  options: TranslatorOptions<T>,
): Translator<T> {
  const { timeoutMs: defaultMs = 3_000, passHeaders = [] } = options;
  if (!Number.isInteger(defaultMs) || defaultMs < 1 || defaultMs > 0x7fff_ffff) {
    throw new RangeError(`translator: timeoutMs is an integer from 1 to 2147483647, got ${defaultMs}`);
  }
  const limits = decodeLimits(options.limits);
  const services = (
    Array.isArray(schema) ? (schema as readonly ServiceSchema[]) : [schema as ServiceSchema]
  ).map(compileService);
  const all = services.flatMap(({ methods }) => methods);
  const methods = new Map<string, CompiledMethod>(all.map((method) => [method.path, method]));
  const ofGrpc = new Map([...all.map((method) => [method.grpcPath, method] as const), ...methods]);
  const bindings = new BindingTable(all.flatMap((method) => method.bindings));
  const classes = [...new Set(services.flatMap((service) => service.classes))];
  const target = createTarget(options.target, classes, limits);

  function fromHttp(request: HttpRequest): TranslatedCall<T> | TranslatedRefusal {
    const front = frontOf(request.headers);
    if (front === undefined) {
      const message = `nobody reads ${request.headers.get("content-type")}; expected application/grpc+proto`;
      return refusal({
        kind: "refusal",
        front: { kind: "json", responseBody: "" },
        code: "INVALID_ARGUMENT",
        message,
        status: 415,
      });
    }
    const timeoutMs = timeoutOf(request.headers) ?? defaultMs;
    if (!(timeoutMs > 0)) {
      return refusal(
        Number.isNaN(timeoutMs)
          ? { kind: "refusal", front, code: "INVALID_ARGUMENT", message: "grpc-timeout is no time" }
          : {
              kind: "refusal",
              front,
              code: "DEADLINE_EXCEEDED",
              message: "the call's time was over when it came",
            },
      );
    }
    try {
      const read = readHttp(request, front, ofGrpc, bindings, limits);
      if (read.kind === "refusal") return refusal(read);
      const { method, args } = read;
      const passed = new Map<string, string>();
      for (const name of passHeaders) {
        const value = request.headers.get(name);
        if (value !== undefined) passed.set(name, value);
      }
      const message = target.write({ method, args, timeoutMs, passed });
      return {
        kind: "call",
        service: method.service,
        method: method.name,
        timeoutMs,
        message,
        front: read.front,
      };
    } catch (error) {
      if (!MeshError.is(error)) throw error;
      const isTooMuch = error.code === "RESOURCE_EXHAUSTED";
      return refusal({
        kind: "refusal",
        front,
        code: isTooMuch ? "RESOURCE_EXHAUSTED" : "INVALID_ARGUMENT",
        message: error.rawMessage,
        ...(isTooMuch ? { status: 413 } : {}),
      });
    }
  }

  return {
    fromHttp,
    toHttp(call, answer) {
      const method = methods.get(`/${call.service}/${call.method}`);
      if (method === undefined)
        throw new RangeError(`translator: a call of ${call.service} is none of its calls`);
      let outcome: CallOutcome;
      try {
        outcome = target.read(method, answer);
      } catch (error) {
        outcome = failureOf(error, "the answer");
      }
      return answerHttp(call.front, method, outcome, limits);
    },
    failed: (call, failure) => failHttp(call.front, failure),
  };
}

function refusal({ front, code, message, status, headers }: HttpRefusal): TranslatedRefusal {
  return { kind: "refusal", code, message, ...failHttp(front, { code, message }, status, headers) };
}

function createTarget<T extends Target>(
  target: T,
  classes: readonly RegisteredClass[],
  limits: DecodeLimits,
): JavaTarget<TargetMessages[T]["call"], TargetMessages[T]["answer"]> {
  const make = { bolt: boltTarget, dubbo: dubboTarget, triple: tripleTarget }[target];
  if (make === undefined) {
    throw new RangeError(
      `translator: nobody knows the target ${JSON.stringify(target)}; there are bolt, dubbo, triple`,
    );
  }
  return make(classes, limits) as JavaTarget<TargetMessages[T]["call"], TargetMessages[T]["answer"]>;
}

import { MeshError } from "@dualmesh/core";
import type { BoltFrame } from "../bolt/frame.ts";
import type { DubboFrame } from "../dubbo/frame.ts";
import { REFUSED } from "../hessian/java-type.ts";
import { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
import { type CallOutcome, failureOf } from "./call-outcome.ts";
import { type CompiledMethod, compileService } from "./compiled-service.ts";
import type { HttpRequest, HttpResponse } from "./http-message.ts";
import { grpcService, jsonService } from "./http-service.ts";
import { boltSource, dubboSource, type IncomingCall, type JavaSource } from "./java-source.ts";
import type { ServiceSchema } from "./service-schema.ts";
import type { CallFailure } from "./status-json.ts";

/** Frames that come from Java, by protocol. */
export interface SourceFrames {
  readonly bolt: BoltFrame;
  readonly dubbo: DubboFrame;
}

export type Source = keyof SourceFrames;

export interface ReverseTranslatorOptions<S extends Source> {
  readonly source: S;
  /** `json`: `POST /<service>/<method>` with an object of the arguments. */
  readonly target: "grpc" | "json";
  readonly limits?: Partial<DecodeLimits>;
}

/** A call of Java's, as a request. */
export interface ReverseCall<S extends Source> {
  readonly kind: "call";
  readonly service: string;
  /** In the schema. */
  readonly method: string;
  readonly timeoutMs: number | undefined;
  readonly request: HttpRequest;
  /** What it was made of. */
  readonly frame: SourceFrames[S];
}

/** A call that nobody serves, or that says what is not of its types. */
export interface ReverseRefusal<S extends Source> extends CallFailure {
  readonly kind: "refusal";
  /** What Java is told; `undefined` for a one-way call. */
  readonly answer: SourceFrames[S] | undefined;
}

/** Between clients of Java's and a service over HTTP. It holds nothing of a call. */
export interface ReverseTranslator<S extends Source> {
  fromJava(frame: SourceFrames[S]): ReverseCall<S> | ReverseRefusal<S>;
  /** The answer for a response; `undefined` for a one-way call. */
  toJava(call: ReverseCall<S>, response: HttpResponse): SourceFrames[S] | undefined;
  /** The answer for a request that has no response. */
  failed(call: ReverseCall<S>, failure: CallFailure): SourceFrames[S] | undefined;
}

/**
 * Lets clients of Java's call a service over gRPC, or with JSON, by the same schema.
 *
 * ```ts
 * import { createHeaders } from "@dualmesh/core";
 * import { java } from "@dualmesh/codecs/hessian";
 * import { createReverseTranslator, createTranslator } from "@dualmesh/codecs/translate";
 *
 * const schema = { service: "com.example.Greeter", methods: { greet: { args: { name: java.string }, returns: java.string } } };
 * const back = createReverseTranslator(schema, { source: "bolt", target: "json" });
 * const headers = createHeaders(["content-type", "application/json"]);
 * const request = { method: "POST", path: "/com.example.Greeter/greet", headers, body: Buffer.from('["world"]') };
 * const there = createTranslator(schema, { target: "bolt" }).fromHttp(request);
 * const call = there.kind === "call" ? back.fromJava(there.message) : there;
 * console.log(call.kind === "call" && String(call.request.body)); // => {"name":"world"}
 * ```
 * @throws {RangeError} for schemas that do not fit themselves, with the reason.
 */
export function createReverseTranslator<S extends Source>(
  schema: ServiceSchema | readonly ServiceSchema[],
  options: ReverseTranslatorOptions<S>,
): ReverseTranslator<S> {
  const limits = decodeLimits(options.limits);
  const schemas = Array.isArray(schema) ? (schema as readonly ServiceSchema[]) : [schema as ServiceSchema];
  const services = schemas.map(compileService);
  const classes = [...new Set(services.flatMap((service) => service.classes))];
  const make = { bolt: boltSource, dubbo: dubboSource }[options.source];
  if (make === undefined)
    throw new RangeError(`translator: nobody knows the source ${String(options.source)}`);
  const source = make(classes, limits) as JavaSource<SourceFrames[S]>;
  const service = options.target === "grpc" ? grpcService(limits) : jsonService(limits);
  const methods = new Map<string, readonly CompiledMethod[]>(
    services.map((compiled) => [source.nameOf(compiled.schema), compiled.methods]),
  );
  const byPath = new Map(
    services.flatMap((compiled) => compiled.methods.map((method) => [method.path, method] as const)),
  );

  const answered = (frame: SourceFrames[S], make: () => SourceFrames[S]): SourceFrames[S] | undefined =>
    frame.kind === "oneway" ? undefined : make();

  function refuse(frame: SourceFrames[S], failure: CallFailure): ReverseRefusal<S> {
    const answer = answered(frame, () => source.failure(frame, failure));
    return { kind: "refusal", ...failure, answer };
  }

  function find(call: IncomingCall): CompiledMethod | undefined {
    const named = (methods.get(call.service) ?? []).filter(({ javaName }) => javaName === call.method);
    const exact = named.find(
      ({ argumentTypes, descriptor }) => source.typesOf(argumentTypes, descriptor) === call.types,
    );
    // A client that was compiled against a box, or a subclass, names it so.
    const similar = named.filter(({ types }) => types.length === call.arguments.length);
    return exact ?? (similar.length === 1 ? similar[0] : undefined);
  }

  return {
    fromJava(frame) {
      try {
        const call = source.read(frame);
        const method = find(call);
        if (method === undefined) {
          const message = `method not found: ${call.service} ${call.method}(${call.types})`;
          return refuse(frame, { code: "UNIMPLEMENTED", message });
        }
        const args = method.types.map((type, i) => type.accept(call.arguments[i]));
        const odd = args.indexOf(REFUSED);
        if (odd >= 0) {
          const message = `${method.name}: argument ${odd} is no ${method.types[odd]?.name}`;
          return refuse(frame, { code: "INVALID_ARGUMENT", message });
        }
        const { timeoutMs } = frame;
        const request = service.request(method, args, timeoutMs);
        return { kind: "call", service: method.service, method: method.name, timeoutMs, request, frame };
      } catch (error) {
        if (!MeshError.is(error)) throw error;
        return refuse(frame, { code: "INVALID_ARGUMENT", message: error.rawMessage });
      }
    },
    toJava(call, response) {
      const { frame } = call;
      const method = byPath.get(`/${call.service}/${call.method}`);
      if (method === undefined)
        throw new RangeError(`translator: a call of ${call.service} is none of its calls`);
      return answered(frame, () => {
        let outcome: CallOutcome;
        try {
          outcome = service.read(method, response);
          if (outcome.kind === "value") return source.value(frame, outcome.value, method.returns);
        } catch (error) {
          outcome = failureOf(error, "the response");
        }
        return source.failure(frame, outcome as CallFailure);
      });
    },
    failed: (call, failure) => answered(call.frame, () => source.failure(call.frame, failure)),
  };
}

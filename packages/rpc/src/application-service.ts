import type { Frame } from "@dualmesh/codecs/frame";
import { type Call, MeshError, type Request, type Response, type Service } from "@dualmesh/core";
import { requestFrame } from "./frame-request.ts";
import { frameResponse } from "./frame-response.ts";
import type { ServedMethod, ServerCall } from "./implement.ts";
import type { ServerProtocol } from "./server-protocol.ts";
import { thrownThrowable } from "./thrown-value.ts";

/** The services of an application, as the service of a server. */
export function applicationService(protocols: readonly ServerProtocol[]): Service<Request, Response> {
  const byName = new Map(protocols.map((protocol) => [protocol.codec.name, protocol]));
  // Not async: a handler that answers at once costs no further turns.
  return (request, call) => {
    try {
      const frame = requestFrame(request);
      const protocol = byName.get(frame.protocol);
      if (protocol === undefined)
        throw new MeshError("INTERNAL", `rpc server: there are no services of protocol ${frame.protocol}`);
      return Promise.resolve(answerOf(protocol, frame, new IncomingServerCall(request, call)));
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

/** @throws {MeshError} what the server's edge refuses with its code. */
function answerOf(
  protocol: ServerProtocol,
  frame: Frame,
  call: ServerCall,
): Response | PromiseLike<Response> {
  const incoming = protocol.read(frame);
  if (incoming.kind === "answer") return frameResponse(incoming.frame, protocol.codec);
  const { method, args } = incoming;
  const failed = (error: unknown): Response =>
    frameResponse(failure(protocol, frame, method, error), protocol.codec);
  const answered = (value: unknown): Response => {
    let answer: Frame;
    try {
      answer = protocol.result(frame, method, value);
    } catch (error) {
      return failed(error);
    }
    return frameResponse(answer, protocol.codec);
  };
  let value: unknown;
  try {
    value = method.handler(...args, call);
  } catch (error) {
    return failed(error);
  }
  return isThenable(value) ? value.then(answered, failed) : answered(value);
}

/** Also of another realm, and of libraries that bring their own. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** @throws {MeshError} what the server's edge refuses with its code. */
function failure(protocol: ServerProtocol, frame: Frame, { label }: ServedMethod, error: unknown): Frame {
  const thrown = thrownThrowable(error);
  if (thrown !== undefined) return protocol.exception(frame, thrown);
  if (MeshError.is(error)) throw error;
  return protocol.failure(frame, `${label}: ${error instanceof Error ? error.message : String(error)}`);
}

/** Made for each call: what nobody asks for costs nothing. */
class IncomingServerCall implements ServerCall {
  readonly call: Call;
  readonly #request: Request;

  constructor(request: Request, call: Call) {
    this.#request = request;
    this.call = call;
  }

  get headers(): ServerCall["headers"] {
    return this.#request.head.headers;
  }

  get protocol(): string {
    return this.#request.head.protocol;
  }

  get signal(): AbortSignal {
    return this.call.signal;
  }

  get leftMs(): number {
    return this.call.deadlineMs - this.call.clock.now();
  }
}

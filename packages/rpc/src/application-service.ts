import type { Frame } from "@dualmesh/codecs/frame";
import { type Call, MeshError, type Request, type Response, type Service } from "@dualmesh/core";
import { requestFrame } from "./frame-request.ts";
import { frameResponse } from "./frame-response.ts";
import type { ServerCall } from "./implement.ts";
import type { ServerProtocol } from "./server-protocol.ts";
import { thrownThrowable } from "./thrown-value.ts";

/** The services of an application, as the service of a server. */
export function applicationService(protocols: readonly ServerProtocol[]): Service<Request, Response> {
  const byName = new Map(protocols.map((protocol) => [protocol.codec.name, protocol]));
  return async (request, call) => {
    const frame = requestFrame(request);
    const protocol = byName.get(frame.protocol);
    if (protocol === undefined)
      throw new MeshError("INTERNAL", `rpc server: there are no services of protocol ${frame.protocol}`);
    const incoming = protocol.read(frame);
    if (incoming.kind === "answer") return frameResponse(incoming.frame, protocol.codec);
    const { method, args } = incoming;
    let answer: Frame;
    try {
      const value: unknown = await method.handler(...args, new IncomingServerCall(request, call));
      answer = protocol.result(frame, method, value);
    } catch (error) {
      const thrown = thrownThrowable(error);
      if (thrown !== undefined) answer = protocol.exception(frame, thrown);
      else if (MeshError.is(error)) throw error;
      else
        answer = protocol.failure(
          frame,
          `${method.label}: ${error instanceof Error ? error.message : String(error)}`,
        );
    }
    return frameResponse(answer, protocol.codec);
  };
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

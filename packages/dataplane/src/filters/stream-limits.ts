import { formatGrpcTimeout, parseGrpcTimeout } from "@dualmesh/codecs/grpc";
import {
  type Call,
  type Filter,
  type Request,
  type RequestHead,
  type Reset,
  type Response,
  resetReply,
  type Service,
  type TimerWheel,
} from "@dualmesh/core";
import { isGrpcContentType } from "@dualmesh/matching";
import type { ForwardMatch, RouteMatch } from "@dualmesh/routing";
import { observeBody } from "../router/observed-body.ts";

/** How long calls may last, however much they send. Milliseconds; 0: no limit. */
export interface StreamLimits {
  /** Without a byte in either direction. */
  readonly idleTimeoutMs: number;
  readonly maxDurationMs: number;
}

/**
 * Ends calls by the time-outs of streams. Stands outside of all filters, whose time counts too. By the route's, else by
 * those given.
 *
 * @see Envoy, `RouteAction.idle_timeout` and `max_stream_duration`
 */
export function streamLimits(limits: StreamLimits, wheel: TimerWheel): Filter<Request, Response> {
  return (next) => (request, call) => {
    const { head } = request;
    const found = call.route(head) as RouteMatch | undefined;
    const route = found?.kind === "forward" ? found : undefined;
    const idleMs = route?.idleTimeoutMs ?? limits.idleTimeoutMs;
    const durationMs = streamDurationMs(route, head, limits.maxDurationMs);
    if (idleMs === 0 && durationMs === Number.POSITIVE_INFINITY) return next(request, call);
    return new LimitedStream(request, call, wheel).run(next, idleMs, durationMs);
  };
}

/**
 * How long the call may last. For gRPC it is told to the upstream, in place of what the client has asked for: the time
 * that is left is not what the client thinks.
 */
function streamDurationMs(
  route: ForwardMatch | undefined,
  { headers }: RequestHead,
  listenerMs: number,
): number {
  const {
    maxStreamDurationMs: ownMs,
    grpcTimeoutHeaderMaxMs: maxMs,
    grpcTimeoutHeaderOffsetMs = 0,
  } = route ?? {};
  if (ownMs === undefined && maxMs === undefined) return listenerMs || Number.POSITIVE_INFINITY;
  const asked = maxMs === undefined ? undefined : parseGrpcTimeout(headers.get("grpc-timeout") ?? "");
  const durationMs =
    asked === undefined
      ? (ownMs ?? listenerMs) || Number.POSITIVE_INFINITY
      : Math.max(
          Math.min(Math.ceil(asked), maxMs || Number.POSITIVE_INFINITY) - grpcTimeoutHeaderOffsetMs,
          0,
        );
  if (!isGrpcContentType(headers.get("content-type"))) return durationMs;
  if (durationMs < Number.POSITIVE_INFINITY) headers.set("grpc-timeout", formatGrpcTimeout(durationMs));
  else if (listenerMs > 0) headers.delete("grpc-timeout");
  return durationMs;
}

/** A call with its timers. What is cut off before its head is answered by the router, to whom the route is known. */
class LimitedStream {
  readonly #request: Request;
  readonly #call: Call;
  readonly #wheel: TimerWheel;
  readonly #isGrpc: boolean;
  #isRequestOver = false;
  #lastByteMs: number;

  constructor(request: Request, call: Call, wheel: TimerWheel) {
    this.#request = request;
    this.#call = call;
    this.#wheel = wheel;
    this.#isGrpc = isGrpcContentType(request.head.headers.get("content-type"));
    this.#lastByteMs = call.clock.now();
  }

  run(next: Service<Request, Response>, idleMs: number, durationMs: number): Promise<Response> {
    const request = this.#request;
    const call = this.#call;
    return new Promise((resolve, reject) => {
      const cut = (reason: Reset): void => {
        if (call.outcome !== undefined || call.cancelled !== undefined) return;
        call.cancel(reason);
        // Of a filter or an application that goes on all the same nobody waits to hear.
        this.#wheel.schedule(() => resolve(this.#answer(resetReply(reason))), 0);
      };
      if (durationMs < Number.POSITIVE_INFINITY) {
        const leftMs = call.startMs + durationMs - this.#lastByteMs;
        if (leftMs <= 0) cut(TOO_LONG);
        else {
          const timer = this.#wheel.schedule(() => cut(TOO_LONG), leftMs);
          call.onEnd(() => timer.cancel());
        }
      }
      if (idleMs > 0) this.#watchIdle(idleMs, cut);
      request.body = observeBody(request.body, {
        chunk: () => this.#touch(),
        end: () => {
          this.#isRequestOver = true;
          this.#touch();
        },
      });
      next(request, call).then(
        (response) => resolve(this.#answer(response)),
        (error: unknown) => {
          if (call.cancelled === IDLE || call.cancelled === TOO_LONG) {
            resolve(this.#answer(resetReply(call.cancelled)));
          } else reject(error);
        },
      );
    });
  }

  #touch(): void {
    this.#lastByteMs = this.#call.clock.now();
  }

  /** One timer for all bytes: it looks when the last one came, and waits for what is left. */
  #watchIdle(idleMs: number, cut: (reason: Reset) => void): void {
    const call = this.#call;
    const look = (): void => {
      const leftMs = this.#lastByteMs + idleMs - call.clock.now();
      if (leftMs <= 0) cut(IDLE);
      else timer = this.#wheel.schedule(look, leftMs);
    };
    let timer = this.#wheel.schedule(look, idleMs);
    call.onEnd(() => timer.cancel());
  }

  #answer(response: Response): Response {
    const { head } = response;
    const reason = this.#call.cancelled;
    if (head.local === undefined || (reason !== IDLE && reason !== TOO_LONG)) {
      this.#touch();
      response.body = observeBody(response.body, { chunk: () => this.#touch(), end: () => {} });
      return response;
    }
    // The client is the slow one, if it has not sent all of its request.
    if (!this.#isRequestOver) head.status = 408;
    if (!this.#isGrpc || reason !== TOO_LONG) return response;
    return { ...response, head: { ...head, local: { ...head.local, grpcStatus: DEADLINE_EXCEEDED } } };
  }
}

/** gRPC's number of it: whoever asked for a time is told that it is over. */
const DEADLINE_EXCEEDED = 4;

const IDLE: Reset = Object.freeze({
  code: "DEADLINE_EXCEEDED",
  flag: "SI",
  execution: "in-doubt",
  details: "stream_idle_timeout",
  message: "stream timeout",
});

const TOO_LONG: Reset = Object.freeze({
  code: "DEADLINE_EXCEEDED",
  flag: "",
  execution: "in-doubt",
  details: "max_duration_timeout",
  message: "downstream duration timeout",
});

import { formatGrpcTimeout, parseGrpcTimeout } from "@dualmesh/codecs/grpc";
import { type Headers, NO_BODY, type RequestHead, type Response } from "@dualmesh/core";
import { isGrpcContentType } from "@dualmesh/matching";
import { createRetryPolicy, RETRY_HEADERS, type RetryPolicy, withHeaderOverrides } from "@dualmesh/retry";
import type { ForwardMatch } from "@dualmesh/routing";
import { hasOwnFields } from "../filters/client-origin.ts";

type Route = ForwardMatch<RetryPolicy>;

export interface CallTimeoutsOptions {
  /** Whether fields of Envoy's own are added. */
  readonly envoyFields: boolean;
  /** Whether there are clients whose requests may say how they are to be tried. */
  readonly obeysRequests: boolean;
}

/** What a call may take, by its route and by what an internal client asks for. Milliseconds; 0: no limit. */
export class CallTimeouts {
  /** From the end of the request. */
  readonly wholeMs: number;
  readonly perTryMs: number;
  /** Whether fields of the request steer it. */
  readonly isSteered: boolean;
  /** When the request was over, monotonic. */
  requestEndMs: number;
  /** Whether a call that takes too long is 204: the client has asked for that. */
  readonly isTimeoutEmpty: boolean;
  readonly #envoyFields: boolean;
  /** Whether the upstream learns it in gRPC's own field too. */
  readonly #isGrpc: boolean;

  constructor(route: Route, { headers, method }: RequestHead, nowMs: number, options: CallTimeoutsOptions) {
    const { maxGrpcTimeoutMs } = route;
    // Frames have no fields that proxies of HTTP would know.
    this.#envoyFields = options.envoyFields && method !== "";
    this.#isGrpc = maxGrpcTimeoutMs !== undefined && isGrpcContentType(headers.get("content-type"));
    this.isSteered = options.obeysRequests && hasOwnFields(headers);
    this.requestEndMs = nowMs;
    let wholeMs = this.#isGrpc ? grpcTimeoutMs(route, headers) : route.timeoutMs;
    let perTryMs = route.retryPolicy?.perTryTimeoutMs ?? 0;
    if (this.isSteered) {
      wholeMs = asked(headers, "x-envoy-upstream-rq-timeout-ms") ?? wholeMs;
      perTryMs = asked(headers, "x-envoy-upstream-rq-per-try-timeout-ms") ?? perTryMs;
      headers.delete("x-envoy-upstream-rq-timeout-ms");
    }
    this.isTimeoutEmpty = this.isSteered && headers.delete("x-envoy-upstream-rq-timeout-alt-response");
    this.wholeMs = wholeMs;
    this.perTryMs = wholeMs > 0 && perTryMs >= wholeMs ? 0 : perTryMs;
    this.tell(headers, nowMs);
  }

  /** Tells the upstream how long an attempt that begins now may take. */
  tell(headers: Headers, nowMs: number): void {
    let expectedMs = this.perTryMs || this.wholeMs;
    if (expectedMs === 0) return;
    // What is over is told as the least there is: 0 would be endless.
    if (this.wholeMs > 0)
      expectedMs = Math.min(expectedMs, Math.max(this.wholeMs - (nowMs - this.requestEndMs), 1));
    expectedMs = Math.trunc(expectedMs);
    if (this.#envoyFields) headers.set("x-envoy-expected-rq-timeout-ms", String(expectedMs));
    if (this.#isGrpc) headers.set("grpc-timeout", formatGrpcTimeout(expectedMs));
  }

  /** The policy by which the call is retried: the route's, as its request and its time-outs change it. */
  retryPolicy(route: Route, head: RequestHead): RetryPolicy | undefined {
    const policy = this.isSteered ? withHeaderOverrides(route.retryPolicy, head) : route.retryPolicy;
    if (this.isSteered) for (const name of RETRY_HEADERS) head.headers.delete(name);
    if ((policy?.perTryTimeoutMs ?? 0) === this.perTryMs) return policy;
    return createRetryPolicy({
      ...(policy?.options ?? { retryOn: [] }),
      perTryTimeoutMs: this.perTryMs || undefined,
    });
  }
}

/** What a call that took too long is answered, where its client has asked for nothing: Envoy's 204. */
export function emptyTimeout(response: Response): Response {
  const { head } = response;
  if (head.local?.flag !== "UT") return response;
  head.status = 204;
  head.headers.delete("content-type");
  head.headers.delete("content-length");
  return { head, body: NO_BODY };
}

/** The client's, as far as the route lets it ask; 0 means endless on both sides. */
function grpcTimeoutMs({ maxGrpcTimeoutMs = 0, grpcTimeoutOffsetMs }: Route, headers: Headers): number {
  let askedMs = Math.ceil(parseGrpcTimeout(headers.get("grpc-timeout") ?? "") ?? 0);
  // Where nothing would be left, nothing is taken off.
  if (grpcTimeoutOffsetMs < askedMs) askedMs -= grpcTimeoutOffsetMs;
  if (maxGrpcTimeoutMs === 0) return askedMs;
  return askedMs === 0 ? maxGrpcTimeoutMs : Math.min(askedMs, maxGrpcTimeoutMs);
}

/** A number that a field gives; `undefined` where it gives none. */
function asked(headers: Headers, name: string): number | undefined {
  const text = headers.get(name);
  if (text === undefined || !/^\s*\+?\d{1,15}\s*$/.test(text)) return undefined;
  return Number(text);
}

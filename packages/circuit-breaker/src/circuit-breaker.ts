import { type Filter, localReply, type Metrics, type Request, type Response } from "@dualmesh/core";
import { createClusterThresholds } from "./cluster-thresholds.ts";
import { resolveThresholds } from "./thresholds.ts";

export interface CircuitBreakerOptions {
  /** Calls under way at once. Integer from 0 to 4,294,967,295. Default 1024. */
  readonly maxRequests?: number;
  readonly metrics?: Metrics;
  /** What stands before `circuit_breakers.default.rq_open`. Default: nothing. */
  readonly metricsPrefix?: string;
}

/**
 * Bounds the calls that are under way to a service. Over the limit a call is refused at once, with the local reply that
 * Envoy gives: 503, flag `UO`, `x-envoy-overloaded: true`, and never executed.
 *
 * A call counts until it ends ({@link Call.onEnd}), its response body included; so whoever makes calls must end them.
 * Inside a `retry` filter each attempt is such a call.
 *
 * ```ts
 * import { circuitBreaker } from "@dualmesh/circuit-breaker";
 * import { createCall, localReply, type Request, type Response, stack } from "@dualmesh/core";
 * import { textRequest } from "@dualmesh/testkit";
 *
 * const send = stack<Request, Response>()
 *   .use("breaker", circuitBreaker({ maxRequests: 1 }))
 *   .to(async () => localReply({ status: 200, details: "ok" }));
 * const first = await send(textRequest(), createCall());
 * const second = await send(textRequest(), createCall()); // the first has not ended
 * console.log(first.head.status, second.head.status, second.head.local?.flag); // => 200 503 UO
 * ```
 *
 * @throws {RangeError} on an option out of range.
 */
export function circuitBreaker(options: CircuitBreakerOptions = {}): Filter<Request, Response> {
  const { metrics, metricsPrefix } = options;
  const limits = { maxRequests: options.maxRequests };
  resolveThresholds(limits);
  return (next) => {
    const thresholds = createClusterThresholds({
      default: limits,
      ...(metrics === undefined ? {} : { metrics }),
      ...(metricsPrefix === undefined ? {} : { metricsPrefix }),
    });
    return (request, call) => {
      const ticket = thresholds.tryAcquireRequest("default");
      if (ticket < 0) return Promise.resolve(overflowReply());
      call.onEnd(() => thresholds.complete(ticket));
      return next(request, call);
    };
  };
}

/** Made anew for each refusal: filters outside may change it. */
function overflowReply(): Response {
  return localReply({
    status: 503,
    flag: "UO",
    details: "overflow",
    body: "upstream connect error or disconnect/reset before headers. reset reason: overflow",
    headers: ["x-envoy-overloaded", "true"],
  });
}

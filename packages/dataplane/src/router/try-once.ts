import type { Call, Request, Response } from "@dualmesh/core";
import { TIMEOUT_RETRY } from "@dualmesh/retry";
import { type ForwardMatch, rewriteAuthority } from "@dualmesh/routing";
import type { Cluster } from "../cluster/cluster.ts";
import type { HostExtra } from "../compile/routes.ts";
import { Attempt } from "./attempt.ts";
import { tellAttempt } from "./attempt-count.ts";
import type { CallTimeouts } from "./call-timeouts.ts";
import { noHealthyUpstream, overflow } from "./refusals.ts";

/** What of a route an attempt looks at. */
export type AttemptRoute = Pick<
  ForwardMatch<unknown, HostExtra>,
  "priority" | "rewritesHostToEndpoint" | "appendForwardedHost" | "virtualHostExtra"
>;

export interface TryOnceOptions {
  readonly cluster: Cluster;
  readonly route: AttemptRoute;
  /** Whether fields of Envoy's own are added. */
  readonly envoyFields: boolean;
  /** Indices of the endpoints that earlier attempts had, to be avoided; this attempt's is added. */
  readonly tried: number[] | undefined;
  /** Tells each further attempt what is left of the call's time. Default: nobody is told. */
  readonly timeouts?: CallTimeouts;
  /** Called when the first attempt has its endpoint. */
  readonly onPicked?: (() => void) | undefined;
}

/** Thresholds, pick, transport. Every failure before the response head is a local reply. */
export function tryOnce(options: TryOnceOptions, request: Request, call: Call): Promise<Response> {
  const { cluster, route, envoyFields, tried, timeouts, onPicked } = options;
  const { thresholds, balancer, stats } = cluster;
  const thresholdTicket = thresholds.tryAcquireRequest(route.priority);
  if (thresholdTicket < 0) {
    stats.overflow.add();
    return Promise.resolve(overflow(call.attempt, envoyFields));
  }
  const nowMs = call.startMs;
  const pickTicket = balancer.pickIndex(tried === undefined ? { nowMs } : { nowMs, tried });
  const endpoint = pickTicket < 0 ? undefined : balancer.endpoint(pickTicket);
  if (endpoint === undefined) {
    thresholds.complete(thresholdTicket);
    stats.noneHealthy.add();
    return Promise.resolve(noHealthyUpstream());
  }
  if (call.attempt > 1) timeouts?.tell(request.head.headers, nowMs);
  else onPicked?.();
  if (route.virtualHostExtra?.attemptCount === true) {
    tellAttempt(request.head.headers, call);
  }
  if (call.attempt > 1 && route.virtualHostExtra?.timeoutRetry === true) {
    request.head.headers.set("x-envoy-is-timeout-retry", String(call.get(TIMEOUT_RETRY)));
  }
  if (route.rewritesHostToEndpoint && endpoint.hostname !== "") {
    rewriteAuthority(request.head, endpoint.hostname, {
      appendForwardedHost: route.appendForwardedHost,
      originalHeaders: envoyFields,
    });
  }
  tried?.push(balancer.endpointIndex(pickTicket));
  return new Promise((resolve) => {
    new Attempt({ cluster, endpoint, thresholdTicket, pickTicket }, call, resolve).start(request);
  });
}

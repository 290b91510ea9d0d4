import {
  type Call,
  type FormatContext,
  localReply,
  type Random,
  type Request,
  type Response,
  resetReply,
  type Service,
  type TimerWheel,
  toReset,
} from "@dualmesh/core";
import { type RetryPolicy, runAttempts } from "@dualmesh/retry";
import type { ForwardMatch, RouteMatch, RuntimeValues } from "@dualmesh/routing";
import { CallFacts } from "../call-facts.ts";
import { Cluster } from "../cluster/cluster.ts";
import type { FailedCluster } from "../cluster/cluster-registry.ts";
import type { HostExtra } from "../compile/routes.ts";
import { requestFormatContext, responseFormatContext } from "../format-commands.ts";
import { REQUEST_END_MS } from "../http/sign-answer.ts";
import { tellAttempt } from "./attempt-count.ts";
import { CallTimeouts, emptyTimeout } from "./call-timeouts.ts";
import { directResponse } from "./direct-response.ts";
import { keyCall } from "./hash-key.ts";
import { MUST_ENCRYPT } from "./must-encrypt.ts";
import { observeBody } from "./observed-body.ts";
import {
  CLUSTER_NOT_FOUND,
  clusterFailed,
  clusterNotFound,
  redirect,
  requestTimeout,
  routeNotFound,
  TIMED_OUT,
  withoutTls,
} from "./refusals.ts";
import { prepareShadows, type ShadowOptions } from "./shadow-call.ts";
import { tryOnce } from "./try-once.ts";
import { UPSTREAM_HOST } from "./upstream-host.ts";

export interface RouterOptions {
  readonly clusters: (name: string) => Cluster | FailedCluster | undefined;
  /** Holds the timeouts of calls. */
  readonly wheel: TimerWheel;
  readonly random: Random;
  /** For shares with a runtime key. Default: none is set. */
  readonly runtime?: RuntimeValues;
  /** Whether fields of Envoy's own are added to requests and answers. Default true. */
  readonly envoyFields?: boolean;
  /** Whether requests may say how they are to be tried, which only clients from within are let. Default true. */
  readonly obeysRequests?: boolean;
  /** Gets what would be forwarded, in place of a cluster: the application, for a provider in direct mode. */
  readonly app?: Service<Request, Response>;
}

/**
 * The end of a chain: does what the route says. For a forwarding route that is the timeout, the retry loop, and in each
 * attempt thresholds, pick and transport.
 */
export function createRouter(options: RouterOptions): Service<Request, Response> {
  const { clusters, wheel, random, runtime, envoyFields = true, obeysRequests = true, app } = options;
  const shadows: ShadowOptions = { clusters, wheel, random, runtime, envoyFields };

  function forward(
    request: Request,
    call: Call,
    route: ForwardMatch<RetryPolicy, HostExtra>,
    timeouts: CallTimeouts,
  ): Promise<Response> {
    if (app !== undefined) return app(request, call);
    const cluster = clusters(route.cluster);
    if (cluster === undefined)
      return Promise.resolve(clusterNotFound(route.cluster, route.clusterNotFoundStatus));
    if (!(cluster instanceof Cluster)) {
      return Promise.resolve(clusterFailed(cluster.failed, route.clusterNotFoundStatus));
    }
    if (call.get(MUST_ENCRYPT) && cluster.plan.tls?.verifies !== "peer")
      return Promise.resolve(withoutTls(route.cluster));
    const { loading } = cluster;
    if (loading !== undefined) {
      const again = (): Promise<Response> => forward(request, call, route, timeouts);
      return loading.then(again, again);
    }
    const policy = timeouts.retryPolicy(route, request.head);
    const onPicked =
      route.mirrors.length === 0
        ? undefined
        : prepareShadows(request, call, route, timeouts.wholeMs, shadows);
    observeRequestEnd(request, call, timeouts);
    if (policy === undefined || policy.options.retriableRequest?.(request.head) === false)
      return tryOnce({ cluster, route, envoyFields, tried: undefined, onPicked }, request, call);
    const tried = policy.options.avoidPreviousHosts === true ? [] : undefined;
    const once = { cluster, route, envoyFields, tried, timeouts, onPicked };
    return runAttempts({
      request,
      call,
      policy,
      tryOnce: (attemptRequest, attemptCall) => tryOnce(once, attemptRequest, attemptCall),
      limit: cluster.retryLimits[route.priority],
      timers: wheel,
      stats: cluster.retryStats,
      random,
    }).catch((error: unknown) => {
      // Cancelled during a back-off.
      const reason = call.cancelled ?? toReset(error);
      return reason.flag === "UT" ? requestTimeout() : resetReply(reason);
    });
  }

  /** Envoy counts a route's timeout, and the upstream's time, from the end of the request. */
  function observeRequestEnd(request: Request, call: Call, timeouts: CallTimeouts): void {
    const { wholeMs } = timeouts;
    const isStream = request.body.kind === "stream";
    if (isStream) call.set(REQUEST_END_MS, Number.POSITIVE_INFINITY);
    else if (wholeMs <= 0) return;
    const end = (): void => {
      if (call.outcome !== undefined) return;
      if (isStream) {
        timeouts.requestEndMs = call.clock.now();
        call.set(REQUEST_END_MS, timeouts.requestEndMs);
      }
      if (wholeMs <= 0) return;
      const timer = wheel.schedule(() => call.cancel(TIMED_OUT), wholeMs);
      call.onEnd(() => timer.cancel());
    };
    request.body = observeBody(request.body, { end });
  }

  const prepare = { originalHeaders: envoyFields };
  return (request, call) => {
    const { head } = request;
    const route = call.route(head) as RouteMatch<RetryPolicy, HostExtra> | undefined;
    if (route === undefined) return Promise.resolve(routeNotFound(head));
    const context = requestFormatContext(request, call);
    switch (route.kind) {
      case "forward": {
        const timeouts = new CallTimeouts(route, head, call.startMs, { envoyFields, obeysRequests });
        route.prepareRequest(head, context, prepare);
        const key = route.hashesRequests
          ? keyCall(route, head, call, new CallFacts(call, random, runtime))
          : undefined;
        if (route.changesResponseHeaders) call.set(UPSTREAM_HOST, { endpoint: undefined });
        let responded = forward(request, call, route, timeouts);
        if (timeouts.isTimeoutEmpty) responded = responded.then(emptyTimeout);
        const counts = head.method !== "" && route.virtualHostExtra?.attemptCountInResponse === true;
        if (!route.changesResponseHeaders && !counts && key === undefined) return responded;
        return responded.then((response) => {
          const { headers, local } = response.head;
          if (key !== undefined && local === undefined) {
            for (const cookie of key.cookies) headers.append("set-cookie", cookie);
          }
          route.changeResponseHeaders(headers, responseFormatContext(context, response, call));
          if (counts && local?.details !== CLUSTER_NOT_FOUND) tellAttempt(headers, call);
          return response;
        });
      }
      case "direct-response":
        return Promise.resolve(directResponse(route, head, context, call));
      case "redirect": {
        const location = route.location(head);
        route.prepareRequest(head, prepare);
        return answered(redirect(route.status, location), route, context, call);
      }
      case "non-forwarding":
        return answered(localReply({ status: 503, details: "non_forwarding_route" }), route, context, call);
      default:
        return route satisfies never;
    }
  };
}

/** What a route answers by itself carries the headers that the route adds to responses. */
function answered(
  response: Response,
  route: RouteMatch,
  context: FormatContext,
  call: Call,
): Promise<Response> {
  route.changeResponseHeaders(response.head.headers, responseFormatContext(context, response, call));
  return Promise.resolve(response);
}

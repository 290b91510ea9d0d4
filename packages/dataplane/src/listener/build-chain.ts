import {
  type Clock,
  type Metrics,
  type Random,
  type Request,
  type Response,
  type Service,
  type Stack,
  stack,
  type TimerWheel,
} from "@dualmesh/core";
import { traceContext } from "@dualmesh/telemetry";
import type { ConnectionManagerPlan } from "../compile/connection-manager.ts";
import { httpStats } from "../filters/http-stats.ts";
import { prepareRequest } from "../filters/prepare-request.ts";
import { streamLimits } from "../filters/stream-limits.ts";
import { via } from "../filters/via.ts";
import type { Runtime } from "../runtime.ts";

export interface ChainOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly runtime: Runtime;
  /** Holds the timeouts of calls. */
  readonly wheel: TimerWheel;
}

/** The HTTP filters of a connection manager over its router, outermost first. Prints itself. */
export function buildChain(plan: ConnectionManagerPlan, options: ChainOptions): Stack<Request, Response> {
  const { clock, random, metrics, runtime, wheel } = options;
  const statPrefix = `http.${plan.statPrefix}.`;
  let chain = stack<Request, Response>()
    .use("stats", httpStats(metrics, statPrefix))
    .use("via", plan.via === "" ? undefined : via(plan.via))
    .use("prepare request", prepareRequest(plan, random))
    .use("stream limits", streamLimits(plan.streamLimits, wheel))
    .use("trace context", traceContext({ random }));
  for (const { name, factory, config } of plan.filters) {
    let role = name;
    // Only the names of filters are known to differ from one another; what stands above them has names too.
    while (chain.roles.includes(role)) role = `"${role}"`;
    chain = chain.use(role, factory.create(config, { clock, random, metrics, runtime, name, statPrefix }));
  }
  return chain;
}

export type HttpService = Service<Request, Response>;

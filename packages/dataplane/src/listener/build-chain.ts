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
import type { FilterContext } from "../extensions/http-filter-factory.ts";
import { httpStats } from "../filters/http-stats.ts";
import { prepareRequest } from "../filters/prepare-request.ts";
import { streamLimits } from "../filters/stream-limits.ts";
import { via } from "../filters/via.ts";
import type { Runtime } from "../runtime.ts";
import { type MountedHook, mountFilter } from "./mount-filter.ts";

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
  const last = plan.filters.length - 1;
  const contextOf = (name: string): FilterContext => ({ clock, random, metrics, runtime, name, statPrefix });
  const hooks = plan.filters.map(({ name, factory, config, disabled }): MountedHook | undefined => {
    const hook = factory.createAnswerHook?.(config, contextOf(name));
    return hook && { name, disabled, hook };
  });
  for (const [i, { name, factory, config, disabled }] of plan.filters.entries()) {
    let role = name;
    // Only the names of filters are known to differ from one another; what stands above them has names too.
    while (chain.roles.includes(role)) role = `"${role}"`;
    const further = hooks.slice(i + 1).filter((hook) => hook !== undefined);
    chain = chain.use(
      role,
      mountFilter(factory.create(config, contextOf(name)), {
        name,
        disabled,
        hooks: further.reverse(),
        last: i === last,
      }),
    );
  }
  return chain;
}

export type HttpService = Service<Request, Response>;

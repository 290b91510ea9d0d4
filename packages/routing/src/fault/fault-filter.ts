import {
  type Attribute,
  type Call,
  codeFromNumber,
  createAttribute,
  type Filter,
  localReply,
  type Metrics,
  noMetrics,
  type Request,
  type Response,
  resetReply,
} from "@dualmesh/core";
import type { FaultChance, FaultPlan, FaultStatus } from "./fault-plan.ts";
import { paceBody } from "./paced-body.ts";

export interface FaultFilterOptions extends FaultChance {
  /** What is done to all requests, or a function that says it for each, such as by its route. */
  readonly fault: FaultPlan | ((request: Request, call: Call) => FaultPlan | undefined);
  readonly metrics?: Metrics;
  /** In front of the names of metrics. Default: empty. */
  readonly statPrefix?: string;
}

/** Whether the call was held back: Envoy's flag `DI`, which stands beside the flag of whatever comes of the call. */
export const DELAY_INJECTED: Attribute<boolean> = createAttribute("delay injected", false);

/**
 * Disturbs requests: holds them back, answers them in place of the upstream, or slows their responses down.
 *
 * ```ts
 * import { createCall, stack, type Request, type Response } from "@dualmesh/core";
 * import { compileFault, faultFilter } from "@dualmesh/routing/fault";
 * import { mockService, textRequest } from "@dualmesh/testkit";
 *
 * const abort = { with: { kind: "http", status: 503 }, share: { numerator: 100, denominator: 100 } } as const;
 * const send = stack<Request, Response>()
 *   .use("fault", faultFilter({ fault: compileFault({ abort }) }))
 *   .to(mockService().service);
 * const { head } = await send(textRequest(), createCall());
 * console.log(head.status, head.local?.flag); // => 503 FI
 * ```
 *
 * @see Envoy, "HTTP filters", Fault Injection
 */
export function faultFilter(options: FaultFilterOptions): Filter<Request, Response> {
  const { fault, metrics = noMetrics, statPrefix = "" } = options;
  const planOf = typeof fault === "function" ? fault : () => fault;
  const injector = new Injector(options, metrics, `${statPrefix}fault.`);
  return (next) => (request, call) => {
    const plan = planOf(request, call);
    if (plan === undefined) return next(request, call);
    const cluster = call.route(request.head)?.cluster;
    if (!plan.concerns(request.head, cluster)) return next(request, call);
    return injector.inject(plan, request, call, next);
  };
}

/** What all calls of a filter share. */
class Injector {
  readonly #chance: FaultChance;
  readonly #delays: ReturnType<Metrics["counter"]>;
  readonly #aborts: ReturnType<Metrics["counter"]>;
  readonly #rateLimits: ReturnType<Metrics["counter"]>;
  readonly #overflows: ReturnType<Metrics["counter"]>;
  readonly #gauge: ReturnType<Metrics["gauge"]>;
  #active = 0;

  constructor(chance: FaultChance, metrics: Metrics, prefix: string) {
    this.#chance = chance;
    this.#delays = metrics.counter(`${prefix}delays_injected`);
    this.#aborts = metrics.counter(`${prefix}aborts_injected`);
    this.#rateLimits = metrics.counter(`${prefix}response_rl_injected`);
    this.#overflows = metrics.counter(`${prefix}faults_overflow`);
    this.#gauge = metrics.gauge(`${prefix}active_faults`);
  }

  inject(
    plan: FaultPlan,
    request: Request,
    call: Call,
    next: (request: Request, call: Call) => Promise<Response>,
  ): Promise<Response> {
    const { head } = request;
    const chance = this.#chance;
    // However many faults a request meets, it is one active fault, until its call ends.
    const counted = new Once(() => this.#begin(plan, call));
    let rateKib = plan.rateLimitKib(head, chance);
    if (rateKib !== undefined && !counted.value) rateKib = undefined;
    if (rateKib !== undefined) this.#rateLimits.add();
    const proceed = (): Promise<Response> => {
      const status = plan.abort(head, chance);
      if (status !== undefined && counted.value) {
        this.#aborts.add();
        return Promise.resolve(aborted(status));
      }
      const responded = next(request, call);
      return rateKib === undefined ? responded : responded.then((response) => pace(response, rateKib, call));
    };
    const delayMs = plan.delayMs(head, chance);
    if (delayMs <= 0 || !counted.value) return proceed();
    this.#delays.add();
    call.set(DELAY_INJECTED, true);
    return pause(call, delayMs).then(() =>
      call.cancelled === undefined ? proceed() : resetReply(call.cancelled),
    );
  }

  /** Counts a request that is about to be disturbed; `false` where too many are. */
  #begin(plan: FaultPlan, call: Call): boolean {
    if (this.#active >= plan.maxActive(this.#chance)) {
      this.#overflows.add();
      return false;
    }
    this.#active++;
    this.#gauge.add(1);
    call.onEnd(() => {
      this.#active--;
      this.#gauge.add(-1);
    });
    return true;
  }
}

/** A question that is asked again until it was answered with yes. */
class Once {
  readonly #ask: () => boolean;
  #yes = false;

  constructor(ask: () => boolean) {
    this.#ask = ask;
  }

  get value(): boolean {
    this.#yes ||= this.#ask();
    return this.#yes;
  }
}

/** Resolves after the time, or at once when the call is cancelled. */
function pause(call: Call, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = call.clock.setTimer(() => {
      hook[Symbol.dispose]();
      resolve();
    }, ms);
    const hook = call.onCancel(() => {
      timer[Symbol.dispose]();
      resolve();
    });
  });
}

function aborted({ status, grpcStatus }: FaultStatus): Response {
  return localReply({
    status,
    flag: "FI",
    details: "fault_filter_abort",
    body: "fault filter abort",
    ...(grpcStatus === undefined ? {} : { grpcStatus, code: codeFromNumber(grpcStatus) }),
  });
}

function pace(response: Response, kibPerSecond: number, call: Call): Response {
  response.body = paceBody(response.body, kibPerSecond, call.clock);
  return response;
}

import { type ClusterThresholds, createClusterThresholds } from "@dualmesh/circuit-breaker";
import type { Clock, Metrics, Random } from "@dualmesh/core";
import { createLoadBalancer, type LoadBalancer } from "@dualmesh/load-balancer";
import { createRetryBudget, createRetryStats, type RetryLimit, type RetryStats } from "@dualmesh/retry";
import type { ClusterPlan } from "../compile/cluster.ts";
import type { EndpointPlan } from "../compile/endpoints.ts";
import { createHttp1Transport } from "../transport/http1-transport.ts";
import type { Transport } from "../transport/transport.ts";
import { type ClusterStats, clusterStats } from "./cluster-stats.ts";
import { type DnsDiscovery, type Lookup, resolveEndpoints, systemLookup } from "./discovery.ts";

export interface ClusterOptions {
  readonly plan: ClusterPlan;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly lookup?: Lookup;
}

/**
 * A cluster at work: the owner of everything that must outlive a change of configuration. Its endpoints change under
 * it; its plan does not (another plan is another cluster).
 */
export class Cluster {
  readonly plan: ClusterPlan;
  readonly balancer: LoadBalancer<EndpointPlan>;
  readonly thresholds: ClusterThresholds;
  /** How many retries may be under way: a budget, or the threshold. */
  readonly retryLimit: RetryLimit;
  readonly retryStats: RetryStats;
  readonly transport: Transport;
  readonly stats: ClusterStats;
  readonly #resolver: DnsDiscovery | undefined;
  #endpoints: readonly EndpointPlan[] = [];

  constructor(options: ClusterOptions) {
    const { plan, clock, random, metrics } = options;
    const stats = clusterStats(metrics, plan.statName);
    this.plan = plan;
    this.stats = stats;
    this.balancer = createLoadBalancer<EndpointPlan>({
      policy: plan.policy,
      panicThresholdPercent: plan.panicThresholdPercent,
      failTrafficOnPanic: plan.failTrafficOnPanic,
      random,
    });
    this.thresholds = createClusterThresholds({
      default: plan.thresholds.default,
      high: plan.thresholds.high,
      metrics,
      metricsPrefix: `cluster.${plan.statName}.`,
    });
    const budget = plan.thresholds.retryBudget;
    const { thresholds } = this;
    this.retryLimit =
      budget === undefined
        ? {
            tryAcquire: () => thresholds.tryAcquireRetry("default"),
            complete: (ticket) => thresholds.complete(ticket),
          }
        : createRetryBudget({ ...budget, active: () => thresholds.active("default").requests });
    this.retryStats = createRetryStats(metrics, `cluster.${plan.statName}.`);
    this.transport = createHttp1Transport({
      connectTimeoutMs: plan.connectTimeoutMs,
      idleTimeoutMs: plan.idleTimeoutMs,
      onConnection(event) {
        if (event === "failed") stats.connectFail.add();
        else if (event === "opened") {
          stats.connections.add();
          stats.connectionsActive.add(1);
        } else stats.connectionsActive.add(-1);
      },
    });
    const { discovery } = plan;
    if (discovery.kind === "static") this.update(discovery.endpoints.endpoints);
    else if (discovery.kind === "dns") {
      this.#resolver = resolveEndpoints({
        endpoints: discovery.endpoints.endpoints,
        all: discovery.all,
        family: discovery.family,
        refreshMs: discovery.refreshMs,
        clock,
        lookup: options.lookup ?? systemLookup,
        onEndpoints: (endpoints) => this.update(endpoints),
      });
    }
  }

  /** Settles when its endpoints were looked up once, where their names must be. */
  get warm(): Promise<void> {
    return this.#resolver?.firstRound ?? Promise.resolve();
  }

  get endpoints(): readonly EndpointPlan[] {
    return this.#endpoints;
  }

  /** Swaps the endpoints: who stays keeps connections and counts, who is gone finishes what is under way. */
  update(endpoints: readonly EndpointPlan[]): void {
    const before = this.#endpoints;
    this.#endpoints = endpoints;
    this.balancer.update(endpoints);
    const keys = new Set(endpoints.map((endpoint) => endpoint.key));
    for (const endpoint of before) {
      if (!keys.has(endpoint.key)) this.transport.release(endpoint.address);
    }
    this.stats.members.set(endpoints.length);
    this.stats.healthyMembers.set(endpoints.filter((endpoint) => endpoint.health !== "unhealthy").length);
  }

  /** Lets what is under way finish, and closes its connections. */
  close(): Promise<void> {
    this.#resolver?.[Symbol.dispose]();
    return this.transport.close();
  }
}

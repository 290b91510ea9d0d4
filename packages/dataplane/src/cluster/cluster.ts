import {
  type ClusterThresholds,
  createClusterThresholds,
  type RoutingPriority,
} from "@dualmesh/circuit-breaker";
import type { Clock, Metrics, Random } from "@dualmesh/core";
import { createLoadBalancer, type LoadBalancer } from "@dualmesh/load-balancer";
import { createRetryBudget, createRetryStats, type RetryLimit, type RetryStats } from "@dualmesh/retry";
import type { ClusterPlan, Discovery } from "../compile/cluster.ts";
import type { EndpointPlan, EndpointsPlan } from "../compile/endpoints.ts";
import { loadSecrets, type TlsSecrets } from "../tls/load-secrets.ts";
import { tlsStats } from "../tls/tls-stats.ts";
import { UpstreamTls } from "../tls/upstream-tls.ts";
import { createDownstreamProtocolTransport } from "../transport/downstream-protocol-transport.ts";
import { addressKey, type EndpointAddress } from "../transport/endpoint-address.ts";
import { httpOrFrames } from "../transport/http-or-frames.ts";
import { createHttp1Transport } from "../transport/http1/http1-transport.ts";
import { createHttp2Transport } from "../transport/http2/http2-transport.ts";
import type { Transport } from "../transport/transport.ts";
import type { TransportOptions } from "../transport/transport-options.ts";
import { type ClusterStats, clusterStats } from "./cluster-stats.ts";
import { type DnsDiscovery, type Lookup, resolveEndpoints, systemLookup } from "./discovery.ts";

export interface ClusterOptions {
  readonly plan: ClusterPlan;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly lookup?: Lookup;
}

const TRANSPORTS = {
  http1: createHttp1Transport,
  http2: createHttp2Transport,
  downstream: createDownstreamProtocolTransport,
} as const;

/** What a cluster has before it knows better. */
export const NO_ASSIGNMENT: EndpointsPlan = {
  name: "",
  endpoints: [],
  overprovisioningFactorPercent: undefined,
};

/** Whoever waits for readiness looks again: not all of a thousand dead endpoints have to be asked each time. */
const MAX_CONNECT_TRIES = 10;

/**
 * A cluster at work: the owner of everything that must outlive a change of configuration. Its endpoints change under
 * it; its plan does not (another plan is another cluster).
 */
export class Cluster {
  readonly plan: ClusterPlan;
  readonly balancer: LoadBalancer<EndpointPlan>;
  readonly thresholds: ClusterThresholds;
  /** How many retries may be under way, by routing priority: a budget for all, or the thresholds. */
  readonly retryLimits: Readonly<Record<RoutingPriority, RetryLimit>>;
  readonly retryStats: RetryStats;
  readonly transport: Transport;
  readonly stats: ClusterStats;
  readonly #clock: Clock;
  readonly #lookup: Lookup;
  readonly #secrets: TlsSecrets | undefined;
  #resolver: DnsDiscovery | undefined;
  #discovery: Discovery | undefined;
  #assignment: EndpointsPlan = NO_ASSIGNMENT;

  constructor(options: ClusterOptions) {
    const { plan, clock, random, metrics } = options;
    const stats = clusterStats(metrics, plan.statName);
    this.plan = plan;
    this.stats = stats;
    this.#clock = clock;
    this.#lookup = options.lookup ?? systemLookup;
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
    if (budget === undefined) {
      this.retryLimits = {
        default: thresholdLimit(thresholds, "default"),
        high: thresholdLimit(thresholds, "high"),
      };
    } else {
      const shared = createRetryBudget({ ...budget, active: () => inFlight(thresholds) });
      this.retryLimits = { default: shared, high: shared };
    }
    this.retryStats = createRetryStats(metrics, `cluster.${plan.statName}.`);
    const secrets = plan.tls && loadSecrets(plan.tls, clock);
    this.#secrets = secrets;
    const connections: TransportOptions = {
      clock,
      tls:
        plan.tls &&
        secrets &&
        new UpstreamTls({
          plan: plan.tls,
          secrets,
          protocol: plan.protocol === "http2" ? "http2" : "http1",
          hostname: (address) => this.#hostname(address),
          stats: tlsStats(metrics, `cluster.${plan.statName}.`),
        }),
      connectTimeoutMs: plan.connectTimeoutMs,
      idleTimeoutMs: plan.idleTimeoutMs,
      streamWindowBytes: plan.streamWindowBytes,
      onConnection(event) {
        if (event === "failed") stats.connectFail.add();
        else if (event === "opened") {
          stats.connections.add();
          stats.connectionsActive.add(1);
        } else stats.connectionsActive.add(-1);
      },
    };
    this.transport = httpOrFrames(TRANSPORTS[plan.protocol](connections), connections);
    if (plan.keepalive !== undefined) this.transport.keepAlive(plan.keepalive);
    this.discover(plan.discovery);
  }

  /** Settles when its endpoints were looked up once, where their names must be, and its files were read, or could not be. */
  get warm(): Promise<unknown> {
    return Promise.allSettled([this.#resolver?.firstRound, this.#secrets?.loading]);
  }

  /** What its calls wait for: that its certificates and keys are read from their files. Rejects where that fails. */
  get loading(): Promise<void> | undefined {
    return this.#secrets?.context === undefined ? this.#secrets?.loading : undefined;
  }

  /** Its endpoints at this moment. */
  get assignment(): EndpointsPlan {
    return this.#assignment;
  }

  /**
   * Finds its endpoints as a plan of the same identity says. Names are looked up anew; what the names before stood for
   * serves until then.
   */
  discover(discovery: Discovery): void {
    if (discovery === this.#discovery) return;
    this.#discovery = discovery;
    this.#resolver?.[Symbol.dispose]();
    this.#resolver = undefined;
    if (discovery.kind === "static") this.update(discovery.endpoints);
    else if (discovery.kind === "dns") {
      const { endpoints: named, all, family, refreshMs } = discovery;
      this.#resolver = resolveEndpoints({
        endpoints: named.endpoints,
        all,
        family,
        refreshMs,
        clock: this.#clock,
        lookup: this.#lookup,
        onEndpoints: (endpoints) => this.update({ ...named, endpoints }),
      });
    }
  }

  /** Swaps the endpoints: who stays keeps connections and counts, who is gone finishes what is under way. */
  update(assignment: EndpointsPlan): void {
    const before = this.#assignment.endpoints;
    const { endpoints } = assignment;
    this.#assignment = assignment;
    this.balancer.update(endpoints, assignment);
    const keys = new Set(endpoints.map((endpoint) => endpoint.key));
    for (const endpoint of before) {
      if (!keys.has(endpoint.key)) this.transport.release(endpoint.address);
    }
    this.stats.members.set(endpoints.length);
    this.stats.healthyMembers.set(endpoints.filter((endpoint) => endpoint.health !== "unhealthy").length);
  }

  /**
   * Whether one of its endpoints can be reached, as far as that is known before a call: tries one after the other until a
   * connection stands or comes about, and asks none that is known as unhealthy.
   */
  async connect(): Promise<boolean> {
    const usable = this.#assignment.endpoints.filter(({ health }) => health !== "unhealthy");
    for (const { address } of usable.slice(0, MAX_CONNECT_TRIES)) {
      try {
        await this.transport.connect(address);
        return true;
      } catch {
        // The next one may be there; who calls is told why, and here it only counts that nobody was.
      }
    }
    return false;
  }

  /** Asked once for each connection. */
  #hostname(address: EndpointAddress): string {
    const key = addressKey(address);
    return this.#assignment.endpoints.find((endpoint) => endpoint.key === key)?.hostname ?? "";
  }

  /** Lets what is under way finish, and closes its connections. */
  close(): Promise<void> {
    this.#resolver?.[Symbol.dispose]();
    return this.transport.close();
  }
}

function thresholdLimit(thresholds: ClusterThresholds, priority: RoutingPriority): RetryLimit {
  return {
    tryAcquire: () => thresholds.tryAcquireRetry(priority),
    complete: (ticket) => thresholds.complete(ticket),
  };
}

/** What a retry budget is a share of. */
function inFlight(thresholds: ClusterThresholds): number {
  const standard = thresholds.active("default");
  const high = thresholds.active("high");
  return standard.requests + standard.pending + high.requests + high.pending;
}

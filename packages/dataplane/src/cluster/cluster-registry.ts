import { type Clock, MeshError, type Metrics, type Random } from "@dualmesh/core";
import type { ClusterPlan } from "../compile/cluster.ts";
import { Cluster } from "./cluster.ts";
import type { Lookup } from "./discovery.ts";

export interface ClusterRegistryOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
  readonly lookup?: Lookup;
}

/** A cluster that cannot be called, and the reason, which its calls are told. */
export interface FailedCluster {
  readonly name: string;
  readonly failed: string;
}

/**
 * The clusters at work, by name. State is kept here and not in the tables of routes: a cluster whose plan keeps its
 * identity stays as it is; one whose identity changed is made anew, and the old one drains.
 */
export class ClusterRegistry {
  readonly #options: ClusterRegistryOptions;
  readonly #clusters = new Map<string, Cluster | FailedCluster>();

  constructor(options: ClusterRegistryOptions) {
    this.#options = options;
  }

  get(name: string): Cluster | FailedCluster | undefined {
    return this.#clusters.get(name);
  }

  /** In order of names. */
  list(): readonly (Cluster | FailedCluster)[] {
    return [...this.#clusters.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cluster]) => cluster);
  }

  /** The cluster for a plan: the one that is there, or a new one that takes its place. */
  apply(plan: ClusterPlan): Cluster {
    const there = this.#clusters.get(plan.name);
    if (there instanceof Cluster && there.plan.identity === plan.identity) {
      there.discover(plan.discovery);
      return there;
    }
    const cluster = new Cluster({ ...this.#options, plan });
    this.#clusters.set(plan.name, cluster);
    cluster.loading?.catch((error: unknown) => {
      if (this.#clusters.get(plan.name) !== cluster) return;
      const why = MeshError.is(error) ? error.rawMessage : String(error);
      this.fail(plan.name, `cluster "${plan.name}": ${why}`);
    });
    if (there instanceof Cluster) {
      // Its calls finish on it; new ones find the new cluster, which begins with what endpoints are known.
      if (plan.discovery.kind === "eds" || plan.discovery.kind === "dns") cluster.update(there.assignment);
      drain(there);
    }
    return cluster;
  }

  fail(name: string, reason: string): void {
    const there = this.#clusters.get(name);
    this.#clusters.set(name, { name, failed: reason });
    if (there instanceof Cluster) drain(there);
  }

  /** Forgets all clusters but these. */
  keep(names: ReadonlySet<string>): void {
    for (const [name, cluster] of this.#clusters) {
      if (names.has(name)) continue;
      this.#clusters.delete(name);
      if (cluster instanceof Cluster) drain(cluster);
    }
  }

  async close(): Promise<void> {
    const clusters = [...this.#clusters.values()];
    this.#clusters.clear();
    await Promise.all(clusters.flatMap((one) => (one instanceof Cluster ? [one.close()] : [])));
  }
}

/** Closing waits for what is under way, and fails nothing. */
function drain(cluster: Cluster): void {
  void cluster.close();
}

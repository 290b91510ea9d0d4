import {
  type Clock,
  createTimerWheel,
  type Metrics,
  noMetrics,
  type Random,
  systemClock,
  systemRandom,
} from "@dualmesh/core";
import { TYPE_URL } from "@dualmesh/envoy-api";
import {
  type ConfigSnapshot,
  type ConfigView,
  createConfigView,
  type ResourceSource,
  shortTypeName,
} from "@dualmesh/xds";
import { Cluster, NO_ASSIGNMENT } from "./cluster/cluster.ts";
import { ClusterRegistry } from "./cluster/cluster-registry.ts";
import { type ClusterStatus, clusterStatus } from "./cluster/cluster-status.ts";
import type { Lookup } from "./cluster/discovery.ts";
import type { ClusterPlan } from "./compile/cluster.ts";
import type { ListenerPlan } from "./compile/listener.ts";
import type { Compiled, DataPlaneTypes } from "./compile/resource-types.ts";
import { flattenRuntime, type RuntimeLayer } from "./compile/runtime.ts";
import { type Listener, RunningListener } from "./listener/running-listener.ts";
import type { RouterOptions } from "./router/router.ts";
import { LayeredRuntime, type Runtime } from "./runtime.ts";

/** A layer of runtime keys: fixed, or followed by RTDS. Later layers win. */
export type RuntimeLayerSource =
  | { readonly kind: "static"; readonly name: string; readonly values: object }
  | { readonly kind: "rtds"; readonly name: string };

export interface DataPlaneOptions {
  /** Where resources come from; it must know all of `types`. */
  readonly source: ResourceSource;
  readonly types: DataPlaneTypes;
  /** Clusters to keep although no route names them: those of a bootstrap file. */
  readonly clusters?: readonly string[];
  readonly runtime?: readonly RuntimeLayerSource[];
  readonly clock?: Clock;
  readonly random?: Random;
  readonly metrics?: Metrics;
  /** Resolves host names of endpoints. Default: the machine's resolver. */
  readonly lookup?: Lookup;
}

/** Something that a resource asks for and that has no effect here. */
export interface ConfigWarning {
  /** Type and name. */
  readonly resource: string;
  readonly warning: string;
}

type ListenersObserver = (listeners: ReadonlyMap<string, Listener>) => void;
type RuntimeObserver = (runtime: Runtime) => void;

/** Running listeners and clusters, kept equal to the newest good configuration. */
export interface DataPlane extends AsyncDisposable {
  /** Those that can serve now, by name. */
  readonly listeners: ReadonlyMap<string, Listener>;
  /** Runs at once, and whenever a listener comes, goes or changes. */
  onListeners(observer: ListenersObserver): Disposable;
  readonly clusters: readonly ClusterStatus[];
  /** The cluster's own object, for those who show or drive it. */
  cluster(name: string): Cluster | undefined;
  readonly runtime: Runtime;
  /** Runs after each change of anything, endpoints included. */
  onChange(observer: () => void): Disposable;
  /** Runs after a change of runtime keys. */
  onRuntime(observer: RuntimeObserver): Disposable;
  readonly warnings: readonly ConfigWarning[];
  /** What is in effect, resource by resource. */
  readonly config: ConfigSnapshot;
  /** Settles when all listeners that were announced can serve, or have failed. */
  readonly ready: Promise<void>;
}

/**
 * Builds everything that `source` describes, and follows it from then on.
 *
 * ```ts
 * import { createDataPlane, createExtensionRegistry, dataPlaneTypes } from "@dualmesh/dataplane";
 * import { packAny } from "@dualmesh/envoy-api";
 * import { createStaticSource } from "@dualmesh/xds";
 *
 * const types = dataPlaneTypes(createExtensionRegistry());
 * const cluster = packAny("envoy.config.cluster.v3.Cluster", { name: "orders" });
 * const source = createStaticSource({ types: Object.values(types), resources: [cluster] });
 * await using plane = createDataPlane({ source, types, clusters: ["orders"] });
 * await plane.ready;
 * console.log(plane.clusters.map(({ name }) => name)); // => [ 'orders' ]
 * ```
 */
export function createDataPlane(options: DataPlaneOptions): DataPlane {
  return new RunningDataPlane(options);
}

class RunningDataPlane implements DataPlane {
  readonly listeners = new Map<string, RunningListener>();
  readonly runtime = new LayeredRuntime();
  readonly ready: Promise<void>;
  readonly #options: DataPlaneOptions;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #metrics: Metrics;
  readonly #registry: ClusterRegistry;
  readonly #router: RouterOptions;
  readonly #view: ConfigView;
  readonly #listenersObservers = new Set<ListenersObserver>();
  readonly #runtimeObservers = new Set<RuntimeObserver>();
  readonly #observers = new Set<() => void>();

  constructor(options: DataPlaneOptions) {
    const { clock = systemClock, random = systemRandom, metrics = noMetrics, lookup } = options;
    this.#options = options;
    this.#clock = clock;
    this.#random = random;
    this.#metrics = metrics;
    this.#registry = new ClusterRegistry({
      clock,
      random,
      metrics,
      ...(lookup === undefined ? {} : { lookup }),
    });
    this.#router = {
      clusters: (name) => this.#registry.get(name),
      wheel: createTimerWheel({ clock }),
      random,
      runtime: this.runtime,
    };
    const named = (typeUrl: string, name: string) => ({ kind: "named", typeUrl, name }) as const;
    this.#view = createConfigView({
      source: options.source,
      types: Object.values(options.types),
      roots: [
        { kind: "all", typeUrl: TYPE_URL.LDS },
        ...(options.clusters ?? []).map((name) => named(TYPE_URL.CDS, name)),
        ...(options.runtime ?? []).flatMap(({ kind, name }) =>
          kind === "rtds" ? [named(TYPE_URL.RTDS, name)] : [],
        ),
      ],
      clock,
    });
    this.#applyRuntime(this.#view.current);
    this.ready = new Promise((resolve) => {
      this.#view.subscribe((snapshot) => {
        this.#apply(snapshot);
        if (snapshot.ready) resolve(this.#warmClusters());
      });
    });
  }

  get config(): ConfigSnapshot {
    return this.#view.current;
  }

  get clusters(): readonly ClusterStatus[] {
    return this.#registry.list().map(clusterStatus);
  }

  get warnings(): readonly ConfigWarning[] {
    return Object.values(this.#options.types).flatMap(({ typeUrl }) =>
      [...this.config.all(typeUrl)].flatMap(([name, adopted]) => {
        if (adopted.kind !== "value") return [];
        const resource = `${shortTypeName(typeUrl)} "${name}"`;
        return (adopted.value as Compiled<object>).warnings.map((warning) => ({ resource, warning }));
      }),
    );
  }

  cluster(name: string): Cluster | undefined {
    const cluster = this.#registry.get(name);
    return cluster instanceof Cluster ? cluster : undefined;
  }

  onListeners(observer: ListenersObserver): Disposable {
    this.#listenersObservers.add(observer);
    observer(this.listeners);
    return { [Symbol.dispose]: () => void this.#listenersObservers.delete(observer) };
  }

  onChange(observer: () => void): Disposable {
    this.#observers.add(observer);
    return { [Symbol.dispose]: () => void this.#observers.delete(observer) };
  }

  onRuntime(observer: RuntimeObserver): Disposable {
    this.#runtimeObservers.add(observer);
    return { [Symbol.dispose]: () => void this.#runtimeObservers.delete(observer) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#view[Symbol.dispose]();
    this.listeners.clear();
    await this.#registry.close();
  }

  /** Brings clusters, listeners and runtime to a snapshot, in the order that calls need. */
  #apply(snapshot: ConfigSnapshot): void {
    const { cluster, listener } = this.#options.types;
    const clusters = snapshot.all(cluster);
    for (const [name, adopted] of clusters) {
      if (adopted.kind === "value") this.#applyCluster(adopted.value, snapshot);
      else this.#registry.fail(name, adopted.reason);
    }
    let changed = false;
    const listeners = snapshot.all(listener);
    for (const [name, adopted] of listeners) {
      if (adopted.kind === "value" && this.#applyListener(name, adopted.value)) changed = true;
    }
    for (const name of this.listeners.keys()) {
      if (listeners.get(name)?.kind === "value") continue;
      this.listeners.delete(name);
      changed = true;
    }
    if (changed) for (const observer of this.#listenersObservers) observer(this.listeners);
    // Only now does no table name them any more.
    this.#registry.keep(new Set(clusters.keys()));
    this.#applyRuntime(snapshot);
    for (const observer of this.#observers) observer();
  }

  #applyCluster(plan: ClusterPlan, snapshot: ConfigSnapshot): void {
    const cluster = this.#registry.apply(plan);
    if (plan.discovery.kind !== "eds") return;
    const adopted = snapshot.get(this.#options.types.endpoints, plan.discovery.serviceName);
    // Missing endpoints are no endpoints; before the first answer the cluster is not adopted at all.
    const assignment = adopted?.kind === "value" ? adopted.value : NO_ASSIGNMENT;
    if (cluster.assignment !== assignment) cluster.update(assignment);
  }

  /** Whether it changed anything. */
  #applyListener(name: string, plan: ListenerPlan): boolean {
    const there = this.listeners.get(name);
    if (there?.plan === plan) return false;
    if (there === undefined) this.listeners.set(name, this.#createListener(plan));
    else there.update(plan);
    return true;
  }

  #createListener(plan: ListenerPlan): RunningListener {
    return new RunningListener({
      plan,
      router: this.#router,
      findRoutes: (name) => {
        const adopted = this.config.get(this.#options.types.routes, name);
        return adopted?.kind === "value" ? adopted.value : undefined;
      },
      isPassthrough: (name) => this.cluster(name)?.plan.discovery.kind === "passthrough",
      isSecure: (name) => this.cluster(name)?.plan.tls?.verifies === "peer",
      clock: this.#clock,
      random: this.#random,
      metrics: this.#metrics,
      runtime: this.runtime,
    });
  }

  #applyRuntime(snapshot: ConfigSnapshot): void {
    const find = (name: string): readonly RuntimeLayer[] => {
      const adopted = snapshot.get(this.#options.types.runtime, name);
      return adopted?.kind === "value" ? [adopted.value] : [];
    };
    const before = JSON.stringify(this.runtime.entries());
    this.runtime.replace(
      (this.#options.runtime ?? []).flatMap((layer) =>
        layer.kind === "static"
          ? [{ name: layer.name, values: flattenRuntime(layer.values) }]
          : find(layer.name),
      ),
    );
    if (JSON.stringify(this.runtime.entries()) === before) return;
    for (const observer of this.#runtimeObservers) observer(this.runtime);
  }

  /** Clusters that resolve names have theirs before the first call. */
  async #warmClusters(): Promise<void> {
    await Promise.all(this.#registry.list().flatMap((one) => (one instanceof Cluster ? [one.warm] : [])));
  }
}

import type { Clock, Metrics, Random } from "@dualmesh/core";
import { TYPE_URL } from "@dualmesh/envoy-api";
import {
  createXdsClient,
  mergeSources,
  type ResourceSource,
  rotateTargets,
  type XdsClient,
} from "@dualmesh/xds";
import type { DataPlaneTypes } from "../compile/resource-types.ts";
import type { NodeConfig } from "./read-node-config.ts";

export interface NodeSourceOptions {
  readonly config: NodeConfig;
  readonly types: DataPlaneTypes;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
}

/** Where a node's configuration comes from. */
export interface NodeSource extends AsyncDisposable {
  readonly source: ResourceSource;
  /** Absent if the bootstrap names no control plane. */
  readonly client: XdsClient | undefined;
  /** Whether it is known which listeners there are: the control plane has said so, where it is to say so. */
  readonly isAnswered: () => boolean;
}

/** The bootstrap's own resources, and those of the control plane that it names. */
export function openNodeSource(options: NodeSourceOptions): NodeSource {
  const { config, types, clock, random, metrics } = options;
  const { node, targets, fixed, controlPlaneClusters, dynamicListeners } = config;
  if (targets.length === 0) {
    const source = mergeSources(fixed, controlPlaneClusters);
    return { source, client: undefined, isAnswered: () => true, async [Symbol.asyncDispose]() {} };
  }
  const client = createXdsClient({
    node,
    target: rotateTargets(targets),
    types: Object.values(types),
    clock,
    random,
    metrics,
  });
  let isAnswered = !dynamicListeners;
  const watch = dynamicListeners
    ? client.watchAll(TYPE_URL.LDS, () => {
        isAnswered = true;
      })
    : undefined;
  const remote = dynamicListeners ? withFetchTimeout(client, clock) : withoutListeners(client);
  return {
    source: mergeSources(fixed, controlPlaneClusters, remote),
    client,
    isAnswered: () => isAnswered,
    async [Symbol.asyncDispose]() {
      watch?.[Symbol.dispose]();
      await client[Symbol.asyncDispose]();
    },
  };
}

/** A control plane that is asked for clusters alone: the listeners are those of the bootstrap. */
function withoutListeners(source: ResourceSource): ResourceSource {
  const typeUrls = new Set(source.typeUrls);
  typeUrls.delete(TYPE_URL.LDS);
  return {
    typeUrls,
    watch: (typeUrl, name, watcher) => source.watch(typeUrl, name, watcher),
    watchAll: (typeUrl, watcher) => source.watchAll(typeUrl, watcher),
  };
}

/** Envoy's `initial_fetch_timeout`. */
const FETCH_TIMEOUT_MS = 15_000;

/**
 * A control plane that has not named its listeners after a while has none, until it says otherwise: it must not keep those
 * of the bootstrap itself closed.
 */
function withFetchTimeout(source: ResourceSource, clock: Clock): ResourceSource {
  return {
    typeUrls: source.typeUrls,
    watch: (typeUrl, name, watcher) => source.watch(typeUrl, name, watcher),
    watchAll(typeUrl, watcher) {
      const timer = clock.setTimer(() => watcher(new Map()), FETCH_TIMEOUT_MS);
      const watch = source.watchAll(typeUrl, (all) => {
        timer[Symbol.dispose]();
        watcher(all);
      });
      return {
        [Symbol.dispose]() {
          timer[Symbol.dispose]();
          watch[Symbol.dispose]();
        },
      };
    },
  };
}

import { type Clock, MeshError, type Metrics, type Random } from "@dualmesh/core";
import {
  addressKey,
  type DataPlaneTypes,
  type EndpointAddress,
  type RuntimeLayerSource,
} from "@dualmesh/dataplane";
import { packAny, TYPE_URL } from "@dualmesh/envoy-api";
import {
  createStaticSource,
  createXdsClient,
  mergeSources,
  parseBootstrap,
  type ResourceSource,
  type ResourceState,
  rotateTargets,
  type XdsClient,
  type XdsNode,
  type XdsTarget,
} from "@dualmesh/xds";
import type { LoadedBootstrap } from "./bootstrap.ts";

export interface NodeSourceOptions {
  readonly bootstrap: LoadedBootstrap;
  readonly types: DataPlaneTypes;
  readonly clock: Clock;
  readonly random: Random;
  readonly metrics: Metrics;
}

/** Who this process is in the mesh, and where its configuration comes from. */
export interface NodeSource extends AsyncDisposable {
  readonly node: XdsNode & { readonly id: string };
  readonly source: ResourceSource;
  readonly client: XdsClient | undefined;
  /** The clusters of the file itself. */
  readonly clusters: readonly string[];
  readonly runtime: readonly RuntimeLayerSource[];
  /** The bootstrap's admin address: where an Envoy beside this process answers. */
  readonly admin: EndpointAddress | undefined;
  /** Follows a sidecar that serves its configuration; `undefined`: back to the control plane. The cache is kept. */
  follow(sidecar: EndpointAddress | undefined): void;
}

/**
 * Opens the sources that a bootstrap names: its own resources, and its control plane.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` with all that is wrong with the bootstrap, a line each.
 */
export function openNodeSource(options: NodeSourceOptions): NodeSource {
  const { bootstrap, clock, random, metrics } = options;
  const types = Object.values(options.types);
  const config = readConfig(bootstrap, options.types);
  const { node, target, fixed } = config;
  const client =
    target === undefined ? undefined : createXdsClient({ node, target, types, clock, random, metrics });
  return {
    ...config,
    client,
    source:
      client === undefined
        ? fixed
        : withListeners(mergeSources(fixed, client), config.dynamicListeners ? beside(fixed, client) : fixed),
    follow(sidecar) {
      if (client !== undefined && target !== undefined) {
        client.retarget(sidecar === undefined ? target : targetOf(sidecar));
      }
    },
    async [Symbol.asyncDispose]() {
      await client?.[Symbol.asyncDispose]();
    },
  };
}

interface NodeConfig extends Pick<NodeSource, "node" | "clusters" | "runtime" | "admin"> {
  readonly target: XdsTarget | (() => XdsTarget) | undefined;
  readonly fixed: ResourceSource;
  readonly dynamicListeners: boolean;
}

function readConfig(bootstrap: LoadedBootstrap, types: DataPlaneTypes): NodeConfig {
  const all = Object.values(types);
  if (bootstrap.kind === "grpc") {
    const { node, target } = bootstrap.bootstrap;
    const fixed = createStaticSource({ types: all, resources: [] });
    return { node, target, fixed, dynamicListeners: true, clusters: [], runtime: [], admin: undefined };
  }
  const { message, file } = bootstrap;
  const parsed = parseBootstrap(message, file);
  // The cluster by which the control plane is reached is the xDS client's business.
  const own = message.dynamic_resources?.ads_config?.grpc_services[0]?.envoy_grpc?.cluster_name;
  const { listeners = [], clusters = [] } = message.static_resources ?? {};
  const used = clusters.filter(({ name }) => name !== own);
  const fixed = createStaticSource({
    types: all,
    resources: [
      ...listeners.map((one) => packAny("envoy.config.listener.v3.Listener", one)),
      ...used.map((one) => packAny("envoy.config.cluster.v3.Cluster", one)),
    ],
  });
  if (fixed.problems.length > 0) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      fixed.problems.map((problem) => `${file}: ${problem}`).join("\n"),
    );
  }
  return {
    node: parsed.node,
    target: parsed.targets.length === 0 ? undefined : rotateTargets(parsed.targets),
    fixed,
    dynamicListeners: parsed.dynamicListeners,
    clusters: used.map(({ name }) => name),
    runtime: parsed.runtimeLayers.flatMap((layer): RuntimeLayerSource[] => {
      if (layer.kind === "static") return [layer];
      return layer.kind === "rtds" ? [{ kind: "rtds", name: layer.resource }] : [];
    }),
    admin: parsed.admin?.kind === "unix" ? { kind: "pipe", path: parsed.admin.path } : parsed.admin,
  };
}

/** Listeners are static or dynamic as the bootstrap says; everything else comes from wherever it is. */
function withListeners(source: ResourceSource, listeners: Pick<ResourceSource, "watchAll">): ResourceSource {
  return {
    typeUrls: source.typeUrls,
    watch: (typeUrl, name, watcher) => source.watch(typeUrl, name, watcher),
    watchAll: (typeUrl, watcher) =>
      (typeUrl === TYPE_URL.LDS ? listeners : source).watchAll(typeUrl, watcher),
  };
}

/**
 * What stands in the file, beside what the control plane names: known when that has answered. The file alone is half of
 * it, and a process that took the half for the whole would send its first calls past the mesh.
 */
function beside(fixed: ResourceSource, remote: ResourceSource): Pick<ResourceSource, "watchAll"> {
  return {
    watchAll(typeUrl, watcher) {
      let own: ReadonlyMap<string, ResourceState> = new Map();
      using _asked = fixed.watchAll(typeUrl, (all) => {
        own = all;
      });
      return remote.watchAll(typeUrl, (all) => watcher(new Map([...all, ...own])));
    },
  };
}

function targetOf(address: EndpointAddress): XdsTarget {
  return address.kind === "pipe"
    ? { kind: "unix", address: address.path }
    : { kind: "tcp", address: addressKey(address) };
}

import { MeshError } from "@dualmesh/core";
import { type Any, type Message, packAny, type SourceDocument, TYPE_URL } from "@dualmesh/envoy-api";
import { createStaticSource, type StaticSource, type XdsNode, type XdsTarget } from "@dualmesh/xds";
import { type AdminAddress, parseBootstrap, type RuntimeLayer } from "@dualmesh/xds/bootstrap";
import type { DataPlaneTypes } from "../compile/resource-types.ts";
import type { RuntimeLayerSource } from "../data-plane.ts";
import type { EndpointAddress } from "../transport/endpoint-address.ts";
import { placeInBootstrap } from "./place-in-bootstrap.ts";
import { unknownClusters } from "./unknown-clusters.ts";

type Bootstrap = Message<"envoy.config.bootstrap.v3.Bootstrap">;

export interface NodeConfigOptions {
  readonly bootstrap: Bootstrap;
  /** What stands in front of problems. Default `bootstrap`. */
  readonly file?: string;
  /** The text that it was read from: problems are told at their lines. */
  readonly source?: SourceDocument | undefined;
  /** In place of the bootstrap's `node.id`. */
  readonly nodeId?: string;
  /** In place of its `node.cluster`. */
  readonly cluster?: string;
  /** The id of a node that has none and asks no control plane: nobody is told it. Default `dualmesh`. */
  readonly anonymousId?: string;
}

/** A bootstrap, checked and compiled, in the parts that a node of the mesh begins with. */
export interface NodeConfig {
  readonly node: XdsNode & { readonly id: string; readonly cluster: string };
  /** Where the control plane is, its addresses in order; empty if there is none. */
  readonly targets: readonly XdsTarget[];
  /** Whether the control plane names listeners. */
  readonly dynamicListeners: boolean;
  readonly fixed: StaticSource;
  /** The clusters by which the control plane is reached: there for a route that names one, else left alone. */
  readonly controlPlaneClusters: StaticSource;
  /** Names of the listeners of the bootstrap itself. */
  readonly staticListeners: ReadonlySet<string>;
  /** Names of its clusters, without those of the control plane. */
  readonly staticClusters: readonly string[];
  readonly runtime: readonly RuntimeLayerSource[];
  readonly admin: EndpointAddress | undefined;
  readonly warnings: readonly string[];
  /** The bootstrap as it was given. */
  readonly packed: Any;
}

/**
 * Reads a bootstrap and compiles what stands in it.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` with all problems, a line each.
 */
export function readNodeConfig(options: NodeConfigOptions, types: DataPlaneTypes): NodeConfig {
  const { file = "bootstrap", source } = options;
  const place = (problem: string): string => placed(file, source, problem);
  const bootstrap = withNode(options);
  const parsed = parseBootstrap(bootstrap, place);
  const { node, targets, dynamicListeners, runtimeLayers, admin, warnings } = parsed;
  const { listeners = [], clusters = [] } = bootstrap.static_resources ?? {};
  const own = controlPlaneClusters(bootstrap);
  const packClusters = (isOwn: boolean): readonly Any[] =>
    clusters
      .filter(({ name }) => own.has(name) === isOwn)
      .map((cluster) => packAny("envoy.config.cluster.v3.Cluster", cluster));
  const packedListeners = listeners.map((listener) => packAny("envoy.config.listener.v3.Listener", listener));
  const all = Object.values(types);
  const fixed = createStaticSource({ types: all, resources: [...packedListeners, ...packClusters(false)] });
  const problems = [...fixed.problems, ...unknownClusters(bootstrap, fixed)];
  if (problems.length > 0) throw new MeshError("INVALID_ARGUMENT", problems.map(place).join("\n"));
  return {
    node: { ...node, cluster: node.cluster ?? "" },
    targets,
    dynamicListeners,
    fixed,
    controlPlaneClusters: createStaticSource({ types: all, resources: packClusters(true) }),
    staticListeners: new Set(listeners.map(({ name }) => name)),
    staticClusters: clusters.map(({ name }) => name).filter((name) => !own.has(name)),
    runtime: runtimeLayers.flatMap(layerSource),
    admin: admin === undefined ? undefined : addressOf(admin),
    warnings: [...warnings, ...leftOut(bootstrap, runtimeLayers)],
    packed: packAny("envoy.config.bootstrap.v3.Bootstrap", options.bootstrap),
  };
}

/** `envoy.yaml:7:3: cluster "a"…` */
function placed(file: string, source: SourceDocument | undefined, problem: string): string {
  const position = source === undefined ? undefined : placeInBootstrap(source, problem);
  return `${file}${position === undefined ? "" : `:${position.line}:${position.column}`}: ${problem}`;
}

/**
 * The bootstrap with the node that the options ask for. Without a control plane nobody is told who this is, and Envoy
 * asks for no id then.
 */
function withNode({ bootstrap, nodeId, cluster, anonymousId = "dualmesh" }: NodeConfigOptions): Bootstrap {
  const asksControlPlane = bootstrap.dynamic_resources?.ads_config !== undefined;
  const id = nodeId ?? bootstrap.node?.id ?? "";
  const node = {
    ...bootstrap.node,
    id: id === "" && !asksControlPlane ? anonymousId : id,
    cluster: cluster ?? bootstrap.node?.cluster ?? "",
  };
  return { ...bootstrap, node: node as NonNullable<Bootstrap["node"]> };
}

/** They speak HTTP/2 to the control plane, and are no business of the data plane. */
function controlPlaneClusters(bootstrap: Bootstrap): ReadonlySet<string> {
  const services = bootstrap.dynamic_resources?.ads_config?.grpc_services ?? [];
  return new Set(
    services.flatMap(({ envoy_grpc }) => (envoy_grpc === undefined ? [] : [envoy_grpc.cluster_name])),
  );
}

function layerSource(layer: RuntimeLayer): readonly RuntimeLayerSource[] {
  switch (layer.kind) {
    case "static":
      return [layer];
    case "rtds":
      return [{ kind: "rtds", name: layer.resource }];
    case "admin":
      return [];
    default:
      return layer satisfies never;
  }
}

function leftOut(bootstrap: Bootstrap, layers: readonly RuntimeLayer[]): readonly string[] {
  const admin = layers.filter(({ kind }) => kind === "admin").map(({ name }) => name);
  const secrets = bootstrap.static_resources?.secrets.length ?? 0;
  return [
    ...admin.map((name) => `runtime layer "${name}" stays empty: /runtime_modify is not offered`),
    ...(secrets === 0 ? [] : ["static_resources.secrets have no effect here"]),
  ];
}

function addressOf(admin: AdminAddress): EndpointAddress {
  return admin.kind === "unix" ? { kind: "pipe", path: admin.path } : admin;
}

/** Whether a resource stands in the bootstrap itself. */
export function isStatic(config: NodeConfig, typeUrl: string, name: string): boolean {
  if (typeUrl === TYPE_URL.LDS) return config.staticListeners.has(name);
  return typeUrl === TYPE_URL.CDS && config.staticClusters.includes(name);
}

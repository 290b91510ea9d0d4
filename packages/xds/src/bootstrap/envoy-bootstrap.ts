import { type Any, type JsonObject, type Message, packAny } from "@dualmesh/envoy-api/wire";
import type { XdsTarget } from "../client/xds-target.ts";
import type { XdsNode } from "../xds-node.ts";
import { adsTargets } from "./ads-targets.ts";
import { ProblemCollector } from "./problem-collector.ts";

type Bootstrap = Message<"envoy.config.bootstrap.v3.Bootstrap">;
type Problem = (sentence: string) => void;

/** What a process needs to begin: who it is, whom it asks, what it knows without asking. */
export interface XdsBootstrap {
  readonly node: XdsNode & { readonly id: string };
  /** The control plane's addresses in order; empty if there is none. `rotateTargets` tries them in turn. */
  readonly targets: readonly XdsTarget[];
  /** Whether listeners come from the control plane. */
  readonly dynamicListeners: boolean;
  /** Whether all clusters do, without being asked for by name. */
  readonly dynamicClusters: boolean;
  /** Listeners, clusters and secrets of the file itself. */
  readonly staticResources: readonly Any[];
  /** Lowest first: a later layer overrides an earlier one. */
  readonly runtimeLayers: readonly RuntimeLayer[];
  /** Where the admin page is wanted. */
  readonly admin: AdminAddress | undefined;
  /** What the file asks for and is left out without harm. */
  readonly warnings: readonly string[];
}

export type RuntimeLayer =
  | { readonly kind: "static"; readonly name: string; readonly values: JsonObject }
  /** `resource` is the name to ask the control plane for. */
  | { readonly kind: "rtds"; readonly name: string; readonly resource: string }
  /** Filled over the admin page. */
  | { readonly kind: "admin"; readonly name: string };

export type AdminAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/**
 * Takes from Envoy's bootstrap message what the data plane begins with.
 *
 * @param place what stands in front of every problem, or what puts it there. A problem begins with the field it is about.
 * @throws {MeshError} `INVALID_ARGUMENT` with all problems, a line each.
 * @see envoy.config.bootstrap.v3.Bootstrap
 */
export function parseBootstrap(
  bootstrap: Bootstrap,
  place: string | ((problem: string) => string),
): XdsBootstrap {
  const problems = new ProblemCollector(place);
  const problem: Problem = (sentence) => problems.add(sentence);
  const warnings: string[] = [];
  const { node, static_resources: resources, dynamic_resources: dynamic } = bootstrap;
  const id = node?.id ?? "";
  if (id === "") problem("node.id is needed: a control plane chooses by it what to send");
  const parsed: XdsBootstrap = {
    node: { ...node, id, user_agent_name: node?.user_agent_name || "dualmesh" },
    targets: targetsOf(bootstrap, problem, warnings),
    dynamicListeners: fromAds("dynamic_resources.lds_config", dynamic?.lds_config, problem),
    dynamicClusters: fromAds("dynamic_resources.cds_config", dynamic?.cds_config, problem),
    staticResources: [
      ...(resources?.listeners ?? []).map((one) => packAny("envoy.config.listener.v3.Listener", one)),
      ...(resources?.clusters ?? []).map((one) => packAny("envoy.config.cluster.v3.Cluster", one)),
      ...(resources?.secrets ?? []).map((one) =>
        packAny("envoy.extensions.transport_sockets.tls.v3.Secret", one),
      ),
    ],
    runtimeLayers: runtimeLayers(bootstrap, problem, warnings),
    admin: adminAddress(bootstrap, problem),
    warnings,
  };
  const asksControlPlane =
    parsed.dynamicListeners ||
    parsed.dynamicClusters ||
    parsed.runtimeLayers.some((layer) => layer.kind === "rtds");
  if (asksControlPlane && dynamic?.ads_config === undefined) {
    problem("dynamic_resources.ads_config is needed, since resources are to come from ads");
  }
  problems.throwIfAny();
  return parsed;
}

function targetsOf(bootstrap: Bootstrap, problem: Problem, warnings: string[]): readonly XdsTarget[] {
  const ads = bootstrap.dynamic_resources?.ads_config;
  if (ads === undefined) return [];
  const { api_type: type, grpc_services: services, transport_api_version: version } = ads;
  if (type === "DELTA_GRPC" || type === "AGGREGATED_DELTA_GRPC") {
    warnings.push("ads_config.api_type asks for delta; the state of the world is asked for instead");
  } else if (type !== "GRPC" && type !== "AGGREGATED_GRPC") {
    problem(`dynamic_resources.ads_config.api_type: expected GRPC, got ${type}`);
  }
  if (version === "V2") problem("dynamic_resources.ads_config.transport_api_version: expected V3, got V2");
  const [service, ...further] = services;
  if (service === undefined) {
    problem("dynamic_resources.ads_config.grpc_services: expected one, got none");
    return [];
  }
  if (further.length > 0) warnings.push("ads_config.grpc_services: only the first is used");
  return adsTargets(service, bootstrap, problem);
}

/** Whether a kind of resource comes over the one stream; other ways are refused by name. */
function fromAds(
  field: string,
  source: Message<"envoy.config.core.v3.ConfigSource"> | undefined,
  problem: Problem,
): boolean {
  if (source === undefined) return false;
  if (source.ads !== undefined) return true;
  const other = ["path", "path_config_source", "api_config_source", "self"].find(
    (name) => source[name as keyof typeof source] !== undefined,
  );
  problem(`${field}: expected ads: {}, got ${other ?? "an empty source"}`);
  return false;
}

function runtimeLayers(bootstrap: Bootstrap, problem: Problem, warnings: string[]): readonly RuntimeLayer[] {
  const layers: RuntimeLayer[] = [];
  for (const layer of bootstrap.layered_runtime?.layers ?? []) {
    const { name, static_layer: values, rtds_layer: rtds, disk_layer: disk, admin_layer: admin } = layer;
    if (values !== undefined) layers.push({ kind: "static", name, values });
    else if (admin !== undefined) layers.push({ kind: "admin", name });
    else if (disk !== undefined) warnings.push(`runtime layer "${name}": disk layers are left out`);
    else if (rtds === undefined) problem(`runtime layer "${name}" is empty`);
    else if (fromAds(`runtime layer "${name}"`, rtds.rtds_config, problem)) {
      layers.push({ kind: "rtds", name, resource: rtds.name });
    }
  }
  return layers;
}

function adminAddress(bootstrap: Bootstrap, problem: Problem): AdminAddress | undefined {
  const address = bootstrap.admin?.address;
  if (address === undefined) return undefined;
  const { pipe, socket_address: socket } = address;
  if (pipe !== undefined) return { kind: "unix", path: pipe.path };
  if (socket?.port_value !== undefined) return { kind: "tcp", host: socket.address, port: socket.port_value };
  problem("admin.address needs a pipe, or a socket_address with port_value");
  return undefined;
}

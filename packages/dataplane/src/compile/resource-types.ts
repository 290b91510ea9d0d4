import { decode, type MessageTypes, TYPE_URL } from "@dualmesh/envoy-api";
import type { Parsed, Reference, ResourceType } from "@dualmesh/xds";
import type { ExtensionRegistry } from "../extensions/extension-registry.ts";
import { type ClusterPlan, compileCluster } from "./cluster.ts";
import { compileEndpoints, type EndpointsPlan } from "./endpoints.ts";
import { compileListener, type ListenerPlan } from "./listener.ts";
import { CompileReport } from "./report.ts";
import { compileRouteConfiguration, type RoutesPlan } from "./routes.ts";
import { compileRuntime, type RuntimeLayer } from "./runtime.ts";

/** A compiled resource, with what it asks for and does not get. */
export type Compiled<T> = T & { readonly warnings: readonly string[] };

/** The types of resources that make a data plane, as the xDS client takes them. */
export interface DataPlaneTypes {
  readonly listener: ResourceType<Compiled<ListenerPlan>>;
  readonly routes: ResourceType<Compiled<RoutesPlan>>;
  readonly cluster: ResourceType<Compiled<ClusterPlan>>;
  readonly endpoints: ResourceType<Compiled<EndpointsPlan>>;
  readonly runtime: ResourceType<Compiled<RuntimeLayer>>;
}

/** Parsing is compiling: what comes out can serve, and the problems on the way are the NACK. */
export function dataPlaneTypes(registry: ExtensionRegistry): DataPlaneTypes {
  return {
    listener: {
      name: "listener",
      typeUrl: TYPE_URL.LDS,
      fullState: true,
      parse: parser(
        "envoy.config.listener.v3.Listener",
        (message) => message.name,
        (message, report) => compileListener(message, report, registry),
      ),
      references: listenerReferences,
    },
    routes: {
      name: "route configuration",
      typeUrl: TYPE_URL.RDS,
      fullState: false,
      parse: parser(
        "envoy.config.route.v3.RouteConfiguration",
        (message) => message.name,
        (message, report) =>
          compileRouteConfiguration(message, `route configuration "${message.name}"`, report, registry),
      ),
      references: (routes) => routes.clusters.map(clusterReference),
    },
    cluster: {
      name: "cluster",
      typeUrl: TYPE_URL.CDS,
      fullState: true,
      parse: parser("envoy.config.cluster.v3.Cluster", (message) => message.name, compileCluster),
      references: ({ discovery }) =>
        discovery.kind === "eds" ? [{ typeUrl: TYPE_URL.EDS, name: discovery.serviceName }] : [],
    },
    endpoints: {
      name: "cluster load assignment",
      typeUrl: TYPE_URL.EDS,
      fullState: false,
      parse: parser(
        "envoy.config.endpoint.v3.ClusterLoadAssignment",
        (message) => message.cluster_name,
        (message, report) => compileEndpoints(message, `endpoints "${message.cluster_name}"`, report),
      ),
    },
    runtime: {
      name: "runtime",
      typeUrl: TYPE_URL.RTDS,
      fullState: false,
      parse: parser("envoy.service.runtime.v3.Runtime", (message) => message.name, compileRuntime),
    },
  };
}

function listenerReferences(listener: ListenerPlan): readonly Reference[] {
  return listener.chains.flatMap(({ http: { routes } }) =>
    routes.kind === "rds"
      ? [{ typeUrl: TYPE_URL.RDS, name: routes.name }]
      : routes.routes.clusters.map(clusterReference),
  );
}

function clusterReference(name: string): Reference {
  return { typeUrl: TYPE_URL.CDS, name };
}

function parser<K extends keyof MessageTypes, T extends object>(
  type: K,
  nameOf: (message: MessageTypes[K]) => string,
  compile: (message: MessageTypes[K], report: CompileReport) => T,
): (bytes: Uint8Array) => Parsed<Compiled<T>> {
  return (bytes) => {
    const message = decode(type, bytes);
    const name = nameOf(message);
    const report = new CompileReport();
    const value = compile(message, report);
    if (report.problems.length > 0) return { kind: "problems", name, problems: report.problems };
    const { warnings } = report;
    return { kind: "value", name, value: { ...value, warnings }, warnings };
  };
}

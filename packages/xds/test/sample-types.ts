import { decode, TYPE_URL } from "@dualmesh/envoy-api";
import type { Parsed, Reference, ResourceType } from "../src/index.ts";

/**
 * Small types over Envoy's messages, for tests: a resource whose name says so is refused (`bad…`) or throws (`throws…`),
 * by its content if it states `reject`.
 */
export interface Listener {
  readonly text: string;
  readonly routes: readonly string[];
}
export interface Route {
  readonly clusters: readonly string[];
}
export interface Cluster {
  readonly revision: number;
  readonly endpoints: string;
}
export interface Endpoints {
  readonly revision: number;
}

/** How often each resource was parsed. */
export const parses: Map<string, number> = new Map();

function parsed<T>(typeUrl: string, name: string, value: T, reject = false): Parsed<T> {
  const key = `${typeUrl.slice(typeUrl.lastIndexOf(".") + 1)} ${name}`;
  parses.set(key, (parses.get(key) ?? 0) + 1);
  if (name.startsWith("throws")) throw new Error(`${name} throws`);
  if (reject || name.startsWith("bad")) return { kind: "problems", name, problems: [`${name} is refused`] };
  return { kind: "value", name, value };
}

function refer(typeUrl: string, names: readonly string[]): readonly Reference[] {
  return names.map((name) => ({ typeUrl, name }));
}

/** `stat_prefix` is its text: `routes:a,b` names route configurations, `reject` is refused. */
export const listenerType: ResourceType<Listener> = {
  name: "listener",
  typeUrl: TYPE_URL.LDS,
  fullState: true,
  parse(bytes) {
    const { name, stat_prefix: text } = decode("envoy.config.listener.v3.Listener", bytes);
    const routes = text.startsWith("routes:") ? text.slice(7).split(",") : [];
    return parsed(TYPE_URL.LDS, name, { text, routes }, text === "reject");
  },
  references: ({ routes }) => refer(TYPE_URL.RDS, routes),
};

export const routeType: ResourceType<Route> = {
  name: "route configuration",
  typeUrl: TYPE_URL.RDS,
  fullState: false,
  parse(bytes) {
    const { name, virtual_hosts: hosts } = decode("envoy.config.route.v3.RouteConfiguration", bytes);
    const clusters = hosts.flatMap((host) => host.routes.map(({ route }) => route?.cluster ?? ""));
    return parsed(TYPE_URL.RDS, name, { clusters });
  },
  references: ({ clusters }) => refer(TYPE_URL.CDS, clusters),
};

/** A connect timeout of 99 s is refused. */
export const clusterType: ResourceType<Cluster> = {
  name: "cluster",
  typeUrl: TYPE_URL.CDS,
  fullState: true,
  parse(bytes) {
    const { name, connect_timeout: timeout } = decode("envoy.config.cluster.v3.Cluster", bytes);
    const revision = Number(timeout?.seconds ?? 0);
    return parsed(TYPE_URL.CDS, name, { revision, endpoints: name }, revision === 99);
  },
  references: ({ endpoints }) => refer(TYPE_URL.EDS, [endpoints]),
};

export const endpointsType: ResourceType<Endpoints> = {
  name: "endpoints",
  typeUrl: TYPE_URL.EDS,
  fullState: false,
  parse(bytes) {
    const { cluster_name: name, policy } = decode("envoy.config.endpoint.v3.ClusterLoadAssignment", bytes);
    const revision = (policy?.overprovisioning_factor ?? 100) - 100;
    return parsed(TYPE_URL.EDS, name, { revision }, revision === 99);
  },
};

export const sampleTypes = [listenerType, routeType, clusterType, endpointsType] as const;

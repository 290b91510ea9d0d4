import type { DocumentPath, Message } from "@dualmesh/envoy-api";

type RouteConfiguration = Message<"envoy.config.route.v3.RouteConfiguration">;
type RouteAction = Message<"envoy.config.route.v3.RouteAction">;
type MirrorPolicy = Message<"envoy.config.route.v3.RouteAction.RequestMirrorPolicy">;
type TcpProxy = Message<"envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy">;

/** A name that one resource uses for another, and where. */
export interface Reference {
  readonly name: string;
  /** From the top of the resource that holds it. */
  readonly path: DocumentPath;
}

/**
 * The clusters that a route configuration names. A name that comes with the request (`cluster_header`) or from a
 * plugin is no reference; nor is any, where the author says `validate_clusters: false`, which is Envoy's way to name
 * clusters that come from elsewhere (the node's bootstrap, on-demand discovery).
 */
export function clustersOfRoutes(config: RouteConfiguration, path: DocumentPath): readonly Reference[] {
  if (config.validate_clusters === false) return [];
  return [
    ...mirrors(config.request_mirror_policies, path),
    ...config.virtual_hosts.flatMap((host, hostIndex) => {
      const hostPath = [...path, "virtual_hosts", hostIndex];
      return [
        ...mirrors(host.request_mirror_policies, hostPath),
        ...host.routes.flatMap(({ route }, index) =>
          route === undefined ? [] : clustersOfAction(route, [...hostPath, "routes", index, "route"]),
        ),
      ];
    }),
  ];
}

/** The clusters that a TCP proxy names. */
export function clustersOfTcpProxy(proxy: TcpProxy, path: DocumentPath): readonly Reference[] {
  return targets(proxy.cluster, proxy.weighted_clusters?.clusters ?? [], path);
}

function clustersOfAction(action: RouteAction, path: DocumentPath): readonly Reference[] {
  return [
    ...targets(action.cluster, action.weighted_clusters?.clusters ?? [], path),
    ...mirrors(action.request_mirror_policies, path),
  ];
}

function targets(
  cluster: string | undefined,
  weighted: readonly { readonly name: string }[],
  path: DocumentPath,
): readonly Reference[] {
  return named([
    { name: cluster ?? "", path: [...path, "cluster"] },
    ...weighted.map(({ name }, index) => {
      return { name, path: [...path, "weighted_clusters", "clusters", index, "name"] };
    }),
  ]);
}

function mirrors(policies: readonly MirrorPolicy[], path: DocumentPath): readonly Reference[] {
  return named(
    policies.map(({ cluster }, index) => {
      return { name: cluster, path: [...path, "request_mirror_policies", index, "cluster"] };
    }),
  );
}

/** Empty is how proto3 says "not this member, another one". */
function named(references: readonly Reference[]): readonly Reference[] {
  return references.filter(({ name }) => name !== "");
}

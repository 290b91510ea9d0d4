import { fromJson } from "@dualmesh/envoy-api";
import { expect, test } from "vitest";
import { createExtensionRegistry, dataPlaneTypes, readNodeConfig } from "../../src/index.ts";
import { ordersHost, outboundListener, routeTo, staticCluster } from "../static-plane.ts";

const HERE = 'listener "outbound".filter_chains[0].filters[0].route_config.virtual_hosts["orders"]';

/** Reads a bootstrap with one listener of these routes and the clusters `a` and `b`. */
function read(routes: readonly object[], routeConfig: object = {}, more: object = {}) {
  const route_config = { virtual_hosts: [ordersHost(routes)], ...routeConfig };
  const bootstrap = fromJson("envoy.config.bootstrap.v3.Bootstrap", {
    static_resources: {
      listeners: [outboundListener([], { route_config })],
      clusters: [staticCluster("a", [1]), staticCluster("b", [1])],
    },
    ...more,
  } as never);
  return () => readNodeConfig({ bootstrap, file: "b.yaml" }, dataPlaneTypes(createExtensionRegistry()));
}

const WEIGHTED = {
  match: { prefix: "/w" },
  route: {
    weighted_clusters: {
      clusters: [
        { name: "a", weight: 1 },
        { name: "d", weight: 0 },
      ],
    },
  },
};

test("a bootstrap whose routes name clusters that are not there is refused, with the first place of each", () => {
  expect(read([WEIGHTED, routeTo("c"), routeTo("c"), routeTo("a")])).toThrow(
    [
      `b.yaml: ${HERE}.routes[0].route.weighted_clusters.clusters[1].name: expected the name of a static cluster, got "d"; there are a, b`,
      `b.yaml: ${HERE}.routes[1].route.cluster: expected the name of a static cluster, got "c"; there are a, b`,
    ].join("\n"),
  );
});

test("validate_clusters: false lets it in, and true is what holds without it", () => {
  expect(read([routeTo("c")], { validate_clusters: false })).not.toThrow();
  expect(read([routeTo("c")], { validate_clusters: true })).toThrow('got "c"');
});

test("a name that comes with the request is nobody's mistake", () => {
  const byHeader = { match: { prefix: "/" }, route: { cluster_header: "x-cluster" } };
  expect(read([byHeader])).not.toThrow();
});

test("where the control plane is to name clusters, all of them may yet come", () => {
  const dynamic_resources = {
    cds_config: { ads: {} },
    ads_config: {
      api_type: "GRPC",
      grpc_services: [{ google_grpc: { target_uri: "unix:/nowhere", stat_prefix: "ads" } }],
    },
  };
  expect(read([routeTo("c")], {}, { node: { id: "n" }, dynamic_resources })).not.toThrow();
});

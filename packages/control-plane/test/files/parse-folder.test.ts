import { describe, expect, test } from "vitest";
import { edsCluster, endpoints, listener, parseTexts, resources, routeTo } from "../parse-texts.ts";

const whole = {
  "clusters.yaml": resources(edsCluster("orders")),
  "routes.yaml": resources(listener("web", "main"), routeTo("main", "orders")),
};

/** A route configuration with this action of its one route. */
const routeWith = (action: string, extra = ""): string =>
  resources(
    routeTo("main", "X").replace("route: { cluster: X }", `route: ${action}`) + extra,
    edsCluster("orders"),
  );

test("resources may stand in any number of files, in YAML and JSON", () => {
  const cluster = {
    "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster",
    name: "orders",
    loadAssignment: { clusterName: "orders" },
  };
  const { problems, views } = parseTexts({
    "a.json": JSON.stringify({ versionInfo: "7", resources: [cluster] }),
    "b/c.yaml": resources(),
    "d.yml": resources(routeTo("main", "orders")),
  });
  expect(problems).toEqual([]);
  expect(views.map(({ group, resources }) => [group, resources.map(({ name }) => name)])).toEqual([
    ["", ["orders", "main"]],
  ]);
});

test("resources may stand in delta discovery's wrapper, and their types have any prefix", () => {
  const text = `
resources:
- "@type": type.googleapis.com/envoy.service.discovery.v3.Resource
  resource:
    "@type": example.com/envoy.config.route.v3.RouteConfiguration
    name: main
    virtual_hosts: [{ name: a, domains: [a], routes: [{ match: { prefix: / }, route: { cluster: b } }] }]
`;
  expect(parseTexts({ "a.yaml": text }).problems).toEqual([
    expect.stringMatching(
      /^a\.yaml:7:\d+: resources\[0\]\.resource\.virtual_hosts\[0\]\..* got "b"; there is none$/,
    ),
  ]);
  const { views } = parseTexts({ "a.yaml": text.replace("cluster: b", "cluster_header: b") });
  expect(views[0]?.resources).toMatchObject([
    { typeUrl: "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", name: "main" },
  ]);
});

test("a file that is empty on purpose says so; one that is just empty was hardly meant", () => {
  expect(parseTexts({ "a.yaml": resources() }).problems).toEqual([]);
  expect(parseTexts({ "a.yaml": "", "b.yaml": "# resources:\n", "c.json": "{}" }).problems).toEqual([
    'a.yaml: expected a list "resources", got an empty document',
    'b.yaml: expected a list "resources", got an empty document',
    'c.json:1:1: expected a list "resources", got no field',
  ]);
});

describe("bad input is one sentence with its place", () => {
  test.each<[string, string, string | RegExp]>([
    ["broken YAML", "resources:\n- {a: b\n", /^a\.yaml:3:1: /],
    ["two documents", "resources: []\n---\nresources: []\n", /^a\.yaml:2:1: more than one document/],
    ["no resources", "clusters: []\n", 'a.yaml:1:1: expected a list "resources", got "clusters"'],
    ["a list", "- 1\n", /^a\.yaml:1:1: /],
    [
      "a bootstrap",
      "node: {id: a}\n",
      'a.yaml:1:1: expected a list "resources" to serve, got the bootstrap of a node',
    ],
    [
      "an unknown field",
      resources(edsCluster("orders")).replace("type: EDS", "tipe: EDS"),
      /^a\.yaml:4:3: resources\[0\]\.tipe: unknown field.*"type"/,
    ],
    [
      "an unknown type",
      'resources:\n- "@type": type.googleapis.com/envoy.config.cluster.v3.Clutter\n',
      /^a\.yaml:2:\d+: resources\[0\]\["@type"\]: .*Clutter/,
    ],
    [
      "a port that no socket has",
      resources(endpoints("orders", 80, 80_000)),
      /^a\.yaml:7:\d+: resources\[0\]\.endpoints\[0\]\.lb_endpoints\[1\]\.endpoint\.address\.socket_address\.port_value: expected a port from 0 to 65535, got 80000$/,
    ],
    [
      "a port deep in a packed message",
      resources(listener("web", "main"))
        .replace(
          "stat_prefix: http",
          "internal_address_config: {}\n        local_reply_config: {}\n        stat_prefix: http",
        )
        .replace("port_value: 0", "port_value: 65536"),
      /socket_address\.port_value: expected a port from 0 to 65535, got 65536$/,
    ],
    [
      "a resource without a name",
      resources(edsCluster('""')),
      "a.yaml:2:3: resources[0]: expected a resource with a name, got envoy.config.cluster.v3.Cluster without one",
    ],
    [
      "a message that is no resource",
      'resources:\n- "@type": type.googleapis.com/envoy.config.core.v3.Locality\n',
      "a.yaml:2:3: resources[0]: expected a resource with a name, got envoy.config.core.v3.Locality without one",
    ],
  ])("%s", (_what, text, expected) => {
    expect(parseTexts({ "a.yaml": text }).problems).toEqual([
      typeof expected === "string" ? expected : expect.stringMatching(expected),
    ]);
  });

  test("and all of them are told, not the first", () => {
    const { problems, views } = parseTexts({
      ...whole,
      "x.yaml": "resources: {",
      "y.yaml": "resources: 7\n",
    });
    expect(problems.map((line) => line.slice(0, 6))).toEqual(["x.yaml", "y.yaml"]);
    expect(views).toEqual([]);
  });
});

describe("references", () => {
  test("that are all there pass", () => {
    expect(parseTexts(whole).problems).toEqual([]);
  });

  test.each<[string, string, RegExp]>([
    [
      "a cluster",
      routeWith("{ cluster: ordres }"),
      /:9:\d+: resources\[0\]\.virtual_hosts\[0\]\.routes\[0\]\.route\.cluster: expected the name of a cluster, got "ordres"; there are orders$/,
    ],
    [
      "a weighted cluster",
      routeWith("{ weighted_clusters: { clusters: [{ name: orders, weight: 1 }, { name: b, weight: 1 }] } }"),
      /route\.weighted_clusters\.clusters\[1\]\.name: .* got "b"/,
    ],
    [
      "a mirror",
      routeWith("{ cluster: orders, request_mirror_policies: [{ cluster: b }] }"),
      /route\.request_mirror_policies\[0\]\.cluster: .* got "b"/,
    ],
    [
      "a mirror of a virtual host",
      routeWith("{ cluster: orders }").replace(
        "- name: all",
        "- request_mirror_policies: [{ cluster: b }]\n    name: all",
      ),
      /virtual_hosts\[0\]\.request_mirror_policies\[0\]\.cluster: /,
    ],
    [
      "a mirror of all",
      routeWith("{ cluster: orders }", "\n  request_mirror_policies: [{ cluster: b }]"),
      /resources\[0\]\.request_mirror_policies\[0\]\.cluster: /,
    ],
    [
      "a cluster in camelCase",
      routeWith("{ weightedClusters: { clusters: [{ name: b, weight: 1 }] } }"),
      /:9:\d+: .*route\.weightedClusters\.clusters\[0\]\.name: /,
    ],
  ])("to %s that is not there are shown in their place", (_what, text, expected) => {
    expect(parseTexts({ "a.yaml": text }).problems).toEqual([expect.stringMatching(expected)]);
  });

  test("to a route configuration that is not there are shown in their place", () => {
    expect(parseTexts({ "a.yaml": resources(listener("web", "main")) }).problems).toEqual([
      expect.stringMatching(
        /^a\.yaml:11:\d+: resources\[0\]\.filter_chains\[0\]\.filters\[0\]\.typed_config\.rds\.route_config_name: expected the name of a route configuration, got "main"; there is none$/,
      ),
    ]);
  });

  test("inside a listener count like others", () => {
    const inline = listener("web", "main").replace(
      /rds: .*/,
      "route_config: { virtual_hosts: [{ name: a, domains: [a], routes: [{ match: { prefix: / }, route: { cluster: b } }] }] }",
    );
    const chain = inline.replace("filter_chains:\n  - filters", "default_filter_chain:\n    filters");
    const tcp = inline.replace(
      /"@type": \S+HttpConnectionManager[\s\S]*/,
      `"@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
        stat_prefix: tcp
        cluster: b`,
    );
    for (const text of [inline, chain, tcp]) {
      expect(parseTexts({ "a.yaml": resources(text) }).problems).toEqual([
        expect.stringContaining('expected the name of a cluster, got "b"; there is none'),
      ]);
    }
  });

  test("of an API listener count like others", () => {
    const text = `
- "@type": type.googleapis.com/envoy.config.listener.v3.Listener
  name: orders
  api_listener:
    api_listener:
      "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
      rds: { config_source: { ads: {} }, route_config_name: main }`;
    expect(parseTexts({ "a.yaml": resources(text) }).problems).toEqual([
      expect.stringContaining("api_listener.api_listener.rds.route_config_name"),
    ]);
  });

  test.each<[string, string]>([
    ["a cluster that the request names", routeWith("{ cluster_header: x-cluster }")],
    [
      "a redirect",
      routeWith("{ cluster: orders }").replace(
        "route: { cluster: orders }",
        "redirect: { path_redirect: / }",
      ),
    ],
    [
      "clusters that the author says come from elsewhere",
      routeWith("{ cluster: b }", "\n  validate_clusters: false"),
    ],
    [
      "routes that come from a file of the node",
      resources(listener("web", "main").replace("ads: {}", "path_config_source: { path: /r.yaml }")),
    ],
    ["endpoints of nobody", resources(edsCluster("orders"))],
    ["endpoints for a cluster of the node's bootstrap", resources(endpoints("orders", 80))],
  ])("%s are none", (_what, text) => {
    expect(parseTexts({ "a.yaml": text }).problems).toEqual([]);
  });

  test("list at most eight of what there is", () => {
    const clusters = Array.from({ length: 10 }, (_, index) => edsCluster(`c${index}`));
    expect(parseTexts({ "a.yaml": resources(routeTo("main", "x"), ...clusters) }).problems).toEqual([
      expect.stringContaining("there are c0, c1, c2, c3, c4, c5, c6, c7 and 2 more"),
    ]);
  });
});

describe("a type and name", () => {
  test("occur once, and the second is shown with the first", () => {
    const text = resources(edsCluster("orders"));
    expect(parseTexts({ "a.yaml": text, "b.yaml": text }).problems).toEqual([
      'b.yaml:2:3: resources[0]: Cluster "orders" is already there, in a.yaml:2',
    ]);
  });

  test("may be one name for two types", () => {
    expect(
      parseTexts({ "a.yaml": resources(edsCluster("a"), routeTo("a", "a"), endpoints("a", 1)) }).problems,
    ).toEqual([]);
  });

  test("may be in two groups that do not see each other", () => {
    const text = resources(edsCluster("orders"));
    expect(parseTexts({ "edge/a.yaml": text, "inner/a.yaml": text }).problems).toEqual([]);
  });

  test("may not be in a group and for all", () => {
    const text = resources(edsCluster("orders"));
    expect(parseTexts({ "a.yaml": text, "edge/a.yaml": text }).problems).toEqual([
      'edge/a.yaml:2:3: resources[0]: Cluster "orders" is already there for nodes of "edge", in a.yaml:2',
    ]);
  });
});

describe("groups", () => {
  const texts = {
    "a.yaml": resources(edsCluster("shared")),
    "edge/deep/b.yaml": resources(edsCluster("edge-only"), routeTo("main", "shared")),
    "inner/c.yaml": resources(edsCluster("inner-only")),
  };

  test("see what is for all and what is for them", () => {
    const { views } = parseTexts(texts);
    expect(views.map(({ group, resources }) => [group, resources.map(({ name }) => name).join()])).toEqual([
      ["", "shared"],
      ["edge", "shared,edge-only,main"],
      ["inner", "shared,inner-only"],
    ]);
  });

  test("do not see what is for others", () => {
    expect(
      parseTexts({ ...texts, "inner/d.yaml": resources(routeTo("main", "edge-only")) }).problems,
    ).toEqual([
      expect.stringContaining('expected the name of a cluster for nodes of "inner", got "edge-only"'),
    ]);
  });

  test("have a fault in what all share told once", () => {
    expect(parseTexts({ ...texts, "d.yaml": resources(routeTo("all", "nothing")) }).problems).toHaveLength(1);
  });
});

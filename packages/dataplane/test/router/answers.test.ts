import { createCall } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { ask } from "../ask.ts";
import { boltCall } from "../rpc/frames.ts";
import {
  ordersHost,
  outboundListener,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

/** A plane with one virtual host for `orders.test`. */
const planeOf = (routes: readonly object[], clusters: readonly object[] = [], host: object = {}) =>
  staticPlane({ listeners: [outboundListener([ordersHost(routes, host)])], clusters });

test("no route is 404, and was not executed", async () => {
  await using plane = await planeOf([{ match: { path: "/only" }, direct_response: { status: 200 } }]);
  for (const request of [{ path: "/other" }, { authority: "nobody.test", path: "/only" }]) {
    const { status, text, local } = await ask(plane, request);
    expect([status, text, local?.flag, local?.details, local?.execution]).toEqual([
      404,
      "",
      "NR",
      "route_not_found",
      "not-executed",
    ]);
  }
});

test("a client of frames is told which path has no route", async () => {
  await using plane = await planeOf([{ match: { path: "/only" }, direct_response: { status: 200 } }]);
  const response = await plane.listeners.get("outbound")?.service(0)(boltCall("body"), createCall());
  expect(response?.head.local?.message).toBe("no route matches /com.example.Greeter:1.0/greet");
});

test("a cluster that is not there fails its own calls, with the reason", async () => {
  await using plane = await planeOf([
    { match: { prefix: "/good" }, direct_response: { status: 200 } },
    routeTo("nowhere"),
  ]);
  expect((await ask(plane, { path: "/good" })).status).toBe(200);
  const { status, local } = await ask(plane);
  expect([status, local?.flag, local?.code]).toEqual([503, "NC", "UNAVAILABLE"]);
  expect(local?.message).toBe(
    'the cluster of the route has failed: cluster "nowhere": not among the static resources',
  );
});

test("a cluster that was refused fails its own calls, with the problems", async () => {
  await using plane = await planeOf(
    [routeTo("bad")],
    [staticCluster("bad", [1], { transport_socket: { name: "tls" } })],
  );
  const { status, local } = await ask(plane);
  expect([status, local?.flag]).toEqual([503, "NC"]);
  expect(local?.message).toContain('cluster "bad".transport_socket.typed_config: it is missing');
});

test.each([
  ["NOT_FOUND", 404],
  ["INTERNAL_SERVER_ERROR", 500],
  ["SERVICE_UNAVAILABLE", 503],
])(
  "cluster_not_found_response_code %s is %i, also for a cluster that a header names",
  async (code, status) => {
    const action = { cluster_not_found_response_code: code };
    await using plane = await planeOf([
      { match: { prefix: "/header" }, route: { cluster_header: "x-cluster", ...action } },
      routeTo("nowhere", action),
    ]);
    expect((await ask(plane)).status).toBe(status);
    expect((await ask(plane, { path: "/header", headers: { "x-cluster": "unknown" } })).status).toBe(status);
  },
);

test("a header names the cluster", async () => {
  await using a = await startUpstream((_, response) => response.end("a"));
  await using b = await startUpstream((_, response) => response.end("b"));
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([ordersHost([{ match: { prefix: "/" }, route: { cluster_header: "x-cluster" } }])]),
      ],
      clusters: [staticCluster("a", [a.port]), staticCluster("b", [b.port])],
    },
    // No route refers to them by name.
    { clusters: ["a", "b"] },
  );
  expect((await ask(plane, { headers: { "x-cluster": "a" } })).text).toBe("a");
  expect((await ask(plane, { headers: { "x-cluster": "b" } })).text).toBe("b");
  expect((await ask(plane)).local?.flag).toBe("NC");
});

test.each([
  [{ status: 200, body: { inline_string: "hello" } }, 200, "hello"],
  [{ status: 404, body: { inline_bytes: "AGE=" } }, 404, "\0a"],
  [{ status: 204 }, 204, ""],
])("a direct response %j", async (direct_response, status, text) => {
  await using plane = await planeOf([
    {
      match: { prefix: "/" },
      direct_response,
      response_headers_to_add: [{ header: { key: "x-why", value: "direct" } }],
    },
  ]);
  const answer = await ask(plane);
  expect([answer.status, answer.text, answer.headers.get("x-why")]).toEqual([status, text, "direct"]);
  expect(answer.local?.details).toBe("direct_response");
});

test("a redirect says where to, and carries the route's response headers", async () => {
  await using plane = await planeOf([
    {
      match: { prefix: "/old" },
      redirect: { host_redirect: "new.test", prefix_rewrite: "/n", response_code: "TEMPORARY_REDIRECT" },
      response_headers_to_add: [{ header: { key: "x-why", value: "moved" } }],
    },
  ]);
  const { status, headers, text } = await ask(plane, { path: "/old/a?b=c" });
  expect([status, headers.get("location"), headers.get("x-why"), text]).toEqual([
    307,
    "http://new.test/n/a?b=c",
    "moved",
    "",
  ]);
});

test("a route that forwards nowhere is 503 without a body", async () => {
  await using plane = await planeOf([{ match: { prefix: "/" }, non_forwarding_action: {} }]);
  const { status, text } = await ask(plane);
  expect([status, text]).toEqual([503, ""]);
});

test("a port that no chain is for is 404", async () => {
  const { filter_chains, ...rest } = outboundListener([]) as { filter_chains: readonly object[] };
  const chains = filter_chains.map((chain) => ({ ...chain, filter_chain_match: { destination_port: 80 } }));
  await using plane = await staticPlane({ listeners: [{ ...rest, filter_chains: chains }] });
  expect(plane.listeners.get("outbound")?.serves(80)).toBe(true);
  expect((await ask(plane, {}, { port: 80 })).local?.details).toBe("route_not_found");
  expect((await ask(plane, {}, { port: 81 })).local?.details).toBe("filter_chain_not_found");
});

describe("without a usable endpoint", () => {
  const unhealthy = {
    load_assignment: {
      cluster_name: "a",
      endpoints: [
        {
          lb_endpoints: [
            {
              endpoint: { address: { socket_address: { address: "127.0.0.1", port_value: 1 } } },
              health_status: "UNHEALTHY",
            },
          ],
        },
      ],
    },
  };

  test.each([
    ["none is there", staticCluster("a", [])],
    [
      "none is healthy and there is no panic",
      staticCluster("a", [], { ...unhealthy, common_lb_config: { healthy_panic_threshold: { value: 0 } } }),
    ],
  ])("503 UH: %s", async (_, cluster) => {
    await using plane = await planeOf([routeTo("a")], [cluster]);
    const { status, text, local } = await ask(plane);
    expect([status, text, local?.flag, local?.execution]).toEqual([
      503,
      "no healthy upstream",
      "UH",
      "not-executed",
    ]);
  });

  test("a passthrough cluster has none to choose", async () => {
    await using plane = await planeOf(
      [routeTo("p")],
      [{ name: "p", type: "ORIGINAL_DST", lb_policy: "CLUSTER_PROVIDED" }],
    );
    expect((await ask(plane)).local?.flag).toBe("UH");
  });
});

test("weights split by chance, and a header may take its place", async () => {
  const names = ["a", "b", "c"] as const;
  await using a = await startUpstream((_, response) => response.end("a"));
  await using b = await startUpstream((_, response) => response.end("b"));
  await using c = await startUpstream((_, response) => response.end("c"));
  const ports = { a: a.port, b: b.port, c: c.port };
  const weighted = {
    clusters: names.map((name, i) => ({ name, weight: [70, 20, 10][i] })),
    header_name: "x-seven",
  };
  let drawn = 0;
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([ordersHost([{ match: { prefix: "/" }, route: { weighted_clusters: weighted } }])]),
      ],
      clusters: names.map((name) => staticCluster(name, [ports[name]])),
    },
    { random: () => drawn },
  );
  const chosen: string[] = [];
  for (drawn of [0, 0.69, 0.7, 0.89, 0.9, 0.999]) chosen.push((await ask(plane)).text);
  expect(chosen).toEqual(["a", "a", "b", "b", "c", "c"]);
  expect((await ask(plane, { headers: { "x-seven": "175" } })).text).toBe("b");
});

import { type Filter, localReply, type Request, type Response } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { createExtensionRegistry, type ExtensionRegistry, type HttpFilterFactory } from "../../src/index.ts";
import { ask } from "../ask.ts";
import { compileJson } from "../compile/compile-json.ts";
import {
  ordersHost,
  outboundListener,
  ROUTER,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

interface TagConfig {
  readonly tag: string;
}

function readTag(config: unknown): TagConfig {
  const { tag } = config as Partial<TagConfig>;
  if (typeof tag !== "string") throw new TypeError(`tag: expected a text, got ${typeof tag}`);
  return { tag };
}

/** Adds its tag, or what the route says, to `x-tags` of requests, and to `x-tags` of answers on their way back. */
const TAG: HttpFilterFactory<TagConfig, TagConfig> = {
  type: "test.Tag",
  parse: readTag,
  parseRoute: readTag,
  create:
    (config, { name }): Filter<Request, Response> =>
    (next) =>
    async (request, call) => {
      const { tag } = (call.route(request.head)?.filterConfig(name) as TagConfig | undefined) ?? config;
      request.head.headers.append("x-tags", tag);
      const response = await next(request, call);
      response.head.headers.append("x-tags", tag);
      return response;
    },
};

function registryOf(...factories: HttpFilterFactory<TagConfig, TagConfig>[]): ExtensionRegistry {
  const registry = createExtensionRegistry();
  for (const factory of factories) registry.httpFilter(factory);
  return registry;
}

const struct = (value: object, type = "test.Tag", wrapper = "xds.type.v3.TypedStruct"): object => ({
  "@type": `type.googleapis.com/${wrapper}`,
  type_url: `type.googleapis.com/${type}`,
  value,
});

const tag = (name: string, text: string, wrapper?: string): object => ({
  name,
  typed_config: struct({ tag: text }, "test.Tag", wrapper),
});

test("filters run in the order in which they are listed, and answers pass them the other way round", async () => {
  let seen: unknown;
  await using orders = await startUpstream((request, response) => {
    seen = request.headers["x-tags"];
    response.end();
  });
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([ordersHost([routeTo("a")])], {
          http_filters: [tag("first", "1"), tag("second", "2", "udpa.type.v1.TypedStruct"), ROUTER],
        }),
      ],
      clusters: [staticCluster("a", [orders.port])],
    },
    { registry: registryOf(TAG) },
  );
  const { headers } = await ask(plane);
  expect(seen).toBe("1, 2");
  expect(headers.getAll("x-tags")).toEqual(["2", "1"]);
  expect(String(plane.listeners.get("outbound"))).toBe(
    [
      "listener outbound (outbound)",
      "  (unnamed) for any connection: stats → prepare request → stream limits → trace context → first → second → router",
    ].join("\n"),
  );
});

test("what a route says replaces a filter's own, the most specific place wins, and only for the filter of that name", async () => {
  const seen: unknown[] = [];
  await using orders = await startUpstream((request, response) => {
    seen.push(request.headers["x-tags"]);
    response.end();
  });
  const settings = (text: string): object => ({ typed_per_filter_config: { first: struct({ tag: text }) } });
  const weighted = { clusters: [{ name: "a", weight: 1, ...settings("cluster") }] };
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener(
          [
            ordersHost(
              [
                { match: { prefix: "/host" }, route: { cluster: "a" } },
                { match: { prefix: "/route" }, route: { cluster: "a" }, ...settings("route") },
                {
                  match: { prefix: "/cluster" },
                  route: { weighted_clusters: weighted },
                  ...settings("route"),
                },
              ],
              settings("host"),
            ),
          ],
          { http_filters: [tag("first", "1"), tag("second", "2"), ROUTER] },
        ),
      ],
      clusters: [staticCluster("a", [orders.port])],
    },
    { registry: registryOf(TAG) },
  );
  for (const path of ["/host", "/route", "/cluster"]) await ask(plane, { path });
  expect(seen).toEqual(["host, 2", "route, 2", "cluster, 2"]);
});

test("a filter may have the name of a part that every chain has", async () => {
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([ordersHost([routeTo("a")])], { http_filters: [tag("stats", "1"), ROUTER] }),
      ],
      clusters: [staticCluster("a", [])],
    },
    { registry: registryOf(TAG) },
  );
  expect((await ask(plane)).headers.get("x-tags")).toBe("1");
  expect(String(plane.listeners.get("outbound"))).toContain('trace context → "stats" → router');
});

test("a filter may answer by itself: nothing further in runs, and those further out see its answer", async () => {
  let asked = 0;
  await using orders = await startUpstream((_, response) => {
    asked++;
    response.end();
  });
  const registry = registryOf(TAG);
  registry.httpFilter({
    type: "test.Refuse",
    parse: () => undefined,
    create: () => () => () => Promise.resolve(localReply({ status: 403, details: "refused", body: "no" })),
  });
  const refuse = { name: "refuse", typed_config: struct({}, "test.Refuse") };
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([ordersHost([routeTo("a")])], {
          http_filters: [tag("out", "o"), refuse, tag("in", "i"), ROUTER],
        }),
      ],
      clusters: [staticCluster("a", [orders.port])],
    },
    { registry },
  );
  const { status, text, headers } = await ask(plane);
  expect([status, text, headers.getAll("x-tags"), asked]).toEqual([403, "no", ["o"], 0]);
});

test("a filter that clears the route has it chosen anew, by what it made of the request", async () => {
  const registry = createExtensionRegistry();
  registry.httpFilter({
    type: "test.Move",
    parse: () => undefined,
    create: () => (next) => (request, call) => {
      const before = call.route(request.head)?.name;
      request.head.path = "/new";
      if (request.head.headers.has("x-clear")) call.clearRoute();
      request.head.headers.set("x-before", before ?? "");
      return next(request, call);
    },
  });
  const direct = (name: string): object => ({
    name,
    match: { prefix: `/${name}` },
    direct_response: { status: 200, body: { inline_string: name } },
  });
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([ordersHost([direct("old"), direct("new")])], {
          http_filters: [{ name: "move", typed_config: struct({}, "test.Move") }, ROUTER],
        }),
      ],
    },
    { registry },
  );
  expect((await ask(plane, { path: "/old" })).text).toBe("old");
  expect((await ask(plane, { path: "/old", headers: { "x-clear": "1" } })).text).toBe("new");
});

describe("bad settings are refused when they come", () => {
  const HERE = 'listener "outbound".filter_chains[0].filters[0]';
  const problemsOf = (hcm: object, host: object = {}): unknown =>
    compileJson("listener", outboundListener([ordersHost([routeTo("a")], host)], hcm), registryOf(TAG));

  test.each([
    [
      "a filter's own",
      { http_filters: [{ name: "x", typed_config: struct({ tag: 7 }) }, ROUTER] },
      {},
      `${HERE}.http_filters[0].typed_config: tag: expected a text, got number`,
    ],
    [
      "those of a route",
      {},
      { typed_per_filter_config: { x: struct({}) } },
      `${HERE}.route_config.virtual_hosts["orders"].typed_per_filter_config["x"]: tag: expected a text, got undefined`,
    ],
    [
      "a type that nobody knows",
      { http_filters: [{ name: "x", typed_config: struct({}, "test.Unknown") }, ROUTER] },
      {},
      `${HERE}.http_filters[0]: the HTTP filter test.Unknown is not supported`,
    ],
    [
      "settings that nobody reads",
      {},
      { typed_per_filter_config: { x: struct({}, "test.Unknown") } },
      `${HERE}.route_config.virtual_hosts["orders"].typed_per_filter_config["x"]: the setting test.Unknown is not supported`,
    ],
    [
      "a name that occurs twice",
      { http_filters: [tag("x", "1"), tag("x", "2"), ROUTER] },
      {},
      `${HERE}.http_filters[1].name: "x" occurs twice`,
    ],
  ])("%s", (_, hcm, host, problem) => {
    expect(problemsOf(hcm, host)).toMatchObject({ kind: "problems", problems: [problem] });
  });
});

describe("registry", () => {
  test("a type has one factory", () => {
    const registry = registryOf(TAG);
    expect(() => registry.httpFilter(TAG)).toThrow(
      "[ALREADY_EXISTS] extensions: an HTTP filter for test.Tag is registered",
    );
    expect(registry.httpFilterTypes).toEqual([
      "envoy.extensions.filters.http.cors.v3.Cors",
      "envoy.extensions.filters.http.fault.v3.HTTPFault",
      "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
      "test.Tag",
    ]);
  });

  test("settings of routes may have a type of their own", () => {
    const registry = registryOf({ ...TAG, routeTypes: ["test.TagPerRoute"] });
    expect(registry.findRouteFilter("test.TagPerRoute")?.type).toBe("test.Tag");
    expect(registry.findRouteFilter("test.Tag")).toBeUndefined();
  });

  test("registries know nothing of each other", () => {
    registryOf(TAG);
    expect(createExtensionRegistry().findHttpFilter("test.Tag")).toBeUndefined();
  });
});

import { describe, expect, test } from "vitest";
import { createExtensionRegistry, type ExtensionRegistry } from "../../src/index.ts";
import { ask } from "../ask.ts";
import { compileJson } from "../compile/compile-json.ts";
import { ordersHost, outboundListener, ROUTER, staticCluster, staticPlane } from "../static-plane.ts";

/** A filter that writes its name and what is configured for it into the request. */
function registryOfSay(): ExtensionRegistry {
  const registry = createExtensionRegistry();
  registry.httpFilter<string, string>({
    type: "test.Say",
    parse: readText,
    parseRoute: readText,
    create:
      (own, { name }) =>
      (next) =>
      (request, call) => {
        const text = (call.route(request.head)?.filterConfig(name) as string | undefined) ?? own;
        request.head.headers.append("x-said", `${name}=${text}`);
        return next(request, call);
      },
  });
  return registry;
}

function readText(config: unknown): string {
  const { text } = config as { readonly text?: unknown };
  if (typeof text !== "string") throw new TypeError(`text: expected a text, got ${typeof text}`);
  return text;
}

const say = (text: string, type = "test.Say"): object => ({
  "@type": "type.googleapis.com/xds.type.v3.TypedStruct",
  type_url: `type.googleapis.com/${type}`,
  value: { text },
});
const wrap = (more: object): object => ({
  "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig",
  ...more,
});
const OFF = wrap({ disabled: true });

/** `on` runs in the chain, `off` only where it is switched on. */
const FILTERS = [
  { name: "on", typed_config: say("own") },
  { name: "off", disabled: true, typed_config: say("own") },
  ROUTER,
];

interface Levels {
  readonly cluster?: object;
  readonly route?: object;
  readonly host?: object;
  readonly table?: object;
}

/** Which filters ran for a request whose levels say this of them, and with what. */
async function said({ cluster, route, host, table }: Levels): Promise<string | undefined> {
  const settings = (configs: object | undefined) => ({ typed_per_filter_config: configs ?? {} });
  const weighted = { clusters: [{ name: "a", weight: 1, ...settings(cluster) }] };
  const routes = [{ match: { prefix: "/" }, route: { weighted_clusters: weighted }, ...settings(route) }];
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener([], {
          http_filters: FILTERS,
          route_config: {
            name: "r",
            virtual_hosts: [ordersHost(routes, { ...settings(host), response_headers_to_add: TOLD })],
            ...settings(table),
          },
        }),
      ],
      clusters: [staticCluster("a", [])],
    },
    { registry: registryOfSay() },
  );
  const { headers } = await ask(plane);
  return headers.get("x-told");
}

const TOLD = [{ header: { key: "x-told", value: "[%REQ(x-said)%]" } }];

describe("the most specific level that says anything of a filter switches it:", () => {
  test.each<[string, Levels, string]>([
    ["none does", {}, "[on=own]"],
    ["the route, off", { route: { on: OFF } }, "[]"],
    ["the host, off", { host: { on: OFF } }, "[]"],
    ["the table, off", { table: { on: OFF } }, "[]"],
    ["the cluster, off, against the route", { cluster: { on: OFF }, route: { on: say("r") } }, "[]"],
    ["the cluster, on, against the route", { cluster: { on: say("c") }, route: { on: OFF } }, "[on=c]"],
    ["the route, on, against the host", { route: { on: say("r") }, host: { on: OFF } }, "[on=r]"],
    ["the host, off, against the table", { host: { on: OFF }, table: { on: say("t") } }, "[]"],
    [
      "off, whatever configuration stands beside it",
      { route: { on: wrap({ disabled: true, config: say("r") }) } },
      "[]",
    ],
    ["in a wrapper, on", { route: { on: wrap({ config: say("r") }) } }, "[on=r]"],
    ["one that is off in the chain, on by a configuration", { route: { on: OFF, off: say("r") } }, "[off=r]"],
    ["the same in a wrapper", { route: { on: OFF, off: wrap({ config: say("r") }) } }, "[off=r]"],
    ["one that is off in the chain, off", { route: { on: OFF, off: OFF } }, "[]"],
    [
      "an optional setting that nobody knows says nothing",
      { route: { on: wrap({ is_optional: true, config: say("r", "test.Unknown") }) } },
      "[on=own]",
    ],
  ])("%s", async (_, levels, expected) => {
    expect(await said(levels)).toBe(expected);
  });
});

test("a filter that is off in the chain does not run where no route matches", async () => {
  await using plane = await staticPlane(
    { listeners: [outboundListener([], { http_filters: FILTERS })] },
    { registry: registryOfSay() },
  );
  expect((await ask(plane)).status).toBe(404);
});

describe("in a wrapper", () => {
  const HERE = 'route configuration "r".virtual_hosts["orders"].typed_per_filter_config["on"]';
  const parse = (config: object) =>
    compileJson(
      "routes",
      { name: "r", virtual_hosts: [ordersHost([], { typed_per_filter_config: { on: config } })] },
      registryOfSay(),
    );

  test.each([
    ["nothing", wrap({}), `${HERE}.config: it is missing, and the filter is not disabled`],
    [
      "what nobody knows",
      wrap({ config: say("x", "test.Unknown") }),
      `${HERE}.config: the setting test.Unknown is not supported`,
    ],
    [
      "what is wrong, optional or not",
      wrap({ is_optional: true, config: { ...say(""), value: {} } }),
      `${HERE}.config: text: expected a text, got undefined`,
    ],
  ])("%s is refused", (_, config, problem) => {
    expect(parse(config)).toMatchObject({ kind: "problems", problems: [problem] });
  });

  test("an optional setting that nobody knows is a warning", () => {
    const config = wrap({ is_optional: true, config: say("x", "test.Unknown") });
    expect(parse(config)).toMatchObject({
      kind: "value",
      value: { warnings: [`${HERE}: test.Unknown is not known; it is optional and left out`] },
    });
  });
});

import { localReply } from "@dualmesh/core";
import { expect, test } from "vitest";
import { createExtensionRegistry, type ExtensionRegistry } from "../../src/index.ts";
import { ask } from "../ask.ts";
import {
  ordersHost,
  outboundListener,
  ROUTER,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

/** Filters that refuse (as an ordinary answer, or as it is), and one that marks all answers. */
function registryOfTest(): ExtensionRegistry {
  const registry = createExtensionRegistry();
  for (const asIs of [false, true]) {
    registry.httpFilter({
      type: asIs ? "test.AsIs" : "test.Refuse",
      parse: () => undefined,
      create: () => (next) => (request, call) =>
        request.head.headers.has(asIs ? "x-as-is" : "x-refuse")
          ? Promise.resolve(localReply({ status: 403, details: "refused", asIs }))
          : next(request, call),
    });
  }
  registry.httpFilter({
    type: "test.Mark",
    parse: () => undefined,
    parseRoute: () => undefined,
    create:
      (_, { name }) =>
      (next) =>
      async (request, call) => {
        const response = await next(request, call);
        response.head.headers.append("x-marks", name);
        return response;
      },
    createAnswerHook:
      (_, { name }) =>
      (response) =>
        response.head.headers.append("x-marks", `hook ${name}`),
  });
  return registry;
}

const filter = (name: string, type: string): object => ({
  name,
  typed_config: {
    "@type": "type.googleapis.com/xds.type.v3.TypedStruct",
    type_url: `type.googleapis.com/${type}`,
    value: {},
  },
});

const MARKS = {
  response_headers_to_add: [{ header: { key: "x-marks", value: "route %RESPONSE_CODE_DETAILS%" } }],
};

async function marks(filters: object[], path: string, headers: Record<string, string> = {}) {
  await using orders = await startUpstream((_, response) => response.end());
  const off = {
    "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig",
    disabled: true,
  };
  await using plane = await staticPlane(
    {
      listeners: [
        outboundListener(
          [
            ordersHost([
              { match: { prefix: "/forward" }, route: { cluster: "a" }, ...MARKS },
              { match: { prefix: "/nobody" }, route: { cluster: "empty" }, ...MARKS },
              { match: { prefix: "/redirect" }, redirect: { path_redirect: "/x" }, ...MARKS },
              { match: { prefix: "/direct" }, direct_response: { status: 418 }, ...MARKS },
              { match: { prefix: "/served" }, non_forwarding_action: {}, ...MARKS },
              {
                match: { prefix: "/unmarked" },
                route: { cluster: "a" },
                ...MARKS,
                typed_per_filter_config: { in: off },
              },
            ]),
          ],
          { http_filters: [...filters, ROUTER] },
        ),
      ],
      clusters: [staticCluster("a", [orders.port]), staticCluster("empty", [])],
    },
    { registry: registryOfTest() },
  );
  return (await ask(plane, { path, headers })).headers.getAll("x-marks");
}

const REFUSE = filter("refuse", "test.Refuse");
const AS_IS = filter("as is", "test.AsIs");
const IN = filter("in", "test.Mark");
const OUT = filter("out", "test.Mark");

test.each([
  ["/forward", ["route refused"]],
  ["/nobody", ["route refused"]],
  ["/served", ["route refused"]],
  ["/redirect", []],
  ["/direct", []],
  ["/none", []],
])(
  "what a filter answers has the header mutations of its route, if that forwards: %s",
  async (path, expected) => {
    expect(await marks([REFUSE], path, { "x-refuse": "1" })).toEqual(expected);
  },
);

test.each([
  ["/forward", ["route via_upstream"]],
  ["/nobody", ["route no_healthy_upstream"]],
  ["/served", ["route non_forwarding_route"]],
  ["/redirect", ["route direct_response"]],
  ["/direct", ["route direct_response"]],
])("what comes from behind the filters has them once: %s", async (path, expected) => {
  expect(await marks([REFUSE, AS_IS], path)).toEqual(expected);
});

test("an answer that goes out as it is goes without", async () => {
  expect(await marks([AS_IS], "/forward", { "x-as-is": "1" })).toEqual([]);
});

test("the route comes first, then the filters further in, the innermost first, then those further out", async () => {
  const filters = [OUT, REFUSE, IN, filter("inmost", "test.Mark")];
  expect(await marks(filters, "/forward", { "x-refuse": "1" })).toEqual([
    "route refused",
    "hook inmost",
    "hook in",
    "out",
  ]);
  expect(await marks(filters, "/forward")).toEqual(["route via_upstream", "inmost", "in", "out"]);
});

test("filters further in have their say on an answer that goes out as it is, too", async () => {
  expect(await marks([AS_IS, IN], "/forward", { "x-as-is": "1" })).toEqual(["hook in"]);
});

test("but not where the route switches them off", async () => {
  expect(await marks([REFUSE, IN], "/unmarked", { "x-refuse": "1" })).toEqual(["route refused"]);
});

test("an answer is completed once, however many filters it passes", async () => {
  const filters = [filter("refuse 2", "test.AsIs"), filter("refuse 1", "test.AsIs"), REFUSE, IN];
  expect(await marks(filters, "/forward", { "x-refuse": "1" })).toEqual(["route refused", "hook in"]);
});

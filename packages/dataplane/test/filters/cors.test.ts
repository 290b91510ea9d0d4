import { expect, test } from "vitest";
import { ask } from "../ask.ts";
import {
  ordersHost,
  outboundListener,
  ROUTER,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

const CORS = "type.googleapis.com/envoy.extensions.filters.http.cors.v3";
const ORIGIN = "https://good.test";
const policy = (fields: object): object => ({
  typed_per_filter_config: { cors: { "@type": `${CORS}.CorsPolicy`, ...fields } },
});
const PREFLIGHT = {
  method: "OPTIONS",
  headers: { origin: ORIGIN, "access-control-request-method": "PUT" },
};

/** Written over what the filter says, were it not that the filter comes after it. */
const TOLD = {
  response_headers_to_add: [
    {
      header: { key: "access-control-allow-origin", value: "the route's" },
      append_action: "OVERWRITE_IF_EXISTS_OR_ADD",
    },
  ],
};

async function start() {
  const orders = await startUpstream((_, response) => response.end("theirs"));
  const weighted = { clusters: [{ name: "a", weight: 1, ...policy({ max_age: "3" }) }] };
  const plane = await staticPlane({
    listeners: [
      outboundListener([], {
        http_filters: [{ name: "cors", typed_config: { "@type": `${CORS}.Cors` } }, ROUTER],
        route_config: {
          name: "r",
          virtual_hosts: [
            ordersHost(
              [
                {
                  match: { prefix: "/weighted" },
                  route: { weighted_clusters: weighted },
                  ...policy({ max_age: "2" }),
                },
                { match: { prefix: "/redirect" }, redirect: { path_redirect: "/x" }, ...TOLD },
                { match: { prefix: "/direct" }, direct_response: { status: 200 }, ...TOLD },
                { match: { prefix: "/nobody" }, route: { cluster: "empty" }, ...TOLD },
                { match: { prefix: "/forward" }, route: { cluster: "a" }, ...TOLD },
              ],
              policy({ allow_origin_string_match: [{ exact: ORIGIN }], allow_methods: "GET" }),
            ),
          ],
          ...policy({ allow_headers: "x-a" }),
        },
      }),
    ],
    clusters: [staticCluster("a", [orders.port]), staticCluster("empty", [])],
  });
  return {
    plane,
    async [Symbol.asyncDispose]() {
      await plane[Symbol.asyncDispose]();
      await orders[Symbol.asyncDispose]();
    },
  };
}

test("all levels of a route make one policy", async () => {
  await using mesh = await start();
  const { status, text, headers } = await ask(mesh.plane, { ...PREFLIGHT, path: "/weighted" });
  const fields = ["origin", "methods", "headers"].map((name) => headers.get(`access-control-allow-${name}`));
  expect([status, text, ...fields, headers.get("access-control-max-age")]).toEqual([
    200,
    "",
    ORIGIN,
    "GET",
    "x-a",
    "3",
  ]);
});

test.each([
  ["/forward", 200, ORIGIN],
  ["/nobody", 503, ORIGIN],
  ["/redirect", 301, "the route's"],
  ["/direct", 200, "the route's"],
])(
  "answers of routes that forward say who may read them, whoever gave them: %s",
  async (path, status, origin) => {
    await using mesh = await start();
    const answer = await ask(mesh.plane, { path, headers: { origin: ORIGIN } });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([status, origin]);
  },
);

test.each([
  ["/forward", 200, ORIGIN],
  ["/nobody", 200, ORIGIN],
  ["/redirect", 301, "the route's"],
  ["/none", 404, undefined],
])(
  "a preflight is answered for routes that forward, without their header mutations: %s",
  async (path, status, origin) => {
    await using mesh = await start();
    const answer = await ask(mesh.plane, { ...PREFLIGHT, path });
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([status, origin]);
  },
);

import type { IncomingHttpHeaders } from "node:http";
import { expect, test } from "vitest";
import { ask } from "../ask.ts";
import {
  ordersHost,
  outboundListener,
  routeTo,
  startUpstream,
  staticCluster,
  staticPlane,
} from "../static-plane.ts";

interface Seen {
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What an upstream sees of one request, and what comes back. */
async function forward(
  route: object,
  request: Parameters<typeof ask>[1] = {},
  host: object = {},
  hcm: object = {},
): Promise<{ readonly seen: Seen; readonly answer: Awaited<ReturnType<typeof ask>> }> {
  let seen: Seen | undefined;
  await using upstream = await startUpstream(({ url, headers }, response) => {
    seen = { url, headers };
    response.setHeader("x-upstream", "1").end("ok");
  });
  const endpoint = {
    endpoint: {
      address: { socket_address: { address: "127.0.0.1", port_value: upstream.port } },
      hostname: "endpoint.test",
    },
  };
  const load_assignment = { cluster_name: "a", endpoints: [{ lb_endpoints: [endpoint] }] };
  await using plane = await staticPlane({
    listeners: [outboundListener([ordersHost([route], host)], hcm)],
    clusters: [staticCluster("a", [], { load_assignment })],
  });
  const answer = await ask(plane, request);
  if (seen === undefined) throw new Error(`nothing reached the upstream: ${answer.status} ${answer.text}`);
  return { seen, answer };
}

test("what no rule changes arrives as it was sent", async () => {
  const { seen, answer } = await forward(routeTo("a"), { path: "/a?b=%31", headers: { "X-Own": "v" } });
  expect(seen.url).toBe("/a?b=%31");
  expect(seen.headers).toMatchObject({ host: "orders.test", "x-own": "v", "x-forwarded-proto": "http" });
  expect([answer.status, answer.text, answer.headers.get("x-upstream"), answer.local]).toEqual([
    200,
    "ok",
    "1",
    undefined,
  ]);
  expect(answer.outcome).toMatchObject({ code: "OK", status: 200, execution: "executed" });
});

test.each([
  [{ prefix_rewrite: "/v2" }, "/api/cart?id=7", "/v2/cart?id=7"],
  [{ regex_rewrite: { pattern: { regex: "/api/(.*)" }, substitution: "/v3/\\1" } }, "/api/cart", "/v3/cart"],
])("the path is rewritten and the old one told: %j", async (rewrite, path, expected) => {
  const { seen } = await forward(
    { match: { prefix: "/api" }, route: { cluster: "a", ...rewrite } },
    { path },
  );
  expect([seen.url, seen.headers["x-envoy-original-path"]]).toEqual([expected, path]);
});

test.each([
  [{ host_rewrite_literal: "l.test" }, "l.test"],
  [{ host_rewrite_header: "x-to" }, "h.test"],
  [{ host_rewrite_path_regex: { pattern: { regex: "^/(\\w+)/.*" }, substitution: "\\1.test" } }, "p.test"],
  [{ auto_host_rewrite: true }, "endpoint.test"],
])("the host is rewritten, and the old one told where it is asked for: %j", async (rewrite, host) => {
  const request = { path: "/p/x", headers: { "x-to": "h.test" } };
  const plain = await forward(routeTo("a", rewrite), request);
  expect([plain.seen.headers.host, plain.seen.headers["x-forwarded-host"]]).toEqual([host, undefined]);
  const told = await forward(routeTo("a", { ...rewrite, append_x_forwarded_host: true }), request);
  expect([told.seen.headers.host, told.seen.headers["x-forwarded-host"]]).toEqual([host, "orders.test"]);
});

const add = (key: string, value: string, append_action?: string): object => ({
  header: { key, value },
  ...(append_action === undefined ? {} : { append_action }),
});

test("headers of both directions are changed at every level, the most general wins an overwrite", async () => {
  const overwrite = "OVERWRITE_IF_EXISTS_OR_ADD";
  const { seen, answer } = await forward(
    {
      ...routeTo("a"),
      request_headers_to_add: [
        add("x-level", "route", overwrite),
        add("x-all", "route"),
        add("x-authority", "%REQ(:authority)%"),
        add("x-cluster", "%UPSTREAM_CLUSTER%"),
      ],
      request_headers_to_remove: ["x-gone"],
      response_headers_to_add: [add("x-route", "%ROUTE_NAME%")],
      response_headers_to_remove: ["x-upstream"],
      name: "the route",
    },
    { headers: { "x-gone": "1" } },
    {
      request_headers_to_add: [add("x-level", "host", overwrite), add("x-all", "host")],
      response_headers_to_add: [add("x-host", "%VIRTUAL_HOST_NAME%")],
    },
  );
  expect(seen.headers).toMatchObject({
    "x-level": "host",
    "x-all": "route, host",
    "x-authority": "orders.test",
    "x-cluster": "a",
  });
  expect(seen.headers["x-gone"]).toBeUndefined();
  expect(answer.headers.get("x-route")).toBe("the route");
  expect(answer.headers.get("x-host")).toBe("orders");
  expect(answer.headers.has("x-upstream")).toBe(false);
});

test("a refusal on a forwarding route carries the response headers too, a 404 does not", async () => {
  const host = { response_headers_to_add: [add("x-host", "1")] };
  await using plane = await staticPlane({
    listeners: [outboundListener([ordersHost([{ match: { prefix: "/a" }, route: { cluster: "a" } }], host)])],
    clusters: [staticCluster("a", [])],
  });
  expect((await ask(plane, { path: "/a" })).headers.get("x-host")).toBe("1");
  expect((await ask(plane, { path: "/b" })).headers.get("x-host")).toBeUndefined();
});

test("the number of the attempt is told where the virtual host asks for it, over what the client says", async () => {
  const headers = { "x-envoy-attempt-count": "7" };
  const told = await forward(routeTo("a"), { headers }, { include_request_attempt_count: true });
  expect(told.seen.headers["x-envoy-attempt-count"]).toBe("1");
  const untold = await forward(routeTo("a"), { headers });
  expect(untold.seen.headers["x-envoy-attempt-count"]).toBe("7");
});

test("a request id is made where none came, and kept where one did", async () => {
  const made = await forward(routeTo("a"));
  expect(made.seen.headers["x-request-id"]).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  const kept = await forward(routeTo("a"), { headers: { "x-request-id": "mine" } });
  expect(kept.seen.headers["x-request-id"]).toBe("mine");
  const off = await forward(routeTo("a"), {}, {}, { generate_request_id: false });
  expect(off.seen.headers["x-request-id"]).toBeUndefined();
});

test("via is appended", async () => {
  const { seen } = await forward(routeTo("a"), { headers: { via: "1.1 edge" } }, {}, { via: "mesh" });
  expect(seen.headers.via).toBe("1.1 edge, mesh");
});

test("a path with a fragment is refused, and one in normal form is what routes and upstreams see", async () => {
  const hcm = { normalize_path: true, merge_slashes: true };
  const { seen } = await forward(routeTo("a"), { path: "/a//b/../c" }, {}, hcm);
  expect(seen.url).toBe("/a/c");
  await using plane = await staticPlane({
    listeners: [
      outboundListener([ordersHost([{ match: { prefix: "/" }, direct_response: { status: 200 } }])], {
        path_with_escaped_slashes_action: "REJECT_REQUEST",
      }),
    ],
  });
  expect((await ask(plane, { path: "/a#b" })).status).toBe(400);
  expect((await ask(plane, { path: "/a%2fb" })).status).toBe(400);
  expect((await ask(plane, { path: "/a" })).status).toBe(200);
});

test("escaped slashes may be answered by a redirect to the path alone", async () => {
  await using plane = await staticPlane({
    listeners: [
      outboundListener([ordersHost([routeTo("a")])], {
        path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT",
      }),
    ],
  });
  const { status, headers } = await ask(plane, { path: "/a%2Fb?c" });
  expect([status, headers.get("location")]).toEqual([307, "/a/b?c"]);
});

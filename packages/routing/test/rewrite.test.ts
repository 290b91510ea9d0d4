import { describe, expect, test } from "vitest";
import { type ForwardAction, type RouteConfig, requestFormat, rewriteAuthority } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { forwarded, routeTo, tableOf } from "./table-of.ts";

const prefix = (value: string): Partial<ForwardAction> => ({ pathRewrite: { kind: "prefix", value } });
const regex = (pattern: string, substitution: string): Partial<ForwardAction> => ({
  pathRewrite: { kind: "regex", pattern, substitution },
});
const withPath = (path: RouteConfig["match"]["path"], action: Partial<ForwardAction>): RouteConfig => ({
  ...routeTo("/", action),
  match: { path },
});

/** What the upstream sees of a request, as text. */
function seen(
  routes: RouteConfig[],
  path: string,
  parts: { headers?: string[]; authority?: string } = {},
): string {
  const head = headOf({ authority: "x.test", path, ...parts });
  forwarded(tableOf(routes).match(head)).prepareRequest(head, requestFormat(head));
  const from = (name: string): string => {
    const value = head.headers.get(name);
    return value === undefined ? "" : ` ${name}=${value}`;
  };
  const marks = ["x-envoy-original-path", "x-envoy-original-host", "x-forwarded-host"].map(from).join("");
  return `${head.authority} ${head.path}${marks}`;
}

describe("a path", () => {
  const routes = [
    routeTo("/api/", prefix("/")),
    routeTo("/svc", prefix("/v2")),
    routeTo("/strip", prefix("/")),
    withPath({ kind: "exact", value: "/exact" }, prefix("/moved")),
    withPath({ kind: "prefix", value: "/Fold", ignoreCase: true }, prefix("/unfold")),
    withPath({ kind: "separated-prefix", value: "/sep" }, prefix("/other")),
    withPath({ kind: "regex", pattern: "/re/\\d+" }, prefix("/number")),
    routeTo("/q", prefix("/with?added=1")),
    routeTo("/service/", regex("^/service/([^/]+)(/.*)$", "\\2/instance/\\1")),
    routeTo("/xxx", regex("one", "two")),
    routeTo("/nomatch", regex("zzz", "y")),
    routeTo("/whole", regex("^(.*)$", "/p\\0")),
    routeTo("/empty", regex("^/empty", "")),
    routeTo("/amp", regex("x", "\\\\")),
    routeTo("/plain"),
    routeTo("/", prefix("/base/")),
  ];
  test.each([
    ["/api/x", "/x"],
    ["/api/", "/"],
    ["/api", "/base/api"],
    ["/svc", "/v2"],
    ["/svcx/y", "/v2x/y"],
    ["/strip/x", "//x"],
    ["/stripx", "/x"],
    ["/exact?x=1", "/moved?x=1"],
    ["/FOLD/x", "/unfold/x"],
    ["/sep", "/other"],
    ["/sep/x", "/other/x"],
    ["/re/42?x=1", "/number?x=1"],
    ["/q?orig=2", "/with?added=1?orig=2"],
    ["/", "/base/"],
    ["/service/foo/v1/api", "/v1/api/instance/foo"],
    ["/service/foo/v1/api?x=/service/bar", "/v1/api/instance/foo?x=/service/bar"],
    ["/xxx/one/yyy/one/zzz", "/xxx/two/yyy/two/zzz"],
    ["/nomatch", "/nomatch"],
    ["/whole?y", "/p/whole?y"],
    ["/empty/x", "/x"],
    ["/ampx", "/amp\\"],
  ])("%s becomes %s, and the old one is kept", (path, expected) => {
    expect(seen(routes, path)).toBe(`x.test ${expected} x-envoy-original-path=${path}`);
  });

  test.each(["/plain", "/empty", "/empty?x"])(
    "%s stays where there is no rewrite, or nothing is left of it",
    (path) => {
      expect(seen(routes, path)).toBe(`x.test ${path}`);
    },
  );

  test("of the client in x-envoy-original-path is replaced", () => {
    expect(seen(routes, "/svc/1", { headers: ["x-envoy-original-path", "/evil"] })).toBe(
      "x.test /v2/1 x-envoy-original-path=/svc/1",
    );
  });

  test.each([
    ["/b;x/y?q", "/Z;x/y?q"],
    ["/c;x", "/Z"],
    ["/d;x", "/Z;x"],
    ["/d/e;x", "/Z/e;x"],
    ["/e;x/f", undefined],
    ["/e/f;x/g", "/Z;x/g"],
    ["/E/F;x", "/Z;x"],
    ["/c;x/", undefined],
  ])("%s becomes %s where its parameters are ignored in matching", (path, expected) => {
    const table = tableOf(
      [
        withPath({ kind: "separated-prefix", value: "/b" }, prefix("/Z")),
        withPath({ kind: "regex", pattern: "/c" }, prefix("/Z")),
        routeTo("/d", prefix("/Z")),
        withPath({ kind: "prefix", value: "/e/F", ignoreCase: true }, prefix("/Z")),
        routeTo("/"),
      ],
      { ignorePathParametersInPathMatching: true },
    );
    const head = headOf({ path });
    expect(forwarded(table.match(head)).rewrittenPath(head)).toBe(expected);
  });

  test("that a filter changed after matching, so that it no longer fits, stays", () => {
    const match = forwarded(tableOf(routes).match(headOf({ path: "/svc" })));
    expect(match.rewrittenPath(headOf({ path: "/elsewhere" }))).toBeUndefined();
  });
});

describe("a host", () => {
  const hostRegex = (pattern: string, substitution: string): Partial<ForwardAction> => ({
    hostRewrite: { kind: "path-regex", pattern, substitution },
  });
  const weighted = (rest: Partial<ForwardAction>): Partial<ForwardAction> => ({
    clusters: {
      kind: "weighted",
      clusters: [{ cluster: { kind: "single", name: "a" }, weight: 1, hostRewrite: "w.test" }],
    },
    appendForwardedHost: true,
    ...rest,
  });
  const routes = [
    routeTo("/literal", { hostRewrite: { kind: "literal", value: "l.test:81" } }),
    routeTo("/header", { hostRewrite: { kind: "header", name: "X-New-Host" } }),
    routeTo("/pathre", hostRegex("^/pathre/([^/?]+).*$", "\\1.tenant")),
    routeTo("/hempty", hostRegex("^.*$", "")),
    routeTo("/append", { hostRewrite: { kind: "literal", value: "l.test" }, appendForwardedHost: true }),
    routeTo("/onlyappend", { appendForwardedHost: true }),
    routeTo("/same", { hostRewrite: { kind: "literal", value: "x.test" } }),
    routeTo("/wboth", weighted({ hostRewrite: { kind: "literal", value: "r.test" } })),
    routeTo("/wonly", weighted({})),
    routeTo("/endpoint", { hostRewrite: { kind: "endpoint" }, appendForwardedHost: true }),
    routeTo("/both", { hostRewrite: { kind: "literal", value: "h.test" }, ...prefix("/done") }),
  ];
  test.each<[string, string[], string]>([
    ["/literal", [], "l.test:81 /literal x-envoy-original-host=x.test"],
    ["/header", ["x-new-host", "from.header"], "from.header /header x-envoy-original-host=x.test"],
    ["/header", ["x-new-host", "one", "x-new-host", "two"], "one /header x-envoy-original-host=x.test"],
    ["/header", ["x-new-host", ""], "x.test /header"],
    ["/header", [], "x.test /header"],
    ["/pathre/blue/x?y", [], "blue.tenant /pathre/blue/x?y x-envoy-original-host=x.test"],
    ["/pathre", [], "/pathre /pathre x-envoy-original-host=x.test"],
    ["/hempty", [], "x.test /hempty"],
    ["/append", [], "l.test /append x-envoy-original-host=x.test x-forwarded-host=x.test"],
    [
      "/append",
      ["x-forwarded-host", "prev"],
      "l.test /append x-envoy-original-host=x.test x-forwarded-host=prev,x.test",
    ],
    ["/onlyappend", [], "x.test /onlyappend"],
    ["/same", [], "x.test /same x-envoy-original-host=x.test"],
    ["/wboth", [], "r.test /wboth x-envoy-original-host=w.test x-forwarded-host=w.test"],
    ["/wonly", [], "w.test /wonly"],
    ["/endpoint", [], "x.test /endpoint"],
    ["/both/x", [], "h.test /done/x x-envoy-original-path=/both/x x-envoy-original-host=x.test"],
  ])("of %s with %j: %s", (path, headers, expected) => {
    expect(seen(routes, path, { headers })).toBe(expected);
  });

  test("of an endpoint is left to whoever knows it", () => {
    const head = headOf({ authority: "x.test", path: "/endpoint" });
    const match = forwarded(tableOf(routes).match(head));
    expect(match.rewritesHostToEndpoint).toBe(true);
    rewriteAuthority(head, "endpoint.test", match);
    expect([...head.headers, head.authority]).toEqual([
      ["x-forwarded-host", "x.test"],
      ["x-envoy-original-host", "x.test"],
      "endpoint.test",
    ]);
  });

  test("and path of old are not told where that is switched off", () => {
    const head = headOf({ path: "/both" });
    const match = forwarded(tableOf(routes).match(head));
    match.prepareRequest(head, requestFormat(head), { originalHeaders: false });
    expect([head.authority, head.path, ...head.headers]).toEqual(["h.test", "/done"]);
  });

  test("in a header's value is still the old one, and a header that is set decides a rewrite", () => {
    const head = headOf({ authority: "x.test", path: "/order?q" });
    const action: Partial<ForwardAction> = {
      hostRewrite: { kind: "header", name: "x-to" },
      ...prefix("/done"),
    };
    const requestHeaders = {
      add: [
        { name: "x-out", value: "%REQ(:path)% %REQ(:authority)%" },
        { name: "x-to", value: "by-mutation" },
      ],
    };
    const table = tableOf([routeTo("/order", action, { requestHeaders })]);
    forwarded(table.match(head)).prepareRequest(head, requestFormat(head));
    expect(head.headers.get("x-out")).toBe("/order?q x.test");
    expect(head).toMatchObject({ authority: "by-mutation", path: "/done?q" });
  });
});

describe("a format", () => {
  const table = tableOf([
    routeTo("/path", { pathRewrite: { kind: "format", format: "/tenants/%REQ(x-tenant)%" } }),
    routeTo("/none", { pathRewrite: { kind: "format", format: "%REQ(x-tenant)%" } }),
    routeTo("/host", { hostRewrite: { kind: "format", format: "%REQ(x-tenant)%.shop.test" } }),
    routeTo("/query", { pathRewrite: { kind: "format", format: "/new?added=1" } }),
  ]);
  const tenant = ["x-tenant", "acme"];

  // As Envoy 1.40 does: what is missing is nothing in a path, and a hyphen in a host.
  test.each([
    ["/path/x?y=1", tenant, "/tenants/acme?y=1", "a.test"],
    ["/path", [], "/tenants/", "a.test"],
    ["/none/x?y", [], "/none/x?y", "a.test"],
    ["/host", tenant, "/host", "acme.shop.test"],
    ["/host", [], "/host", "-.shop.test"],
    ["/query?z=2", [], "/new?added=1?z=2", "a.test"],
  ])("%s with %j goes up as %s to %s", (path, headers, expected, authority) => {
    const head = headOf({ path, headers: [...headers] });
    forwarded(table.match(head)).prepareRequest(head, requestFormat(head));
    expect([head.path, head.authority]).toEqual([expected, authority]);
  });

  test("sees what the route has added to the request", () => {
    const adding = tableOf([
      routeTo(
        "/",
        { pathRewrite: { kind: "format", format: "/%REQ(x-added)%" } },
        { requestHeaders: { add: [{ name: "x-added", value: "yes" }] } },
      ),
    ]);
    const head = headOf({ path: "/x" });
    forwarded(adding.match(head)).prepareRequest(head, requestFormat(head));
    expect(head.path).toBe("/yes");
  });
});

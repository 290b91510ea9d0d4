import { describe, expect, test } from "vitest";
import { createRouteTable } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { routeTo } from "./table-of.ts";

const table = createRouteTable({
  name: "main",
  virtualHosts: [
    { name: "rest", domains: ["*"], routes: [routeTo("/")] },
    {
      name: "shop",
      domains: ["shop.test", "*.shop.test"],
      routes: [
        routeTo("/admin", {}, { name: "admin" }),
        {
          ...routeTo("/", {
            clusters: {
              kind: "weighted",
              clusters: [
                { cluster: { kind: "single", name: "new" }, weight: 90 },
                { cluster: { kind: "header", headerName: "x-cluster" }, weight: 10 },
              ],
            },
            timeoutMs: 0,
            pathRewrite: { kind: "prefix", value: "/v2" },
          }),
          match: {
            path: { kind: "prefix", value: "/" },
            headers: [{ kind: "value", name: "x-group", value: { kind: "exact", value: "beta" } }],
          },
        },
        {
          ...routeTo("/", { clusters: { kind: "single", name: "canary" } }),
          match: { path: { kind: "prefix", value: "/" }, fraction: { numerator: 5, denominator: 100 } },
        },
        routeTo("/", { retryPolicy: "any" }, { name: "all" }),
        {
          match: { path: { kind: "exact", value: "/old" } },
          action: { kind: "redirect", scheme: "https", path: { kind: "whole", value: "/new" }, status: 308 },
        },
      ],
    },
    { name: "tls", domains: ["tls.test"], requireTls: "all", routes: [routeTo("/")] },
  ],
});

describe("a table", () => {
  test("prints all of itself", () => {
    expect(String(table)).toBe(
      [
        'route table "main"',
        '  virtual host "rest": *',
        '    1. prefix "/" -> to a, within 15000 ms',
        '  virtual host "shop": shop.test, *.shop.test',
        '    1. admin: prefix "/admin" -> to a, within 15000 ms',
        '    2. prefix "/" and header x-group exact "beta" -> to new 90 of 100 or the cluster that header x-cluster names 10 of 100, without time-out, path prefix "/v2"',
        '    3. prefix "/" and 5 of 100 by chance -> to canary, within 15000 ms',
        '    4. all: prefix "/" -> to a, within 15000 ms, with retries',
        '    5. exact "/old" -> redirect 308 to scheme https, path /new',
        '  virtual host "tls": tls.test',
        '    1. prefix "/" -> to a, within 15000 ms',
      ].join("\n"),
    );
  });

  test("explains why a request goes where it goes", () => {
    const explanation = table.explain(headOf({ authority: "Shop.Test", path: "/cart?id=7" }));
    expect(explanation.domains.map(({ domain, verdict }) => [domain, verdict])).toEqual([
      ["*", "shadowed"],
      ["shop.test", "chosen"],
      ["*.shop.test", "other"],
      ["tls.test", "other"],
    ]);
    expect(explanation.routes.map(({ position, verdict, reason }) => [position, verdict, reason])).toEqual([
      [1, "refused", 'path is not prefix "/admin"'],
      [2, "refused", 'fails header x-group exact "beta"'],
      [3, "by-chance", "5 of 100"],
      [4, "chosen", ""],
      [5, "not-reached", ""],
    ]);
    expect(String(explanation).split("\n").slice(0, 3)).toEqual([
      "authority shop.test, path /cart",
      '  shadowed    domain * of virtual host "rest"',
      '  chosen      domain shop.test of virtual host "shop"',
    ]);
    expect(String(explanation)).toContain(
      '  chosen      4. all: prefix "/" -> to a, within 15000 ms, with retries',
    );
  });

  test("explains that TLS comes before all routes", () => {
    const { routes } = table.explain(headOf({ authority: "tls.test" }));
    expect(routes).toMatchObject([{ verdict: "not-reached", reason: "TLS is required" }]);
  });

  test("explains that nobody claims an authority", () => {
    const empty = createRouteTable({ virtualHosts: [] });
    expect(empty.explain(headOf())).toMatchObject({
      authority: "a.test",
      path: "/",
      domains: [],
      routes: [],
    });
    expect(empty.match(headOf())).toBeUndefined();
  });
});

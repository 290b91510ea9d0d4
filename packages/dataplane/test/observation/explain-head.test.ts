import { createHeaders, type RequestHead } from "@dualmesh/core";
import { REPORT_LIMITS } from "@dualmesh/telemetry/observation";
import { expect, test } from "vitest";
import { explainHead } from "../../src/observation/explain-head.ts";
import { outboundListener, routeTo, staticCluster, staticPlane } from "../static-plane.ts";

const head = (authority: string, path = "/today"): RequestHead => ({
  protocol: "http/1.1",
  exchange: "unary",
  method: "GET",
  scheme: "http",
  authority,
  path,
  headers: createHeaders([]),
});

/** So many virtual hosts that are for others, and one for `orders.test` with so many routes before the one that matches. */
async function planeWith(options: { readonly hosts: number; readonly routes: number }) {
  const others = Array.from({ length: options.hosts }, (_, at) => ({
    name: `other-${at}`,
    domains: [`other-${at}.test`],
    routes: [routeTo("orders")],
  }));
  const before = Array.from({ length: options.routes }, (_, at) => ({
    match: { prefix: `/${at}` },
    route: { cluster: "orders" },
  }));
  const orders = { name: "orders", domains: ["orders.test"], routes: [...before, routeTo("orders")] };
  return staticPlane({
    listeners: [outboundListener([...others, orders])],
    clusters: [staticCluster("orders", [1])],
  });
}

test("an explanation holds what decided: the domain that was chosen, and the routes up to the one that was taken", async () => {
  await using plane = await planeWith({ hosts: 3, routes: 2 });
  const steps = explainHead(plane, head("orders.test", "/1/a"));
  expect(steps).toMatchObject({
    listener: "outbound",
    authority: "orders.test",
    domains: [{ what: 'domain orders.test of virtual host "orders"', verdict: "chosen" }],
    routes: [
      {
        what: '1. prefix "/0" -> to orders, within 15000 ms',
        verdict: "refused",
        reason: 'path is not prefix "/0"',
      },
      { what: '2. prefix "/1" -> to orders, within 15000 ms', verdict: "chosen" },
    ],
    omitted: 4,
  });
  expect(steps?.chain).toMatch(/→ router$/);
});

test("of many routes the last are shown, and how many are left out", async () => {
  await using plane = await planeWith({ hosts: 100, routes: 500 });
  const steps = explainHead(plane, head("orders.test"));
  expect(steps?.routes).toHaveLength(REPORT_LIMITS.steps);
  expect(steps?.routes.at(-1)?.verdict).toBe("chosen");
  expect(steps?.omitted).toBe(100 + 501 - REPORT_LIMITS.steps);
});

test("a request that no listener takes has none", async () => {
  await using plane = await planeWith({ hosts: 0, routes: 0 });
  expect(explainHead(plane, head("elsewhere.test"))).toBeUndefined();
});

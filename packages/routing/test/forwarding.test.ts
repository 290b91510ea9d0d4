import { describe, expect, test } from "vitest";
import { createRouteTable } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { forwarded, routeTo, tableOf } from "./table-of.ts";

describe("a route that forwards", () => {
  test("times out after 15 seconds where it says nothing, and never where it says 0", () => {
    expect(tableOf([routeTo("/")]).match(headOf())).toMatchObject({
      kind: "forward",
      cluster: "a",
      timeoutMs: 15_000,
      idleTimeoutMs: undefined,
      priority: "default",
      clusterNotFoundStatus: 503,
      rewritesHostToEndpoint: false,
    });
    expect(tableOf([routeTo("/", { timeoutMs: 0, idleTimeoutMs: 0 })]).match(headOf())).toMatchObject({
      timeoutMs: 0,
      idleTimeoutMs: 0,
    });
  });

  test("has the virtual host's retry policy, unless it has one of its own, which replaces that whole", () => {
    const table = createRouteTable<{ retries: number; on?: string }>({
      virtualHosts: [
        {
          name: "all",
          domains: ["*"],
          retryPolicy: { retries: 3, on: "5xx" },
          routes: [routeTo("/own", { retryPolicy: { retries: 1 } }), routeTo("/")],
        },
      ],
    });
    expect(forwarded(table.match(headOf({ path: "/own" }))).retryPolicy).toEqual({ retries: 1 });
    expect(forwarded(table.match(headOf({ path: "/" }))).retryPolicy).toEqual({ retries: 3, on: "5xx" });
  });

  test("is one and the same object for all requests that take it", () => {
    const table = tableOf([routeTo("/")]);
    expect(table.match(headOf({ path: "/a" }))).toBe(table.match(headOf({ path: "/b" })));
  });

  test("is what the rest of the chain knows as a route entry", () => {
    const table = tableOf([routeTo("/", {}, { name: "orders" })]);
    expect(table.match(headOf())).toMatchObject({ name: "orders", virtualHost: "all", cluster: "a" });
  });
});

describe("a virtual host that requires TLS", () => {
  const table = (requireTls: "all" | "external-only") =>
    createRouteTable({
      virtualHosts: [{ name: "tls", domains: ["*"], requireTls, routes: [routeTo("/x")] }],
    });

  test.each<["all" | "external-only", string, string[], string | undefined, string?]>([
    ["all", "http", [], "https://a.test/x?y"],
    // Any port stays.
    ["all", "http", [], "https://a.test:80/x?y", "a.test:80"],
    ["all", "http", [], "https://[::1]:8080/x?y", "[::1]:8080"],
    ["all", "https", [], undefined],
    ["all", "http", ["x-envoy-internal", "true"], "https://a.test/x?y"],
    ["external-only", "http", [], "https://a.test/x?y"],
    ["external-only", "http", ["x-envoy-internal", "true"], undefined],
    ["external-only", "http", ["x-envoy-internal", "yes"], "https://a.test/x?y"],
  ])("for %s: %s with %j is sent to %j", (requireTls, scheme, headers, expected, authority = "a.test") => {
    const head = headOf({ scheme, authority, path: "/x?y", headers });
    const match = table(requireTls).match(head);
    expect(match?.kind === "redirect" ? match.location(head) : undefined).toBe(expected);
  });

  test("redirects also where no route matches", () => {
    expect(table("all").match(headOf({ path: "/none" }))).toMatchObject({ kind: "redirect", status: 301 });
  });
});

import type { RouteConfig } from "../../src/index.ts";
import { byPrefix, type RouterCheckCase, type RouterCheckSource, when } from "./router-check-source.ts";

const exactly = (value: string, cluster: string, rewrite: string, ignoreCase = false): RouteConfig =>
  when(
    { path: { kind: "exact", value, ignoreCase } },
    byPrefix(value, cluster, { pathRewrite: { kind: "prefix", value: rewrite } }),
  );
const newHost = { hostRewrite: { kind: "literal", value: "new_host" } } as const;

/** To `api.lyft.com`, which nobody claims but `*`. */
function api(path: string, expected: RouterCheckCase["expected"], method = "GET"): RouterCheckCase {
  return { authority: "api.lyft.com", path, method, expected };
}

/**
 * Twelve of its cases ask for the name of a virtual cluster, which is a name for statistics and not offered here. Only one
 * virtual host has such names, and only what is forwarded has one: that much of these cases is checked.
 */
const forwardedByDefault = { kind: "forward", virtualHost: "default" } as const;

export const testRoutes: RouterCheckSource = {
  file: "TestRoutes",
  options: { formatCommands: new Set(["DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"]) },
  table: {
    responseHeaders: {
      remove: ["x-envoy-upstream-canary", "x-envoy-virtual-cluster"],
      add: [{ name: "x-envoy-upstream-canary", value: "true" }],
    },
    virtualHosts: [
      {
        name: "www2",
        domains: ["lyft.com", "www.lyft.com", "w.lyft.com", "ww.lyft.com", "wwww.lyft.com"],
        routes: [
          byPrefix("/new_endpoint", "www2", { pathRewrite: { kind: "prefix", value: "/api/new_endpoint" } }),
          {
            match: { path: { kind: "prefix", value: "/ping" } },
            action: { kind: "direct-response", status: 200, body: "{ 'message': 'Success!' }" },
            responseHeaders: { add: [{ name: "x-ping-response", value: "yes" }] },
          },
          when({ path: { kind: "exact", value: "/" } }, byPrefix("/", "root_www2")),
          byPrefix("/", "www2"),
        ],
      },
      {
        name: "www2_staging",
        domains: ["www-staging.lyft.net", "www-staging-orca.lyft.com"],
        routes: [byPrefix("/", "www2_staging")],
      },
      {
        name: "default",
        domains: ["*"],
        routes: [
          byPrefix("/api/application_data", "ats"),
          exactly("/api/locations", "locations", "/rewrote", true),
          byPrefix("/api/leads/me", "ats"),
          byPrefix("/host/rewrite/me", "ats", newHost),
          byPrefix("/oldhost/rewrite/me", "ats", { hostRewrite: { kind: "literal", value: "new_oldhost" } }),
          exactly("/foo", "instant-server", "/bar"),
          exactly("/tar", "instant-server", "/car", true),
          when(
            { path: { kind: "prefix", value: "/newhost/rewrite/me", ignoreCase: true } },
            byPrefix("", "ats", newHost),
          ),
          exactly("/FOOD", "ats", "/cAndy", true),
          exactly("/ApplEs", "instant-server", "/oranGES"),
          {
            ...byPrefix("/customheaders", "ats", newHost),
            requestHeaders: {
              add: [{ name: "X-Client-IP", value: "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%" }],
            },
          },
          byPrefix("/", "instant-server", { timeoutMs: 30_000 }),
        ],
      },
    ],
  },
  cases: [
    api("/", {
      cluster: "instant-server",
      virtualHost: "default",
      path: "/",
      host: "api.lyft.com",
      location: "",
    }),
    api("/api/leads/me", { cluster: "ats" }),
    api("/api/locations?works=true", { cluster: "locations" }),
    api("/api/locations", { cluster: "locations" }),
    { authority: "lyft.com", path: "/foo", expected: { cluster: "www2" } },
    { authority: "wwww.lyft.com", path: "/", expected: { cluster: "root_www2" } },
    {
      authority: "www.lyft.com",
      path: "/new_endpoint/foo",
      expected: { cluster: "www2", virtualHost: "www2" },
    },
    { authority: "www.lyft.com", path: "/new_endpoint/foo", expected: { path: "/api/new_endpoint/foo" } },
    api("/api/locations?works=true", { path: "/rewrote?works=true" }),
    api("/foo", { path: "/bar" }),
    api("/host/rewrite/me", { host: "new_host" }),
    api("/API/locations?works=true", { path: "/rewrote?works=true" }),
    api("/fooD", { path: "/cAndy" }),
    api("/FOO", { path: "/FOO" }),
    api("/ApPles", { path: "/ApPles" }),
    api("/oLDhost/rewrite/me", { host: "api.lyft.com" }),
    api("/Tart", { path: "/Tart" }),
    api("/newhost/rewrite/me", { host: "new_host" }),
    api("/rides", forwardedByDefault),
    api("/rides/blah", forwardedByDefault, "POST"),
    api("/rides", forwardedByDefault, "POST"),
    api("/rides/123", forwardedByDefault, "PUT"),
    api("/users/123/chargeaccounts", forwardedByDefault, "POST"),
    api("/users/123/chargeaccounts/hello123", forwardedByDefault, "PUT"),
    api("/users/123/chargeaccounts/validate", forwardedByDefault, "PUT"),
    api("/foo/bar", forwardedByDefault, "PUT"),
    api("/users", forwardedByDefault, "POST"),
    api("/users/123", forwardedByDefault, "PUT"),
    api("/users/123/location", forwardedByDefault, "POST"),
    api("/something/else", forwardedByDefault),
    api("/host/rewrite/me", {
      host: "new_host",
      path: "/host/rewrite/me",
      requestHeaders: { ":method": "GET", ":cookie": undefined },
    }),
    api("/customheaders", { requestHeaders: { "x-client-ip": "127.0.0.1" } }),
    {
      authority: "www.lyft.com",
      path: "/ping",
      expected: {
        kind: "direct-response",
        cluster: "",
        host: "",
        path: "",
        bodyLength: 25,
        responseHeaders: {
          "content-type": "text/plain",
          "x-ping-response": "yes",
          "x-pong-response": undefined,
        },
      },
    },
  ],
};

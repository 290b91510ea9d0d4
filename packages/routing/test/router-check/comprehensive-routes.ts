import { byPrefix, type RouterCheckSource, when } from "./router-check-source.ts";

const authority = "www.lyft.com";
const unchanged = { virtualHost: "www2_host", host: authority, location: "" };

export const comprehensiveRoutes: RouterCheckSource = {
  file: "ComprehensiveRoutes",
  table: {
    virtualHosts: [
      {
        name: "www2_host",
        domains: [authority],
        routes: [
          byPrefix("/new_endpoint", "www2", { pathRewrite: { kind: "prefix", value: "/api/new_endpoint" } }),
          when({ path: { kind: "exact", value: "/" } }, byPrefix("/", "root_www2")),
          byPrefix("/", "www2"),
        ],
      },
    ],
  },
  cases: [
    {
      authority,
      path: "/new_endpoint",
      expected: { ...unchanged, cluster: "www2", path: "/api/new_endpoint" },
    },
    { authority, path: "/", expected: { ...unchanged, cluster: "root_www2", path: "/" } },
    { authority, path: "/foobar", expected: { ...unchanged, cluster: "www2", path: "/foobar" } },
    // The golden asks for a virtual cluster alone, which only this virtual host's forwarded requests have.
    {
      authority,
      path: "/users/123",
      method: "PUT",
      expected: { kind: "forward", virtualHost: "www2_host" },
    },
  ],
};

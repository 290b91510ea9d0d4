import { byPrefix, type RouterCheckSource, when } from "./router-check-source.ts";

const authority = "example.com";

export const detailedCoverage: RouterCheckSource = {
  file: "DetailedCoverage",
  table: {
    virtualHosts: [
      {
        name: "localhost",
        domains: [authority],
        routes: [
          {
            ...byPrefix("/new_endpoint", "www2", {
              pathRewrite: { kind: "prefix", value: "/api/new_endpoint" },
            }),
            name: "new_endpoint",
          },
          {
            ...when({ path: { kind: "exact", value: "/new_endpoint2" } }, byPrefix("", "root_www2")),
            name: "new_endpoint2",
          },
          byPrefix("/root", "www2"),
          byPrefix("/no_name", "www3"),
        ],
      },
    ],
  },
  // What is covered is told by the names of routes, where they have one.
  cases: [
    {
      authority,
      path: "/new_endpoint",
      expected: { cluster: "www2", path: "/api/new_endpoint", name: "new_endpoint" },
    },
    { authority, path: "/root", expected: { cluster: "www2", name: "" } },
  ],
};

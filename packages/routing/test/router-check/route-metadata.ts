import { byPrefix, type RouterCheckSource } from "./router-check-source.ts";

const metadata = { "databricks.der": { route_id: "canary" } };

/** Two of the three are there to be found wrong: a value that differs, and a route that has no metadata. */
export const routeMetadata: RouterCheckSource = {
  file: "RouteMetadata",
  table: {
    virtualHosts: [
      {
        name: "local_service",
        domains: ["*"],
        routes: [
          { ...byPrefix("/canary", "canary_service"), extra: metadata },
          byPrefix("/", "local_service"),
        ],
      },
    ],
  },
  cases: [
    { authority: "www.lyft.com", path: "/canary", expected: { extra: metadata } },
    {
      authority: "www.lyft.com",
      path: "/canary",
      expected: { extra: { "databricks.der": { route_id: "canary" } } },
    },
    { authority: "www.lyft.com", path: "/", expected: { extra: undefined } },
  ],
};

import type { RedirectAction, RouteConfig } from "../../src/index.ts";
import { byPrefix, type RouterCheckSource } from "./router-check-source.ts";

function redirected(value: string, target: Omit<RedirectAction, "kind">): RouteConfig {
  return { match: { path: { kind: "prefix", value } }, action: { kind: "redirect", ...target } };
}

const rewritten = (value: string, rewrite: string): RouteConfig =>
  byPrefix(value, "www2", { pathRewrite: { kind: "prefix", value: rewrite } });
const byApi = { virtualHost: "api", host: "api.lyft.com", cluster: "www2" };

export const redirect: RouterCheckSource = {
  file: "Redirect",
  table: {
    virtualHosts: [
      { name: "www2", domains: ["www.lyft.com"], requireTls: "all", routes: [byPrefix("/", "www2")] },
      {
        name: "api",
        domains: ["api.lyft.com"],
        requireTls: "external-only",
        routes: [
          rewritten("/pretest", "/pre/test"),
          rewritten("/secondtest", "/second/test"),
          byPrefix("/", "www2"),
        ],
      },
      {
        name: "redirect",
        domains: ["redirect.lyft.com"],
        routes: [
          byPrefix("/blah", "www2"),
          redirected("/foo", { host: "new.lyft.com" }),
          redirected("/bar", { path: { kind: "whole", value: "/new_bar" } }),
          redirected("/baz", { host: "new.lyft.com", path: { kind: "whole", value: "/new_baz" } }),
          redirected("/rewrite", { path: { kind: "prefix", value: "/blah" } }),
        ],
      },
    ],
  },
  cases: [
    { authority: "www.foo.com", path: "/foo", https: true, internal: true, expected: { location: "" } },
    { authority: "www.lyft.com", path: "/foo", https: true, internal: true, expected: { location: "" } },
    { authority: "www.lyft.com", path: "/foo", expected: { location: "https://www.lyft.com/foo" } },
    { authority: "api.lyft.com", path: "/foo", internal: true, expected: { location: "" } },
    { authority: "api.lyft.com", path: "/foo", expected: { location: "https://api.lyft.com/foo" } },
    { authority: "redirect.lyft.com", path: "/foo", expected: { location: "http://new.lyft.com/foo" } },
    {
      authority: "redirect.lyft.com",
      path: "/bar",
      https: true,
      expected: { location: "https://redirect.lyft.com/new_bar" },
    },
    {
      authority: "redirect.lyft.com",
      path: "/baz",
      https: true,
      expected: { location: "https://new.lyft.com/new_baz" },
    },
    { authority: "api.lyft.com", path: "/pretest", https: true, expected: { ...byApi, path: "/pre/test" } },
    {
      authority: "api.lyft.com",
      path: "/secondtest",
      https: true,
      expected: { ...byApi, path: "/second/test" },
    },
  ],
};

import type { RequestHead } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import type { RedirectAction, RedirectMatch, RouteConfig } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { tableOf } from "./table-of.ts";

type Target = Omit<RedirectAction, "kind">;

function matchOf(prefix: string, target: Target, head: RequestHead): RedirectMatch {
  const route: RouteConfig = {
    match: { path: { kind: "prefix", value: prefix } },
    action: { kind: "redirect", ...target },
  };
  return tableOf([route]).match(head) as RedirectMatch;
}

function location(prefix: string, target: Target, request: Parameters<typeof headOf>[0]): string {
  const head = headOf({ authority: "r.test", ...request });
  const match = matchOf(prefix, target, head);
  return `${match.status} ${match.location(head)}`;
}

const https: Target = { scheme: "https" };
const whole = (value: string): Target => ({ path: { kind: "whole", value } });

describe("a redirect", () => {
  test.each<[string, Target, string, string]>([
    ["/https", https, "/https/x?y=1", "301 https://r.test/https/x?y=1"],
    ["/host", { host: "other.test" }, "/host", "301 http://other.test/host"],
    ["/hp", { host: "h.test:1", port: 2 }, "/hp", "301 http://h.test:1:2/hp"],
    ["/port", { port: 8443 }, "/port/x", "301 http://r.test:8443/port/x"],
    ["/p80", { port: 80 }, "/p80", "301 http://r.test:80/p80"],
    ["/both", { ...https, host: "s.test", port: 9443 }, "/both?x", "301 https://s.test:9443/both?x"],
    ["/path", whole("/new"), "/path/more", "301 http://r.test/new"],
    ["/path", whole("/new"), "/path?x=1", "301 http://r.test/new?x=1"],
    ["/path", whole("/new?fixed=1"), "/path?lost=1", "301 http://r.test/new?fixed=1"],
    ["/path", { ...whole("/new?z=1"), stripQuery: true }, "/path?q", "301 http://r.test/new?z=1"],
    ["/path", { ...whole("/new"), stripQuery: true }, "/path?q", "301 http://r.test/new"],
    ["/path", whole("bare"), "/path?x", "301 http://r.test/bare?x"],
    ["/pre", { path: { kind: "prefix", value: "/post" } }, "/pre/x", "301 http://r.test/post/x"],
    ["/pre", { path: { kind: "prefix", value: "/post" } }, "/prefix?x", "301 http://r.test/postfix?x"],
    ["/pre", { path: { kind: "prefix", value: "nolead" } }, "/pre/x", "301 http://r.test/nolead/x"],
    [
      "/pre",
      { path: { kind: "prefix", value: "/z?a=1" }, stripQuery: true },
      "/pre?x",
      "301 http://r.test/z",
    ],
    [
      "/regex",
      { path: { kind: "regex", pattern: "^/regex/(.*)$", substitution: "/\\1/done" } },
      "/regex/a/b?c",
      "301 http://r.test/a/b/done?c",
    ],
    [
      "/re",
      { path: { kind: "regex", pattern: "^/re", substitution: "" } },
      "/re?q",
      "301 http://r.test/re?q",
    ],
    ["/strip", { host: "s.test", stripQuery: true }, "/strip/a?b=c", "301 http://s.test/strip/a"],
    ["/ftp", { scheme: "ftp" }, "/ftp", "301 ftp://r.test/ftp"],
    ["/c", { ...whole("/x"), status: 308 }, "/c?x", "308 http://r.test/x?x"],
    ["/nothing", {}, "/nothing?x", "301 http://r.test/nothing?x"],
  ])("of prefix %s to %j sends %s to %s", (prefix, target, path, expected) => {
    expect(location(prefix, target, { path })).toBe(expected);
  });

  test.each<[Target, string, string, string]>([
    [https, "http", "r.test:8080", "https://r.test:8080/"],
    [https, "http", "r.test:80", "https://r.test/"],
    [https, "http", "r.test:443", "https://r.test:443/"],
    [https, "http", "r.test:080", "https://r.test:080/"],
    [https, "http", "r.test:", "https://r.test:/"],
    [https, "https", "r.test:80", "https://r.test:80/"],
    [https, "https", "r.test", "https://r.test/"],
    [https, "https", "r.test:443", "https://r.test:443/"],
    [{}, "http", "r.test:80", "http://r.test:80/"],
    [https, "http", "[::1]:80", "https://[::1]/"],
    [https, "http", "[::1]:8080", "https://[::1]:8080/"],
    [https, "http", "X.Test", "https://X.Test/"],
    [{ scheme: "http" }, "https", "r.test:443", "http://r.test/"],
    [{ scheme: "ftp" }, "http", "r.test:80", "ftp://r.test/"],
    [{ port: 8443 }, "http", "r.test:80", "http://r.test:8443/"],
    [{ port: 8443 }, "http", "r.test:abc", "http://r.test:8443/"],
    [{ port: 8443 }, "http", "[::1]", "http://[::1]:8443/"],
    [{ port: 8443 }, "http", "[::1]:99", "http://[::1]:8443/"],
    [whole("/new"), "http", "r.test:8080", "http://r.test:8080/new"],
  ])("to %j sends %s at %s to %s", (target, scheme, authority, expected) => {
    expect(location("/", target, { scheme, authority, path: "/" })).toBe(`301 ${expected}`);
  });

  test.each<[string, Target["path"], string, string, string | undefined]>([
    ["a prefix", { kind: "prefix", value: "/new" }, "/old/x?y", "/new/x?y", "/old/x?y"],
    ["a pattern", { kind: "regex", pattern: "^/old", substitution: "/new" }, "/old?y", "/new?y", "/old?y"],
    [
      "a pattern that is not there",
      { kind: "regex", pattern: "z", substitution: "" },
      "/old",
      "/old",
      "/old",
    ],
    ["a whole path", { kind: "whole", value: "/new" }, "/old", "/old", undefined],
    ["nothing", undefined, "/old", "/old", undefined],
  ])(
    "that rewrites %s leaves the request with the path by rewrite alone",
    (_, path, requested, after, before) => {
      const target: Target = { stripQuery: true, ...(path === undefined ? {} : { path }) };
      const head = headOf({ authority: "r.test", path: requested });
      const match = matchOf("/old", target, head);
      match.prepareRequest(head);
      expect([head.path, head.headers.get("x-envoy-original-path")]).toEqual([after, before]);
    },
  );

  test.each([0, 65_536, 1.5])("to port %d is refused", (port) => {
    expect(() => location("/", { port }, {})).toThrow(
      "redirect: the port must be an integer from 1 to 65535",
    );
  });
});

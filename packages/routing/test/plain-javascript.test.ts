import { MeshError } from "@dualmesh/core";
import { expect, test } from "vitest";
import { createRouteTable } from "../src/index.ts";

const PREFIX = { kind: "prefix", value: "/" };
const TO_A = { kind: "forward", clusters: { kind: "single", name: "a" } };

const thrownBy = (build: () => unknown): unknown => {
  try {
    build();
  } catch (error) {
    return error;
  }
  return undefined;
};

/** A table of one route, of what a user of plain JavaScript may write: nothing here would compile. */
const tableWith = (route: unknown): unknown =>
  createRouteTable({ virtualHosts: [{ name: "v", domains: ["*"], routes: [route as never] }] });
const matching = (match: object): object => ({ match: { path: PREFIX, ...match }, action: TO_A });
const acting = (action: unknown): object => ({ match: { path: PREFIX }, action });
const forwarding = (more: object): object => acting({ ...TO_A, ...more });
const weighted = (one: unknown): object => forwarding({ clusters: { kind: "weighted", clusters: [one] } });

test.each([
  [matching({ header: [] }), 'match: unknown key "header" (expected path, methods, headers, '],
  [matching({ methods: "GET" }), 'match: methods must be a list, got "GET"'],
  [matching({ headers: [{ kind: "value", name: "x", value: "y" }] }), "string matcher: expected an object"],
  [matching({ headers: [{ kind: "exact", name: "x" }] }), 'header matcher: unknown kind "exact"'],
  [matching({ facts: [{ kind: "x" }] }), 'fact matcher: unknown kind "x"'],
  [matching({ where: { kind: "x" } }), 'predicate: unknown kind "x"'],
  [matching({ fraction: { percent: 5 } }), 'fraction: unknown key "percent"'],
  [matching({ fraction: 5 }), "fraction: expected an object, got 5"],
  [{ match: {}, action: TO_A }, "path matcher: expected an object, got undefined"],
  [{ match: { path: { kind: "prefx", value: "/" } }, action: TO_A }, 'path matcher: unknown kind "prefx"'],
  [{ action: TO_A }, "route: match is missing"],
  [{ match: { path: PREFIX } }, "action: expected an object, got undefined"],
  [null, "route: expected an object, got null"],
  [{ ...matching({}), typedPerFilter: { cors: {} } }, "route: typedPerFilter must be a Map, got an object"],
  [{ ...matching({}), retry: {} }, 'route: unknown key "retry"'],
  [acting({ kind: "proxy" }), 'action: unknown kind "proxy" (expected forward, redirect, '],
  [forwarding({ timeout: 5 }), 'action: unknown key "timeout" (expected kind, clusters, timeoutMs, '],
  [forwarding({ priority: "HIGH" }), 'forward: priority must be one of default, high, got "HIGH"'],
  [forwarding({ clusterNotFoundStatus: 502 }), "clusterNotFoundStatus must be one of 404, 500, 503, got 502"],
  [forwarding({ clusters: undefined }), "clusters: expected an object, got undefined"],
  [forwarding({ clusters: { kind: "single", cluster: "x" } }), 'clusters: unknown key "cluster"'],
  [forwarding({ clusters: { kind: "single" } }), "cluster: name must be a text, got undefined"],
  [forwarding({ clusters: { kind: "one" } }), 'clusters: unknown kind "one"'],
  [forwarding({ clusters: { kind: "weighted" } }), "weighted clusters: clusters is missing"],
  [weighted({ name: "a", weight: 1 }), 'weighted cluster: unknown key "name"'],
  [weighted({ cluster: "a", weight: 1 }), 'weighted cluster: expected an object, got "a"'],
  [forwarding({ mirrors: [{ cluster: "shadow" }] }), 'mirror: expected an object, got "shadow"'],
  [forwarding({ mirrors: {} }), "forward: mirrors must be a list, got an object"],
  [forwarding({ pathRewrite: "/x" }), 'path rewrite: expected an object, got "/x"'],
  [forwarding({ pathRewrite: { kind: "x" } }), 'path rewrite: unknown kind "x"'],
  [forwarding({ hostRewrite: "x" }), 'host rewrite: expected an object, got "x"'],
  [forwarding({ hostRewrite: { kind: "x" } }), 'host rewrite: unknown kind "x"'],
  [forwarding({ hashPolicies: [{ kind: "ip" }] }), 'hash policy: unknown kind "ip"'],
  [forwarding({ hedgePolicy: { initial: 2 } }), 'hedge policy: unknown key "initial"'],
  [
    acting({ kind: "redirect", status: 200 }),
    "redirect: status must be one of 301, 302, 303, 307, 308, got 200",
  ],
  [acting({ kind: "redirect", path: "/x" }), 'redirect path: expected an object, got "/x"'],
  [acting({ kind: "redirect", code: 301 }), 'action: unknown key "code"'],
  [
    acting({ kind: "direct-response", status: 200, body: 7 }),
    "direct response: the body must be a text or bytes",
  ],
  [
    acting({ kind: "direct-response", status: 200, bodyFormat: { kind: "xml" } }),
    'body format: unknown kind "xml"',
  ],
  [
    { ...matching({}), requestHeaders: { add: [{ name: "x", value: "y", action: "set" }] } },
    'header mutation: action must be one of append, add-if-absent, overwrite, overwrite-if-exists, got "set"',
  ],
  [
    { ...matching({}), requestHeaders: { add: { x: "y" } } },
    "header mutation: add must be a list, got an object",
  ],
  [{ ...matching({}), requestHeaders: { set: [] } }, 'header mutation: unknown key "set"'],
  [{ ...matching({}), setLabels: { lane: 1 } }, 'labels: the value of "lane" must be a text, got 1'],
])("a route %j is refused when the table is built, by host, place and subject", (route, sentence) => {
  const error = thrownBy(() => tableWith(route));
  expect(MeshError.is(error) && error.code).toBe("INVALID_ARGUMENT");
  expect(MeshError.is(error) && error.rawMessage).toMatch(/^virtual host "v", route 1: /);
  expect(MeshError.is(error) && error.rawMessage).toContain(sentence);
});

const HOST = { name: "v", domains: ["*"] };

test.each([
  [{}, {}, "route table: virtualHosts is missing"],
  [undefined, {}, "route table: expected an object, got undefined"],
  [{ virtualHosts: {} }, {}, "route table: virtualHosts must be a list, got an object"],
  [{ virtualHosts: [], hosts: [] }, {}, 'route table: unknown key "hosts"'],
  [{ virtualHosts: [], typedPerFilter: {} }, {}, "route table: typedPerFilter must be a Map, got an object"],
  [{ virtualHosts: [null] }, {}, "virtual host: expected an object, got null"],
  [{ virtualHosts: [{ domains: ["*"] }] }, {}, "virtual host: name must be a text, got undefined"],
  [{ virtualHosts: [{ name: "v" }] }, {}, 'virtual host "v": domains is missing'],
  [{ virtualHosts: [{ ...HOST, domains: "*" }] }, {}, 'virtual host "v": domains must be a list, got "*"'],
  [{ virtualHosts: [{ ...HOST, domains: [7] }] }, {}, 'virtual host "v": a domain must be a text, got 7'],
  [{ virtualHosts: [{ ...HOST, routes: {} }] }, {}, 'virtual host "v": routes must be a list, got an object'],
  [{ virtualHosts: [{ ...HOST, route: [] }] }, {}, 'virtual host "v": unknown key "route"'],
  [
    { virtualHosts: [{ ...HOST, requireTls: true }] },
    {},
    'virtual host "v": requireTls must be one of none, external-only, all, got true',
  ],
  [{ virtualHosts: [] }, { regexLimits: { maxLength: 0 } }, "maxLength must be an integer from 1, got 0"],
  [{ virtualHosts: [] }, { previous: {} }, "route table: previous must be a table that was built here"],
])("a table %j with %j is refused when it is built", (config, options, sentence) => {
  const error = thrownBy(() => createRouteTable(config as never, options as never));
  expect(MeshError.is(error) && error.code).toBe("INVALID_ARGUMENT");
  expect(MeshError.is(error) && error.rawMessage).toContain(sentence);
});

test.each([
  ["a value", { name: "x-a", value: "1\r\nx-b: 2" }, 'header mutation: the value of "x-a" has CR, LF or NUL'],
  [
    "a value",
    { name: "x-a", value: "%REQ(x-b)%\0" },
    'header mutation: the value of "x-a" has CR, LF or NUL',
  ],
  ["a name", { name: "x-a\n", value: "1" }, 'header mutation: the name "x-a\\n" has CR, LF or NUL'],
])("%s that would end its field is refused: %j", (_, header, sentence) => {
  const route = { match: { path: PREFIX }, action: TO_A, responseHeaders: { add: [header] } };
  expect(() => tableWith(route)).toThrow(sentence);
});

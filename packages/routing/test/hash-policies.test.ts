import { type Hash64, xxhash64 } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import type { ForwardAction, HashPolicy, MatchFacts } from "../src/index.ts";
import { requestFormat } from "../src/index.ts";
import { endpointOf } from "./envoy-ring.ts";
import { headOf } from "./head-of.ts";
import { forwarded, routeTo, tableOf } from "./table-of.ts";

type Head = Parameters<typeof headOf>[0];

const header = (headerName: string, more: Partial<HashPolicy> = {}): HashPolicy =>
  ({ kind: "header", headerName, ...more }) as HashPolicy;
const USER = header("X-Key");

/** The key of a request as the upstream sees it, and the cookies that go with it. */
function keyed(
  hashPolicies: readonly HashPolicy[],
  head: Head = {},
  facts: MatchFacts = {},
  action: Partial<ForwardAction> = {},
): { readonly key: Hash64 | undefined; readonly cookies: readonly string[] } {
  const request = headOf(head);
  const match = forwarded(tableOf([routeTo("/", { hashPolicies, ...action })]).match(request, facts));
  match.prepareRequest(request, requestFormat(request));
  const cookies: string[] = [];
  return { key: match.hash(request, facts, (value) => cookies.push(value)), cookies };
}

const fields = (name: string, ...values: string[]): Head => ({
  headers: values.flatMap((one) => [name, one]),
});

describe("a key leads to the endpoint to which Envoy's leads", () => {
  const sid: HashPolicy = { kind: "cookie", name: "sid" };
  const query: HashPolicy = { kind: "query-parameter", name: "key" };
  const letters = header("x-key", { rewrite: { pattern: "[0-9]", substitution: "z" } });
  const abc = [header("x-a"), header("x-b"), header("x-c")];
  const stopping = [header("x-a"), header("x-none", { terminal: true }), header("x-c")];

  test.each<[string, readonly HashPolicy[], Head, string]>([
    ["a value", [USER], fields("x-key", "user-7"), "c"],
    ["bytes of UTF-8", [USER], fields("x-key", "0-\u00c3\u00a9"), "c"],
    ["a value that is empty", [USER], fields("x-key", ""), "b"],
    ["two values", [USER], fields("x-key", "one", "two"), "d"],
    ["the same in another order", [USER], fields("x-key", "two", "one"), "d"],
    ["their joined text, which is another key", [USER], fields("x-key", "onetwo"), "c"],
    ["one value twice", [USER], fields("x-key", "one", "one"), "d"],
    ["sorted by bytes", [USER], fields("x-key", "b", "a"), "d"],
    ["sorted by bytes: capitals first", [USER], fields("x-key", "a", "B"), "b"],
    ["values as rewritten", [letters], fields("x-key", "z9", "z8"), "a"],
    ["the host", [header("Host")], { authority: "two.test" }, "c"],
    ["a pseudo header", [header(":method")], { method: "POST" }, "c"],
    ["a cookie", [sid], fields("cookie", "a=1; sid=one"), "e"],
    ["a cookie in quotes", [sid], fields("cookie", 'sid="one"'), "e"],
    ["a parameter as it stands in the path", [query], { path: "/?key=a+b&key=c" }, "d"],
    ["a bare parameter", [query], { path: "/?key" }, "b"],
    ["three policies", abc, { headers: ["x-a", "1", "x-b", "2", "x-c", "3"] }, "c"],
    ["those of three that are there", abc, { headers: ["x-a", "1", "x-c", "3"] }, "b"],
    ["equal hashes", abc, { headers: ["x-a", "one", "x-b", "one", "x-c", "one"] }, "c"],
    ["up to one that ends it, though that has none", stopping, { headers: ["x-a", "1", "x-c", "3"] }, "e"],
    ["beyond it where there is no key yet", stopping, { headers: ["x-c", "3"] }, "d"],
  ])("%s", (_, policies, head, endpoint) => {
    expect(endpointOf(keyed(policies, head).key)).toBe(endpoint);
  });

  test.each([
    ["127.0.0.5", "b"],
    ["10.9.8.7", "b"],
    ["2001:db8::1", "a"],
  ])("the client's address %s", (remoteAddress, endpoint) => {
    expect(endpointOf(keyed([{ kind: "source-address" }], {}, { remoteAddress }).key)).toBe(endpoint);
  });

  test("what is hashed is the request as the upstream sees it", () => {
    const path = keyed(
      [header(":path")],
      { path: "/old/2" },
      {},
      {
        pathRewrite: { kind: "prefix", value: "/x/" },
      },
    );
    const host = keyed(
      [header(":authority")],
      { authority: "any" },
      {},
      {
        hostRewrite: { kind: "literal", value: "one" },
      },
    );
    expect(path.key).toEqual(xxhash64("/x/old/2"));
    expect(host.key).toEqual(xxhash64("one"));
  });
});

test.each<[string, HashPolicy, Head]>([
  ["a missing header", USER, {}],
  ["a missing cookie", { kind: "cookie", name: "sid" }, fields("cookie", "SID=one")],
  ["an empty cookie", { kind: "cookie", name: "sid" }, fields("cookie", "sid=")],
  ["a missing parameter", { kind: "query-parameter", name: "key" }, { path: "/?KEY=one" }],
  ["an unknown address", { kind: "source-address" }, {}],
  ["missing state", { kind: "filter-state", key: "k" }, {}],
])("%s makes no key", (_, policy, head) => {
  expect(keyed([policy], head)).toEqual({ key: undefined, cookies: [] });
});

test("the text that filters share makes a key", () => {
  const filterState = (key: string): string | undefined => (key === "k" ? "one" : undefined);
  expect(keyed([{ kind: "filter-state", key: "k" }], {}, { filterState }).key).toEqual(xxhash64("one"));
});

describe("a client without the cookie is given one", () => {
  const ends = { peerAddress: "10.0.0.1", peerPort: 1, localAddress: "10.0.0.2", localPort: 2 };
  const give = (more: object, head: Head = {}, facts: MatchFacts = ends) =>
    keyed([{ kind: "cookie", name: "sid", ...more }], head, facts);
  const valueIn = (cookie: string | undefined): string => cookie?.slice(5, 21) ?? "";

  test.each([
    [{ ttlMs: 60_000 }, "; Max-Age=60; HttpOnly"],
    [{ ttlMs: 1_999 }, "; Max-Age=1; HttpOnly"],
    [{ ttlMs: 500 }, "; HttpOnly"],
    [{ ttlMs: 0 }, "; HttpOnly"],
    [{ ttlMs: 5_000, path: "/app" }, "; Max-Age=5; Path=/app; HttpOnly"],
    [
      {
        ttlMs: 5_000,
        path: "/",
        attributes: [
          { name: "SameSite", value: "Strict" },
          { name: "Secure", value: "" },
        ],
      },
      "; Max-Age=5; Path=/; SameSite=Strict; Secure; HttpOnly",
    ],
  ])("%j: %s", (more, behind) => {
    const { key, cookies } = give(more);
    expect(cookies).toEqual([expect.stringMatching(/^sid="[0-9a-f]{16}"/)]);
    expect(cookies[0]?.slice(22)).toBe(behind);
    expect(key).toEqual(xxhash64(valueIn(cookies[0])));
  });

  test("also where its own is empty, and not where it has one", () => {
    const empty = give({ ttlMs: 1_000 }, fields("cookie", 'sid=""'));
    expect(empty.cookies).toHaveLength(1);
    expect(give({ ttlMs: 1_000 }, fields("cookie", "sid=one"))).toEqual({
      key: xxhash64("one"),
      cookies: [],
    });
  });

  test("the same for all requests of a connection, and drawn where there is none", () => {
    const [one] = give({ ttlMs: 0 }).cookies;
    expect(give({ ttlMs: 0 }).cookies).toEqual([one]);
    expect(give({ ttlMs: 0 }, {}, { ...ends, peerPort: 3 }).cookies).not.toEqual([one]);
    const drawn = [0.25, 0.5].map((draw) => give({ ttlMs: 0 }, {}, { random: () => draw }).cookies[0]);
    expect(new Set(drawn).size).toBe(2);
  });

  test("and no key is made where nobody takes it to the client", () => {
    const head = headOf();
    const policies: HashPolicy[] = [{ kind: "cookie", name: "sid", ttlMs: 1_000 }];
    const match = forwarded(tableOf([routeTo("/", { hashPolicies: policies })]).match(head));
    expect(match.hash(head, ends)).toBeUndefined();
  });
});

describe("weighted clusters by key", () => {
  const never = (): number => {
    throw new Error("nothing was to be drawn");
  };
  const clusterFor = (
    hashPolicies: readonly HashPolicy[],
    head: Head,
    random = never,
  ): string | undefined => {
    const clusters = Object.entries({ a: 30, b: 30, c: 40 }).map(([name, weight]) => ({
      cluster: { kind: "single", name } as const,
      weight,
    }));
    const action = { clusters: { kind: "weighted", clusters, byHash: true }, hashPolicies } as const;
    return tableOf([routeTo("/", action)]).match(headOf(head), { random })?.cluster;
  };

  test.each([
    ["one", "c"],
    ["two", "b"],
    ["user-7", "b"],
    ["", "a"],
    ["k0", "a"],
    ["k1", "b"],
    ["k2", "c"],
  ])('"%s" chooses %s, as Envoy does', (value, cluster) => {
    expect(clusterFor([USER], fields("x-key", value))).toBe(cluster);
  });

  test("chance decides where there is no key", () => {
    expect(clusterFor([USER], {}, () => 0.999)).toBe("c");
    expect(clusterFor([], {}, () => 0)).toBe("a");
  });

  test("no cookie is given for the choice", () => {
    expect(clusterFor([{ kind: "cookie", name: "sid", ttlMs: 0 }, USER], fields("x-key", "k1"))).toBe("b");
  });
});

test.each<[HashPolicy, string]>([
  [header(""), "hash policy: the name of the header is empty"],
  [{ kind: "cookie", name: "" }, "hash policy: the name of the cookie is empty"],
  [{ kind: "query-parameter", name: "" }, "hash policy: the name of the query parameter is empty"],
  [{ kind: "filter-state", key: "" }, "hash policy: the name of the filter state is empty"],
  [{ kind: "cookie", name: "s", ttlMs: -1 }, "hash policy: ttlMs must be 0 or more milliseconds, got -1"],
  [{ kind: "cookie", name: "s", ttlMs: 0, path: "/\r\n" }, 'hash policy: cookie "s" has control characters'],
  [
    { kind: "cookie", name: "s", ttlMs: 0, attributes: [{ name: "", value: "x" }] },
    "hash policy: the name of the attribute is empty",
  ],
  [header("a", { rewrite: { pattern: "(", substitution: "" } }), 'regular expression "(": missing closing )'],
])("%j is refused", (policy, message) => {
  expect(() => keyed([policy])).toThrow(message);
});

test("weights by a header and by key exclude each other", () => {
  const clusters = {
    kind: "weighted",
    clusters: [{ cluster: { kind: "single", name: "a" }, weight: 1 }],
    headerName: "x",
    byHash: true,
  } as const;
  expect(() => tableOf([routeTo("/", { clusters })])).toThrow(
    "weighted clusters: headerName and byHash exclude each other",
  );
});

test("a route says what makes its key", () => {
  const hashPolicies: HashPolicy[] = [
    header("x-key"),
    { kind: "cookie", name: "sid" },
    { kind: "source-address" },
    { kind: "query-parameter", name: "q" },
    { kind: "filter-state", key: "k" },
  ];
  expect(String(tableOf([routeTo("/", { hashPolicies })]))).toContain(
    "keyed by header x-key, then cookie sid, then source address, then query parameter q, then filter state k",
  );
});

import { textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { compiled, problems, warnings } from "./compile-json.ts";

const ROUTE = 'route configuration "r".virtual_hosts["v"].routes[0].route';

const toA = (route: object): object => ({
  name: "r",
  virtual_hosts: [{ name: "v", domains: ["*"], routes: [{ match: { prefix: "/" }, route }] }],
});

test("hash policies are read, and warned of as long as no balancer chooses by them", () => {
  const hash_policy = [
    {
      header: {
        header_name: "x-key",
        regex_rewrite: { pattern: { regex: "^([a-z]+)-.*$" }, substitution: "\\1" },
      },
      terminal: true,
    },
    { cookie: { name: "sid", ttl: "1.5s", path: "/", attributes: [{ name: "Secure" }] } },
    { cookie: { name: "kept" } },
    { connection_properties: { source_ip: true } },
    { connection_properties: {} },
    { query_parameter: { name: "q" } },
    { filter_state: { key: "k" } },
  ];
  const json = toA({ cluster: "a", hash_policy });
  expect(warnings("routes", json)).toEqual([
    `${ROUTE}.hash_policy: it is set, and no balancer chooses endpoints by it`,
  ]);
  expect(String(compiled("routes", json).table)).toContain(
    "keyed by header x-key, then cookie sid, then cookie kept, then source address, then query parameter q, then filter state k",
  );
  expect(problems("routes", toA({ cluster: "a", hash_policy: [{}] }))).toEqual([
    `${ROUTE}.hash_policy[0]: expected header, cookie, connection_properties, query_parameter or filter_state`,
  ]);
});

test("weighted clusters are chosen by the key of a request where they want it", () => {
  const weighted_clusters = {
    clusters: [
      { name: "a", weight: 1 },
      { name: "b", weight: 1 },
    ],
    use_hash_policy: true,
  };
  const hash_policy = [{ header: { header_name: ":path" } }];
  const json = toA({ weighted_clusters, hash_policy });
  const { table } = compiled("routes", json);
  const chosen = ["/1", "/2", "/3", "/4"].map((path) => table.match(textRequest({ path }).head)?.cluster);
  expect(new Set(chosen)).toEqual(new Set(["a", "b"]));
});

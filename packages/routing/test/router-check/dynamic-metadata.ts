import type { FactMatcher } from "@dualmesh/matching";
import type { RouteConfig } from "../../src/index.ts";
import { byPrefix, type RouterCheckCase, type RouterCheckSource, when } from "./router-check-source.ts";

function has(filter: string, path: readonly string[], value: string, invert = false): FactMatcher {
  const text = { kind: "string", value: { kind: "exact", value } } as const;
  return { kind: "metadata", filter, path, value: text, invert };
}

const at = (value: string, cluster: string, ...facts: readonly FactMatcher[]): RouteConfig =>
  when({ path: { kind: "exact", value }, facts }, byPrefix("", cluster));

function request(
  path: string,
  metadata: Readonly<Record<string, unknown>>,
  cluster: string,
): RouterCheckCase {
  return {
    authority: "edge.example.net",
    path,
    metadata,
    expected: { cluster, virtualHost: "default" },
  };
}

const fooIsBar = has("example.meta", ["foo"], "bar");

export const dynamicMetadata: RouterCheckSource = {
  file: "DynamicMetadata",
  table: {
    virtualHosts: [
      {
        name: "default",
        domains: ["edge.example.net"],
        routes: [
          at("/example", "cluster3", has("example.meta", ["foo"], "baz")),
          at("/example", "cluster2", fooIsBar),
          at("/nested", "cluster4", has("nested.meta", ["level1", "level2"], "value")),
          at("/inverted", "cluster5", has("example.meta", ["foo"], "bar", true)),
          at("/inverted", "cluster1"),
          at("/multiple", "cluster6", fooIsBar, has("other.meta", ["status"], "active")),
          at("/multiple", "cluster1"),
          at("/example", "cluster1"),
        ],
      },
    ],
  },
  cases: [
    request("/example", { "example.meta": { foo: "bar" } }, "cluster2"),
    request("/example", {}, "cluster1"),
    request("/example", { "example.meta": { foo: "baz" } }, "cluster3"),
    request("/nested", { "nested.meta": { level1: { level2: "value" } } }, "cluster4"),
    request("/inverted", { "example.meta": { foo: "different" } }, "cluster5"),
    request("/inverted", { "example.meta": { foo: "bar" } }, "cluster1"),
    request("/multiple", { "example.meta": { foo: "bar" }, "other.meta": { status: "active" } }, "cluster6"),
    request("/multiple", { "example.meta": { foo: "bar" } }, "cluster1"),
    // Written twice: first "initial" and then, with leave to overwrite, "bar".
    request("/example", { "example.meta": { foo: "bar" } }, "cluster2"),
    // Written twice, the second time without that leave: "different" is dropped by whoever keeps the metadata.
    request("/example", { "example.meta": { foo: "bar" } }, "cluster2"),
  ],
};

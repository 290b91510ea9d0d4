import { create, decode, encode } from "@dualmesh/envoy-api";
import { expect, test } from "vitest";

test("a message survives being written and read", () => {
  const cluster = create("envoy.config.cluster.v3.Cluster", {
    name: "orders",
    type: "EDS",
    connect_timeout: { seconds: 1 },
    per_connection_buffer_limit_bytes: 0,
    metadata: { filter_metadata: { a: { b: [1, null, "x", true, {}] } } },
  });
  expect(cluster.per_connection_buffer_limit_bytes).toBe(0);
  expect(cluster.metadata?.filter_metadata).toEqual(new Map([["a", { b: [1, null, "x", true, {}] }]]));
  expect(
    decode("envoy.config.cluster.v3.Cluster", encode("envoy.config.cluster.v3.Cluster", cluster)),
  ).toEqual(cluster);
});

import { expect, test } from "vitest";
import { bytesBody, noMetrics, RESPONSE_FLAGS, systemRandom } from "../src/index.ts";

test("metrics measure nothing by default, with one slot for all", () => {
  const counter = noMetrics.counter("cluster.orders.upstream_rq_total");
  counter.add();
  noMetrics.gauge("a").set(1);
  noMetrics.histogram("b").record(1);
  expect(noMetrics.counter("other")).toBe(counter);
});

test("the machine's chance lies in [0, 1)", () => {
  const drawn = Array.from({ length: 100 }, systemRandom);
  expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
});

test("response flags are Envoy's letters, each with its long form", () => {
  expect(Object.keys(RESPONSE_FLAGS).every((flag) => /^[A-Z]{2,5}$/.test(flag))).toBe(true);
  expect(RESPONSE_FLAGS.UO).toBe("upstream overflow (circuit breaking)");
});

test("the text of a body is UTF-8, and bytes are taken as they are", () => {
  expect([...bytesBody("ä").bytes]).toEqual([0xc3, 0xa4]);
  const bytes = new Uint8Array(3);
  expect(bytesBody(bytes).bytes).toBe(bytes);
});

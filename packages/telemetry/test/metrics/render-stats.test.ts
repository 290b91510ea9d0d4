import { describe, expect, test } from "vitest";
import { createMetricsStore, type MetricsStore, renderStats, renderStatsJson } from "../../src/index.ts";

function filled(): MetricsStore {
  const store = createMetricsStore();
  store.histogram("cluster.orders.upstream_rq_time").record(12);
  store.histogram("cluster.idle.upstream_rq_time");
  store.counter("cluster.orders.upstream_rq_total").add(3);
  store.counter("cluster.orders.upstream_rq_5xx");
  store.gauge("cluster.orders.membership_healthy").set(2);
  return store;
}

describe("/stats", () => {
  test("is one line for each name: numbers sorted, then histograms with interval and total", () => {
    const store = filled();
    expect(renderStats(store)).toBe(
      [
        "cluster.orders.membership_healthy: 2",
        "cluster.orders.upstream_rq_5xx: 0",
        "cluster.orders.upstream_rq_total: 3",
        "cluster.idle.upstream_rq_time: No recorded values",
        "cluster.orders.upstream_rq_time: P0(nan,11.75) P25(nan,11.81) P50(nan,11.88) P75(nan,11.94) " +
          "P90(nan,11.97) P95(nan,11.99) P99(nan,12) P99.5(nan,12) P99.9(nan,12) P100(nan,12)",
        "",
      ].join("\n"),
    );
  });

  test("shows the last whole interval before the total", () => {
    const store = filled();
    store.endInterval();
    expect(renderStats(store, { filter: "orders.upstream_rq_time" })).toContain("P0(11.75,11.75)");
  });

  test.each([
    ["a text", "membership"],
    ["an expression", /member.*healthy$/],
    ["a predicate", (name: string) => name.endsWith("healthy")],
  ])("is filtered by %s", (_, filter) => {
    const store = filled();
    expect(renderStats(store, { filter })).toBe("cluster.orders.membership_healthy: 2\n");
    expect(renderStats(store, { filter })).toBe("cluster.orders.membership_healthy: 2\n");
  });

  test("is filtered by an expression that remembers its place as by any other", () => {
    const names = renderStats(filled(), { filter: /upstream_rq_/g, usedOnly: false }).match(
      /upstream_rq_\w+/g,
    );
    expect(names).toEqual(["upstream_rq_5xx", "upstream_rq_total", "upstream_rq_time", "upstream_rq_time"]);
  });

  test("with usedOnly leaves out what holds nothing", () => {
    const names = renderStats(filled(), { usedOnly: true }).replace(/:.*/g, "");
    expect(names).toBe(
      "cluster.orders.membership_healthy\ncluster.orders.upstream_rq_total\ncluster.orders.upstream_rq_time\n",
    );
  });

  test("of an empty store is empty", () => {
    expect(renderStats(createMetricsStore())).toBe("");
    expect(renderStatsJson(createMetricsStore())).toBe('{"stats":[]}');
  });
});

test("/stats?format=json has numbers, then all histograms in one entry, and null for nothing", () => {
  const store = createMetricsStore();
  store.counter("a").add();
  store.histogram("h").record(12);
  store.histogram("idle");
  const parsed = JSON.parse(renderStatsJson(store)) as { stats: unknown[] };
  expect(parsed.stats).toHaveLength(2);
  expect(parsed.stats[0]).toEqual({ name: "a", value: 1 });
  expect(parsed.stats[1]).toMatchObject({
    histograms: {
      supported_quantiles: [0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100],
      computed_quantiles: [
        { name: "h", values: Array.from({ length: 10 }, () => ({ interval: null })) },
        { name: "idle", values: Array.from({ length: 10 }, () => ({ interval: null, cumulative: null })) },
      ],
    },
  });
});

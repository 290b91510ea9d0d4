import { describe, expect, test } from "vitest";
import { createMetricsStore, renderPrometheus } from "../../src/index.ts";

describe("/stats/prometheus", () => {
  test("has one TYPE line for each family, and owners as labels", () => {
    const store = createMetricsStore();
    store.counter("cluster.a.upstream_rq_total").add(1);
    store.counter("cluster.b.upstream_rq_total").add(2);
    store.counter("cluster.b.upstream_rq_503").add(4);
    store.gauge("server.live").set(1);
    expect(renderPrometheus(store)).toBe(
      [
        "# TYPE envoy_cluster_upstream_rq_total counter",
        'envoy_cluster_upstream_rq_total{envoy_cluster_name="a"} 1',
        'envoy_cluster_upstream_rq_total{envoy_cluster_name="b"} 2',
        "# TYPE envoy_cluster_upstream_rq counter",
        'envoy_cluster_upstream_rq{envoy_response_code="503",envoy_cluster_name="b"} 4',
        "# TYPE envoy_server_live gauge",
        "envoy_server_live{} 1",
        "",
      ].join("\n"),
    );
  });

  test("shows a histogram as cumulative buckets, sum and count", () => {
    const store = createMetricsStore();
    const time = store.histogram("cluster.a.upstream_rq_time");
    for (const ms of [0.4, 5, 5, 7, 9_999_999]) time.record(ms);
    const lines = renderPrometheus(store).split("\n");
    expect(lines[0]).toBe("# TYPE envoy_cluster_upstream_rq_time histogram");
    expect(lines.slice(1, 6)).toEqual([
      'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a",le="0.5"} 1',
      'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a",le="1"} 1',
      'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a",le="5"} 3',
      'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a",le="10"} 4',
      'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a",le="25"} 4',
    ]);
    expect(lines.slice(-5)).toEqual([
      'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a",le="3600000"} 4',
      'envoy_cluster_upstream_rq_time_bucket{envoy_cluster_name="a",le="+Inf"} 5',
      'envoy_cluster_upstream_rq_time_sum{envoy_cluster_name="a"} 10000016.4',
      'envoy_cluster_upstream_rq_time_count{envoy_cluster_name="a"} 5',
      "",
    ]);
  });

  test("escapes what would end a label's value", () => {
    const store = createMetricsStore();
    store.counter('cluster.say "hi\\".upstream_rq_total').add();
    expect(renderPrometheus(store)).toContain('{envoy_cluster_name="say \\"hi\\\\\\""} 1');
  });

  test("never has one family with two types, nor one series twice", () => {
    const store = createMetricsStore();
    store.counter("a.b");
    store.gauge("a-b").set(1);
    store.gauge("a/b").set(2);
    expect(renderPrometheus(store)).toBe(
      "# TYPE envoy_a_b gauge\nenvoy_a_b{} 1\n# TYPE envoy_a_b_counter counter\nenvoy_a_b_counter{} 0\n",
    );
  });

  test("takes the same filters as /stats", () => {
    const store = createMetricsStore();
    store.counter("a").add();
    store.counter("b");
    expect(renderPrometheus(store, { usedOnly: true })).toBe("# TYPE envoy_a counter\nenvoy_a{} 1\n");
    expect(renderPrometheus(store, { filter: "b" })).toBe("# TYPE envoy_b counter\nenvoy_b{} 0\n");
  });
});

import { describe, expect, test } from "vitest";
import { edgeSeries } from "../../web/src/model/edge-series.ts";
import { edgesAt } from "../../web/src/model/mesh-edges.ts";
import { KEEP_MS } from "../../web/src/model/report-history.ts";
import { servicesOf } from "../../web/src/model/services.ts";
import { edge, historyOf, report, T0 } from "./reports.ts";

describe("an edge", () => {
  test("is the sum of what the processes of its caller report", () => {
    const { sources } = historyOf(
      report({ edges: [edge({ calls: 10, errors: 1, latency: [700, 10] })] }),
      report({ nodeId: "web-2", edges: [edge({ calls: 30, errors: 1, latency: [732, 30] })] }),
    );
    const [one, ...others] = edgesAt(sources, T0);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ from: "web", cluster: "orders-v1", rate: 40, errorShare: 0.05 });
    // A bucket 32 further on is a latency twice as long.
    expect((one?.p99Ms ?? 0) / (one?.p50Ms ?? 0)).toBeLessThan(1.1);
  });

  test("has the rate of the time that reports cover, also where one without calls is among them", () => {
    const { sources } = historyOf(
      report({ receivedMs: T0 - 1_000, edges: [] }),
      report({ receivedMs: T0, edges: [edge({ calls: 10 })] }),
    );
    expect(edgesAt(sources, T0)).toMatchObject([{ rate: 5 }]);
  });

  test("is idle when its calls are over, and gone a minute later", () => {
    const { sources } = historyOf(report());
    expect(edgesAt(sources, T0 + 10_000)).toMatchObject([{ rate: 0, p50Ms: Number.NaN }]);
    expect(edgesAt(sources, T0 + 61_000)).toEqual([]);
  });

  test("by a sidecar is told by the sidecar, which knows the cluster, and counted once", () => {
    const bySidecar = edge({ way: "sidecar", cluster: "" });
    const { sources } = historyOf(
      report({ edges: [bySidecar, edge({ calls: 2 })] }),
      report({
        kind: "sidecar",
        edges: [edge({ way: "sidecar", calls: 7 }), edge({ way: "sidecar", cluster: "orders-v2", calls: 3 })],
      }),
    );
    expect(edgesAt(sources, T0).map(({ way, cluster, rate }) => [way, cluster, rate])).toEqual([
      ["direct", "orders-v1", 2],
      ["sidecar", "orders-v1", 7],
      ["sidecar", "orders-v2", 3],
    ]);
  });

  test("by a sidecar that reports nothing, as an Envoy, is told by the process", () => {
    const { sources } = historyOf(report({ edges: [edge({ way: "sidecar", cluster: "" })] }));
    expect(edgesAt(sources, T0)).toMatchObject([
      { way: "sidecar", authority: "orders", cluster: "", rate: 10 },
    ]);
  });

  test("by the sidecar of a cluster of workers is told once for all of them", () => {
    const bySidecar = [edge({ way: "sidecar", cluster: "" })];
    const { sources } = historyOf(
      report({ nodeId: "web-1-w1", edges: bySidecar }),
      report({ nodeId: "web-1-w2", edges: bySidecar }),
      report({ kind: "sidecar", edges: [edge({ way: "sidecar", calls: 20 })] }),
    );
    expect(edgesAt(sources, T0)).toMatchObject([{ way: "sidecar", cluster: "orders-v1", rate: 20 }]);
  });
});

describe("services", () => {
  test("are names that are called, with the clusters behind them as versions", () => {
    const { sources } = historyOf(
      report({ edges: [edge({ calls: 9 }), edge({ cluster: "orders-v2", calls: 1 })] }),
      report({
        cluster: "orders-v1",
        nodeId: "orders-v1",
        edges: [edge({ authority: "stock:80", cluster: "stock" })],
      }),
    );
    const services = servicesOf(edgesAt(sources, T0), sources, T0);
    expect(
      services.map(({ name, versions }) => [name, versions.map(({ cluster, share }) => [cluster, share])]),
    ).toEqual([
      [
        "orders",
        [
          ["orders-v1", 0.9],
          ["orders-v2", 0.1],
        ],
      ],
      ["stock", [["stock", 1]]],
      ["web", [["web", Number.NaN]]],
    ]);
  });

  test("have the processes that report, workers in place of the one that forks them", () => {
    const { sources } = historyOf(
      report({ cluster: "stock", nodeId: "stock-1", edges: [] }),
      report({ cluster: "stock", nodeId: "stock-1-w1", edges: [], inbound: { direct: 1, sidecar: 3 } }),
    );
    const [stock] = servicesOf([], sources, T0);
    expect(stock?.versions[0]?.instances).toMatchObject([{ nodeId: "stock-1-w1", arrivesBySidecar: 0.75 }]);
  });
});

describe("a series", () => {
  const keyOf = (history: ReturnType<typeof historyOf>): ReadonlySet<string> =>
    new Set(edgesAt(history.sources, T0).map(({ key }) => key));

  test("has a point for every two seconds, and none where nobody reported", () => {
    const history = historyOf(
      report({ receivedMs: T0 - 20_000 }),
      report({ receivedMs: T0 - 4_000 }),
      report({ receivedMs: T0 - 3_000, edges: [] }),
    );
    const { seconds, rate, p50Ms } = edgeSeries(history.sources, keyOf(history), T0);
    expect(seconds).toHaveLength(60);
    expect(rate.filter((value) => value !== null)).toEqual([10, 5]);
    expect(p50Ms.filter((value) => value !== null)).toHaveLength(2);
  });
});

describe("the history", () => {
  test("takes a report once, however often a stream repeats it", () => {
    const history = historyOf(report(), report());
    expect(history.sources[0]?.reports).toHaveLength(1);
  });

  test("forgets what is old, and whoever is gone", () => {
    const history = historyOf(report(), report({ nodeId: "web-2", receivedMs: T0 + KEEP_MS + 1 }));
    expect(history.sources.map(({ nodeId }) => nodeId)).toEqual(["web-2"]);
  });
});

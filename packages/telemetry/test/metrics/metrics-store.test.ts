import { describe, expect, test } from "vitest";
import { createMetricsStore, type MetricsStore } from "../../src/index.ts";

function value(store: MetricsStore, name: string): number | undefined {
  const reading = store.readings().find((each) => each.name === name);
  return reading?.kind === "histogram" ? reading.cumulative.count : reading?.value;
}

describe("a metrics store", () => {
  test("adds to counters, and sets and moves gauges", () => {
    const store = createMetricsStore();
    const total = store.counter("cluster.orders.upstream_rq_total");
    total.add();
    total.add(2);
    const active = store.gauge("cluster.orders.upstream_rq_active");
    active.set(5);
    active.add(-2);
    expect(value(store, "cluster.orders.upstream_rq_total")).toBe(3);
    expect(value(store, "cluster.orders.upstream_rq_active")).toBe(3);
  });

  test("gives the same slot for the same name", () => {
    const store = createMetricsStore();
    store.counter("a").add();
    store.counter("a").add();
    store.histogram("h").record(1);
    store.histogram("h").record(1);
    expect([value(store, "a"), value(store, "h"), store.size]).toEqual([2, 2, 2]);
  });

  test("keeps slots that were given out while it grows", () => {
    const store = createMetricsStore();
    const numbers = Array.from({ length: 1_000 }, (_, i) => i);
    const counters = numbers.map((i) => {
      const counter = store.counter(`c${i}`);
      counter.add(i);
      return counter;
    });
    for (const counter of counters) counter.add();
    expect(numbers.map((i) => value(store, `c${i}`))).toEqual(numbers.map((i) => i + 1));
  });

  test("reads sorted by name, whatever the order of making", () => {
    const store = createMetricsStore();
    store.gauge("b");
    store.histogram("a");
    store.counter("c");
    expect(store.readings().map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      "histogram a",
      "gauge b",
      "counter c",
    ]);
  });

  test("writes names as Envoy does: no colons, nothing that could begin a line", () => {
    const store = createMetricsStore();
    store.counter("cluster.http://[::1]:8080/x.upstream_rq_total");
    store.counter("cluster.a\nfake: 1\u2028.upstream_rq_total");
    expect(store.readings().map(({ name }) => name)).toEqual([
      "cluster.a_fake_ 1_.upstream_rq_total",
      "cluster.http_[__1]_8080/x.upstream_rq_total",
    ]);
  });

  test("refuses one name as two kinds", () => {
    const store = createMetricsStore();
    store.counter("x");
    expect(() => store.gauge("x")).toThrow(
      new TypeError('metrics store: "x" is a counter, it was asked for as a gauge'),
    );
    expect(() => store.histogram("x")).toThrow(TypeError);
  });

  test.each([0, -1, 1.5, Number.NaN])("refuses a limit of %s names", (maxSlots) => {
    expect(() => createMetricsStore({ maxSlots })).toThrow(
      new RangeError(`metrics store: maxSlots must be an integer from 1, got ${maxSlots}`),
    );
  });
});

describe("an interval", () => {
  test("ends for all histograms at once, and then shows what came in it", () => {
    const store = createMetricsStore();
    const time = store.histogram("t");
    const counts = (): number[] =>
      store.readings().flatMap((r) => (r.kind === "histogram" ? [r.interval.count, r.cumulative.count] : []));
    time.record(1);
    time.record(2);
    expect(counts()).toEqual([0, 2]);
    store.endInterval();
    time.record(3);
    expect(counts()).toEqual([2, 3]);
    store.endInterval();
    expect(counts()).toEqual([1, 3]);
    store.endInterval();
    expect(counts()).toEqual([0, 3]);
  });
});

describe("names over the limit", () => {
  test("share one slot, and are counted", () => {
    const store = createMetricsStore({ maxSlots: 1 });
    store.counter("known").add();
    store.counter("stranger 1").add(2);
    store.counter("stranger 2").add(3);
    store.histogram("stranger 3").record(9);
    expect(store.size).toBe(1);
    expect(store.readings().map(({ name }) => [name, value(store, name)])).toEqual([
      ["known", 1],
      ["server.stats_overflow.counter", 5],
      ["server.stats_overflow.histogram", 1],
      ["server.stats_overflow.refused", 3],
    ]);
  });

  test("leave the known ones as they are", () => {
    const store = createMetricsStore({ maxSlots: 1 });
    store.counter("known").add();
    store.counter("stranger").add();
    store.counter("known").add();
    expect(value(store, "known")).toBe(2);
  });

  test("of gauges write nowhere: levels of different things have no sum", () => {
    const store = createMetricsStore({ maxSlots: 1 });
    const known = store.gauge("known");
    known.set(1);
    store.gauge("stranger").set(7);
    store.gauge("other stranger").add(7);
    expect(store.readings().map(({ name }) => name)).toEqual(["known", "server.stats_overflow.refused"]);
    expect(value(store, "known")).toBe(1);
  });

  test("find room again when others are removed", () => {
    const store = createMetricsStore({ maxSlots: 1 });
    store.counter("cluster.a.x");
    store.remove("cluster.a.");
    store.counter("cluster.b.x").add();
    expect(value(store, "cluster.b.x")).toBe(1);
  });
});

describe("removing", () => {
  test("forgets all names with a prefix, in the spelling of the caller", () => {
    const store = createMetricsStore();
    for (const name of ["cluster.a:1.x", "cluster.a:1.y", "cluster.ab.x"]) store.counter(name).add();
    store.histogram("cluster.a:1.h");
    expect(store.remove("cluster.a:1.")).toBe(3);
    expect(store.readings().map(({ name }) => name)).toEqual(["cluster.ab.x"]);
  });

  test("lets nobody who still holds a slot write to the one that comes after", () => {
    const store = createMetricsStore();
    const stale = store.counter("cluster.a.x");
    stale.add(5);
    store.remove("cluster.a.");
    const fresh = store.counter("cluster.b.x");
    stale.add(100);
    fresh.add();
    store.remove("cluster.a.");
    stale.add(100);
    expect(value(store, "cluster.b.x")).toBe(1);
  });

  test("begins anew for a name that comes back", () => {
    const store = createMetricsStore();
    store.counter("cluster.a.x").add(5);
    store.histogram("cluster.a.h").record(5);
    store.remove("cluster.a.");
    store.counter("cluster.a.x").add();
    store.histogram("cluster.a.h");
    expect([value(store, "cluster.a.x"), value(store, "cluster.a.h")]).toEqual([1, 0]);
  });
});

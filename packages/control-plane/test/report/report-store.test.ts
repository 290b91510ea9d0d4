import type { NodeReport, ReceivedReport } from "@dualmesh/telemetry/observation";
import { manualClock } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { ReportStore } from "../../src/report/report-store.ts";

const REPORT: NodeReport = {
  kind: "sdk",
  intervalMs: 1_000,
  inbound: { direct: 1, sidecar: 0 },
  edges: [],
  omittedEdges: 0,
  samples: [],
};

const nodesOf = (texts: readonly string[]): readonly string[] =>
  texts.map((text) => (JSON.parse(text) as ReceivedReport).nodeId);

test("nobody is asked to report until somebody watches, and nobody afterwards", () => {
  const store = new ReportStore();
  expect(store.everyMs).toBe(0);
  store.put("web", "web-1", REPORT);
  expect(store.recent).toEqual([]);
  {
    using _watch = store.watch({ report() {} });
    expect(store.everyMs).toBe(1_000);
  }
  expect(store.everyMs).toBe(0);
});

test("a report goes to everybody who watches, and is kept for who comes later", () => {
  const clock = manualClock();
  const store = new ReportStore({ clock });
  const heard: string[] = [];
  using _one = store.watch({ report: (text) => heard.push(text) });
  using _other = store.watch({ report: (text) => heard.push(text) });
  store.put("web", "web-1", REPORT);
  expect(heard).toHaveLength(2);
  expect(JSON.parse(heard[0] as string)).toEqual({
    ...REPORT,
    cluster: "web",
    nodeId: "web-1",
    receivedMs: clock.wall(),
  });
  expect(store.recent).toEqual([heard[0]]);
});

test("reports go when they are old", () => {
  const clock = manualClock();
  const store = new ReportStore({ clock, keepMs: 10_000 });
  using _watch = store.watch({ report() {} });
  store.put("web", "web-1", REPORT);
  clock.advance(6_000);
  store.put("web", "web-2", REPORT);
  clock.advance(5_000);
  expect(nodesOf(store.recent)).toEqual(["web-2"]);
});

test("the oldest go when all together are too much, whoever sent them", () => {
  const store = new ReportStore({ maxCharacters: 600 });
  using _watch = store.watch({ report() {} });
  for (let i = 0; i < 10; i++) store.put("web", `web-${i}`, REPORT);
  expect(nodesOf(store.recent)).toEqual(["web-7", "web-8", "web-9"]);
});

test("watchers are bounded", () => {
  const store = new ReportStore({ maxWatchers: 1 });
  using _watch = store.watch({ report() {} });
  expect(() => store.watch({ report() {} })).toThrow(/the limit of 1 watchers is reached/);
});

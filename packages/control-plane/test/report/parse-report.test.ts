import { REPORT_LIMITS } from "@dualmesh/telemetry/observation";
import { expect, test } from "vitest";
import { parseReport } from "../../src/report/parse-report.ts";

const EDGE = {
  authority: "orders",
  protocol: "h2",
  way: "direct",
  cluster: "orders-v1",
  calls: 3,
  errors: 1,
  retries: 0,
  latency: [700, 2, 705, 1],
};
const STEP = { what: "1. path /", verdict: "chosen", reason: "" };
const SAMPLE = {
  wallMs: 1,
  method: "GET",
  authority: "orders",
  path: "/",
  protocol: "h2",
  way: "sidecar",
  virtualHost: "orders",
  route: "",
  cluster: "orders-v1",
  endpoint: "10.0.0.1:80",
  status: 200,
  code: "OK",
  flag: "",
  details: "via_upstream",
  attempts: 1,
  durationMs: 1.5,
  explanation: {
    listener: "outbound",
    chain: "",
    authority: "orders",
    domains: [STEP],
    routes: [STEP],
    omitted: 0,
  },
};
const REPORT = {
  intervalMs: 1_000,
  mode: { mode: "auto", sidecar: "present", sidecarDetail: "dualmesh 0.1.0", sidecarPercent: 50 },
  inbound: { direct: 1, sidecar: 2 },
  edges: [EDGE],
  omittedEdges: 0,
  samples: [SAMPLE],
};

test("a report is taken as it is, the kind from its path", () => {
  expect(parseReport({ ...REPORT, kind: "whatever" }, "sidecar")).toEqual({ ...REPORT, kind: "sidecar" });
});

test("what a newer node says beyond is left out", () => {
  const newer = { ...REPORT, moons: 2, edges: [{ ...EDGE, colour: "blue" }] };
  expect(parseReport(newer, "sdk")).toEqual({ ...REPORT, kind: "sdk" });
});

test.each<[string, unknown, RegExp]>([
  ["no object", [], /body: expected an object, got \[\]/],
  ["no interval", { ...REPORT, intervalMs: "1s" }, /intervalMs: expected a number of 0 or more, got "1s"/],
  [
    "a way that there is not",
    { ...REPORT, edges: [{ ...EDGE, way: "up" }] },
    /edges\[0\].way: expected direct or sidecar/,
  ],
  [
    "half a bucket",
    { ...REPORT, edges: [{ ...EDGE, latency: [1] }] },
    /edges\[0\].latency: expected buckets and counts/,
  ],
  [
    "a bucket beyond the last",
    { ...REPORT, edges: [{ ...EDGE, latency: [9_999, 1] }] },
    /latency\[0\]: expected an integer from 0 to 1920, got 9999/,
  ],
  [
    "too many edges",
    { ...REPORT, edges: Array(REPORT_LIMITS.edges + 1).fill(EDGE) },
    /edges: expected at most 64, got 65/,
  ],
  [
    "too many samples",
    { ...REPORT, samples: Array(100).fill(SAMPLE) },
    /samples: expected at most 12, got 100/,
  ],
  [
    "a name without end",
    { ...REPORT, edges: [{ ...EDGE, authority: "x".repeat(300) }] },
    /edges\[0\].authority: expected a string of at most 256/,
  ],
])("refuses %s", (_, body, reason) => {
  expect(() => parseReport(body, "sdk")).toThrow(reason);
});

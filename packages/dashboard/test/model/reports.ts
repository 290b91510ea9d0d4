import type { CallSample, EdgeReport, ReceivedReport } from "@dualmesh/telemetry/observation";
import { ReportHistory } from "../../web/src/model/report-history.ts";

/** A time at which something is reported. */
export const T0 = 1_767_225_600_000;

export const edge = (more: Partial<EdgeReport> = {}): EdgeReport => ({
  authority: "orders",
  protocol: "http/1.1",
  way: "direct",
  cluster: "orders-v1",
  calls: 10,
  errors: 0,
  retries: 0,
  latency: [700, 10],
  ...more,
});

export const report = (more: Partial<ReceivedReport> = {}): ReceivedReport => ({
  kind: "sdk",
  cluster: "web",
  nodeId: "web-1",
  receivedMs: T0,
  intervalMs: 1_000,
  inbound: { direct: 0, sidecar: 0 },
  edges: [edge()],
  omittedEdges: 0,
  samples: [],
  ...more,
});

export const sample = (more: Partial<CallSample> = {}): CallSample => ({
  wallMs: T0,
  method: "GET",
  authority: "orders",
  path: "/order",
  protocol: "http/1.1",
  way: "direct",
  virtualHost: "orders",
  route: "",
  cluster: "orders-v1",
  endpoint: "127.0.0.1:8001",
  status: 200,
  code: "OK",
  flag: "",
  details: "via_upstream",
  attempts: 1,
  durationMs: 4.2,
  ...more,
});

export function historyOf(...reports: readonly ReceivedReport[]): ReportHistory {
  const history = new ReportHistory();
  for (const one of reports) history.add(one);
  return history;
}

import type { Clock } from "@dualmesh/core";
import type { Problem } from "@dualmesh/envoy-api";
import { REPORT_LIMITS } from "@dualmesh/telemetry/observation";
import type { NodeStatus } from "@dualmesh/xds/server";
import type { ReportStore } from "../report/report-store.ts";
import type { WorkloadRegistry } from "../workload/workload-registry.ts";
import { type Answer, refuse, refuseMethod, type StreamedAnswer } from "./answer.ts";
import { describeNode } from "./describe-node.ts";
import { streamReports } from "./report-stream.ts";
import { listReports, reportInterval, takeReport } from "./reports.ts";
import { changeWorkload, listWorkloads } from "./workloads.ts";

/** What the admin listener shows and does. */
export interface AdminSource {
  readonly workloads: WorkloadRegistry;
  readonly reports: ReportStore;
  readonly clock: Clock;
  /** True if what workloads publish for this cluster reaches any node. */
  takes(cluster: string): boolean;
  ready(): boolean;
  nodes(): readonly NodeStatus[];
  /** What is served, by group; secrets redacted. */
  configDump(): unknown;
  problems(): readonly Problem[];
  stats(): ReadonlyMap<string, number>;
  /** Reads the configuration again. Resolves with the problems, of which there are none if it was applied. */
  reload(): Promise<readonly Problem[]>;
}

export interface AdminRequest {
  readonly method: string;
  /** As it came, without the query. */
  readonly path: string;
  /** Reads the body as JSON; rejects with a `MeshError` if it is none, or has more bytes than some, or than so many. */
  readonly readBody: (maxBytes?: number) => Promise<unknown>;
}

/** The answer to one request. Rejects with a `MeshError` for what the request got wrong. */
export async function routeAdmin(
  source: AdminSource,
  request: AdminRequest,
): Promise<Answer | StreamedAnswer> {
  const { method, path, readBody } = request;
  if (path.startsWith("/workloads/")) {
    const names = path.slice("/workloads/".length).split("/");
    return changeWorkload(method, names, readBody, source);
  }
  if (path.startsWith("/reports/") && !STREAMS.has(path) && !PAGES.has(path)) {
    const names = path.slice("/reports/".length).split("/");
    return takeReport(method, names, () => readBody(REPORT_LIMITS.bytes), source.reports);
  }
  if (path === "/reload") {
    if (method !== "POST") return refuseMethod(method, path, ["POST"]);
    const problems = await source.reload();
    return { status: problems.length === 0 ? 200 : 409, body: { problems } };
  }
  const stream = STREAMS.get(path);
  // To HEAD there is nothing to say for as long as somebody listens.
  if (stream !== undefined) return method === "GET" ? stream(source) : refuseMethod(method, path, ["GET"]);
  const page = PAGES.get(path);
  if (page === undefined) {
    const known = [...PATTERNS, ...STREAMS.keys(), ...PAGES.keys()];
    return refuse(404, `no page ${JSON.stringify(path)}; known are ${known.sort().join(", ")}`);
  }
  return method === "GET" || method === "HEAD" ? page(source) : refuseMethod(method, path, ["GET", "HEAD"]);
}

/** What can be looked at. The names are Envoy's where Envoy has the page. */
const PAGES: ReadonlyMap<string, (source: AdminSource) => Answer> = new Map([
  ["/config_dump", (source: AdminSource): Answer => ({ status: 200, body: source.configDump() })],
  [
    "/nodes",
    (source: AdminSource): Answer => ({ status: 200, body: { nodes: source.nodes().map(describeNode) } }),
  ],
  ["/problems", (source: AdminSource): Answer => ({ status: 200, body: { problems: source.problems() } })],
  ["/ready", ready],
  ["/reports", (source: AdminSource): Answer => listReports(source.reports)],
  ["/reports/interval", (source: AdminSource): Answer => reportInterval(source.reports)],
  ["/stats", stats],
  ["/workloads", (source: AdminSource): Answer => listWorkloads(source)],
]);

/** What can be changed. */
const PATTERNS = ["/workloads/<cluster>/<node-id>", "/reports/<cluster>/<node-id>/<kind>", "/reload"];

/** What can be followed. */
const STREAMS: ReadonlyMap<string, (source: AdminSource) => StreamedAnswer> = new Map([
  [
    "/reports/stream",
    ({ reports, clock, ...source }: AdminSource): StreamedAnswer => ({
      stream: (response) =>
        streamReports(response, { reports, clock, overview: () => printOverview(source) }),
    }),
  ],
]);

/** What a control plane knows itself of a mesh, in the form of the single pages. */
function printOverview(source: Omit<AdminSource, "reports" | "clock">): string {
  const { workloads } = source;
  return JSON.stringify({
    nodes: source.nodes().map(describeNode),
    // Without what is left of a lease: it changes with every look.
    workloads: workloads.list().map(({ cluster, nodeId, addresses }) => ({ cluster, nodeId, addresses })),
    problems: source.problems(),
  });
}

/** Envoy's words: `LIVE`, or what it waits for. */
function ready(source: AdminSource): Answer {
  return source.ready() ? { status: 200, body: "LIVE\n" } : { status: 503, body: "PRE_INITIALIZING\n" };
}

/** Envoy's text form: `name: value`, by name. */
function stats(source: AdminSource): Answer {
  const lines = [...source.stats()].map(([name, value]) => `${name}: ${value}\n`);
  return { status: 200, body: lines.sort().join("") };
}

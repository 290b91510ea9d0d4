import type { CallSample, ReceivedReport } from "@dualmesh/telemetry/observation";
import { hostNode } from "./report-history.ts";

/** A call that a node gave as an example. */
export interface LoggedCall extends CallSample {
  /** The same while the page is open. */
  readonly key: string;
  readonly nodeId: string;
  readonly kind: ReceivedReport["kind"];
  readonly callerCluster: string;
}

/** Without the calls that a process handed to a sidecar which reports itself: it gives calls of its own, and knows more. */
export function tellingCalls(calls: readonly LoggedCall[]): readonly LoggedCall[] {
  const told = new Set(calls.flatMap(({ kind, nodeId }) => (kind === "sidecar" ? [nodeId] : [])));
  return calls.filter(
    ({ kind, way, nodeId }) => kind === "sidecar" || way === "direct" || !told.has(hostNode(nodeId)),
  );
}

/** Calls that are kept, the newest. */
const KEPT = 60;

/** The calls of a report before those that were known, the newest first. */
export function addCalls(
  known: readonly LoggedCall[],
  { samples, nodeId, kind, cluster, receivedMs }: ReceivedReport,
): readonly LoggedCall[] {
  if (samples.length === 0) return known;
  const fresh = samples.map(
    (sample, index): LoggedCall => ({
      ...sample,
      key: `${nodeId} ${kind} ${receivedMs} ${index}`,
      nodeId,
      kind,
      callerCluster: cluster,
    }),
  );
  const all = new Map([...fresh, ...known].map((call) => [call.key, call]));
  return [...all.values()].sort((a, b) => b.wallMs - a.wallMs).slice(0, KEPT);
}

import type { EdgeReport, ReceivedReport } from "@dualmesh/telemetry/observation";

/** How long reports are kept: what the charts show. Milliseconds. */
export const KEEP_MS = 150_000;

/** Reports of one process or sidecar, in order of arrival. */
export interface ReportSource {
  readonly cluster: string;
  readonly nodeId: string;
  readonly kind: ReceivedReport["kind"];
  readonly reports: readonly ReceivedReport[];
}

/** What came in the last minutes, by source. */
export class ReportHistory {
  readonly #sources = new Map<
    string,
    { readonly source: ReportSource; readonly reports: ReceivedReport[] }
  >();
  #lastMs = 0;

  /** Adds a report. One that is known already, as after a reconnection, changes nothing. */
  add(report: ReceivedReport): void {
    const { cluster, nodeId, kind, receivedMs } = report;
    const key = `${nodeId}\n${kind}`;
    let entry = this.#sources.get(key);
    if (entry === undefined) {
      const reports: ReceivedReport[] = [];
      entry = { source: { cluster, nodeId, kind, reports }, reports };
      this.#sources.set(key, entry);
    }
    const last = entry.reports.at(-1)?.receivedMs ?? 0;
    if (receivedMs <= last) return;
    entry.reports.push(report);
    this.#lastMs = Math.max(this.#lastMs, receivedMs);
    this.#expire();
  }

  /** When the newest report came, by the control plane's clock; 0 before the first. */
  get lastMs(): number {
    return this.#lastMs;
  }

  get sources(): readonly ReportSource[] {
    return [...this.#sources.values()].map(({ source }) => source);
  }

  #expire(): void {
    for (const [key, { reports }] of this.#sources) {
      const keep = reports.findIndex(({ receivedMs }) => receivedMs >= this.#lastMs - KEEP_MS);
      if (keep < 0) this.#sources.delete(key);
      else if (keep > 0) reports.splice(0, keep);
    }
  }
}

/** A row of a report that counts. */
export interface CountedEdge {
  readonly source: ReportSource;
  readonly report: ReceivedReport;
  readonly edge: EdgeReport;
}

/**
 * The rows from a time on, each call once. Where a sidecar reports, its rows stand for the calls that its application sent by
 * it: the sidecar knows the cluster. Without such (an Envoy, say) the application's own do.
 */
export function countedEdges(sources: readonly ReportSource[], sinceMs: number): readonly CountedEdge[] {
  const recent = (source: ReportSource): readonly ReceivedReport[] =>
    source.reports.filter(({ receivedMs }) => receivedMs > sinceMs);
  const told = new Set(
    sources
      .filter((source) => source.kind === "sidecar" && recent(source).length > 0)
      .map(({ nodeId }) => nodeId),
  );
  return sources.flatMap((source) => {
    const isToldBySidecar = source.kind === "sdk" && told.has(hostNode(source.nodeId));
    return recent(source).flatMap((report) =>
      report.edges
        .filter(({ way }) => way === "direct" || !isToldBySidecar)
        .map((edge): CountedEdge => ({ source, report, edge })),
    );
  });
}

/** The node of a process: workers of a `node:cluster` share one, and have their number behind its id. */
export function hostNode(nodeId: string): string {
  return nodeId.replace(/-w\d+$/, "");
}

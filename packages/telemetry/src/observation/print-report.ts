import { type NodeReport, REPORT_LIMITS } from "./node-report.ts";

/** The report as JSON within its limits: what is too much is left out, the least busy edges first. */
export function printReport(report: NodeReport): string {
  let edges = report.edges.slice(0, REPORT_LIMITS.edges);
  let samples = report.samples.slice(0, REPORT_LIMITS.samples);
  for (;;) {
    const omittedEdges = report.omittedEdges + report.edges.length - edges.length;
    const text = JSON.stringify({ ...report, edges, samples, omittedEdges });
    if (Buffer.byteLength(text) <= REPORT_LIMITS.bytes) return text;
    if (samples.length > 0) samples = [];
    else edges = edges.slice(0, edges.length >> 1);
  }
}

import type { ReportedMode } from "@dualmesh/telemetry/observation";
import { type MeshEdge, NOW_MS } from "./mesh-edges.ts";
import { hostNode, type ReportSource } from "./report-history.ts";

/** A name under which workloads are called, with the clusters behind it. */
export interface Service {
  readonly name: string;
  readonly versions: readonly ServiceVersion[];
}

/** A cluster of a service: with one, it is the service itself. */
export interface ServiceVersion {
  /** The service's own name beside others: calls of which nobody reports to which version they went. */
  readonly cluster: string;
  /** Calls a second that callers report. */
  readonly rate: number;
  /** Of the calls to the service, 0 to 1; NaN without any. */
  readonly share: number;
  readonly instances: readonly Instance[];
}

/** A process, with its sidecar where there is one. */
export interface Instance {
  readonly nodeId: string;
  readonly mode: ReportedMode | undefined;
  /** Share of the calls to it that came by its sidecar, 0 to 1; NaN without any. */
  readonly arrivesBySidecar: number;
}

/** Whoever is behind the names that had no room in a report. */
export const OTHERS = "(others)";

/** The service of each workload and each destination, by name, and their versions by name. */
export function servicesOf(
  edges: readonly MeshEdge[],
  sources: readonly ReportSource[],
  nowMs: number,
): readonly Service[] {
  const serviceOf = serviceFinder(edges);
  const clusters = new Set([
    ...sources.map(({ cluster }) => cluster),
    ...edges.map((edge) => targetOf(edge)),
  ]);
  const byService = Map.groupBy([...clusters].sort(), serviceOf);
  return [...byService.keys()].sort().map((name) => {
    const members = byService.get(name) as readonly string[];
    const rates = members.map((cluster) => rateTo(cluster, edges));
    const all = rates.reduce((sum, rate) => sum + rate, 0);
    return {
      name,
      versions: members.map((cluster, index) => ({
        cluster,
        rate: rates[index] as number,
        share: all === 0 ? Number.NaN : (rates[index] as number) / all,
        instances: instancesOf(cluster, sources, nowMs),
      })),
    };
  });
}

/** The cluster that an edge leads to, or what stands for it. */
export function targetOf({ cluster, authority }: MeshEdge): string {
  return cluster !== "" ? cluster : authority === "" ? OTHERS : withoutPort(authority);
}

/** A cluster belongs to the name under which it is called; one that nobody calls, or by several names, is its own. */
export function serviceFinder(edges: readonly MeshEdge[]): (cluster: string) => string {
  const names = new Map<string, Set<string>>();
  for (const { cluster, authority } of edges) {
    if (cluster === "" || authority === "") continue;
    const found = names.get(cluster) ?? new Set<string>();
    names.set(cluster, found.add(withoutPort(authority)));
  }
  return (cluster) => {
    const found = [...(names.get(cluster) ?? [])];
    return found.length === 1 ? (found[0] as string) : cluster;
  };
}

function withoutPort(authority: string): string {
  return authority.replace(/:\d+$/, "");
}

function rateTo(cluster: string, edges: readonly MeshEdge[]): number {
  return edges.reduce((sum, edge) => (targetOf(edge) === cluster ? sum + edge.rate : sum), 0);
}

/** Those that reported of late. */
function instancesOf(cluster: string, sources: readonly ReportSource[], nowMs: number): readonly Instance[] {
  const recent = sources
    .filter((source) => source.cluster === cluster && source.kind === "sdk")
    .map(({ nodeId, reports }) => ({
      nodeId,
      reports: reports.filter(({ receivedMs }) => receivedMs > nowMs - 2 * NOW_MS),
    }))
    .filter(({ reports }) => reports.length > 0);
  return recent
    .map(({ nodeId, reports }) => {
      const window = reports.slice(-3);
      const direct = window.reduce((sum, { inbound }) => sum + inbound.direct, 0);
      const sidecar = window.reduce((sum, { inbound }) => sum + inbound.sidecar, 0);
      return {
        nodeId,
        mode: reports.at(-1)?.mode,
        arrivesBySidecar: direct + sidecar === 0 ? Number.NaN : sidecar / (direct + sidecar),
      };
    })
    .filter(({ nodeId }, _, all) => nodeId !== hostNode(nodeId) || !hasWorkers(nodeId, all))
    .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
}

/** The first process of a `node:cluster` only hands connections to its workers. */
function hasWorkers(nodeId: string, all: readonly { readonly nodeId: string }[]): boolean {
  return all.some((other) => other.nodeId !== nodeId && hostNode(other.nodeId) === nodeId);
}

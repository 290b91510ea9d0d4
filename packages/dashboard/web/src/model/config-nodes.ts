import type { OverviewNode, OverviewType } from "./overview.ts";

/** What the streams of one node say together. */
export interface ConfigNode {
  readonly id: string;
  readonly cluster: string;
  /** Streams: one for each process and sidecar of that id that asks the control plane itself. */
  readonly streams: number;
  readonly types: readonly ConfigType[];
}

/** One type of resource at one node. */
export interface ConfigType {
  /** `LDS`, `RDS`, and so on; the last part of the URL where there is no such word. */
  readonly name: string;
  readonly verdict: "ACK" | "NACK" | "waiting";
  /** The version that is in effect; empty before the first. */
  readonly version: string;
  /** The version that was refused, and the node's own words. */
  readonly nack?: { readonly version: string; readonly error: string };
}

/** Nodes by id. Of several streams the one that is worst off speaks. */
export function configNodes(nodes: readonly OverviewNode[]): readonly ConfigNode[] {
  return [...Map.groupBy(nodes, ({ id }) => id)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, streams]) => ({
      id,
      cluster: streams[0]?.cluster ?? "",
      streams: streams.length,
      types: mergeTypes(streams.flatMap(({ types }) => types)),
    }));
}

function mergeTypes(types: readonly OverviewType[]): readonly ConfigType[] {
  return [...Map.groupBy(types, ({ typeUrl }) => shortName(typeUrl))]
    .sort(([a], [b]) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1))
    .map(([name, same]) => {
      const worst = [...same].sort((a, b) => rank(b) - rank(a))[0] as OverviewType;
      const { ackedVersion: version, error, nackedVersion = "" } = worst;
      return {
        name,
        verdict: error !== undefined ? "NACK" : worst.awaitsAnswer || version === "" ? "waiting" : "ACK",
        version,
        ...(error === undefined ? {} : { nack: { version: nackedVersion, error } }),
      };
    });
}

function rank({ error, awaitsAnswer }: OverviewType): number {
  return error !== undefined ? 2 : awaitsAnswer ? 1 : 0;
}

const SHORT: Readonly<Record<string, string>> = {
  Listener: "LDS",
  RouteConfiguration: "RDS",
  Cluster: "CDS",
  ClusterLoadAssignment: "EDS",
  Secret: "SDS",
  Runtime: "RTDS",
  VirtualHost: "VHDS",
  ScopedRouteConfiguration: "SRDS",
};
const ORDER = Object.values(SHORT);

function shortName(typeUrl: string): string {
  const last = typeUrl.slice(typeUrl.lastIndexOf(".") + 1);
  return SHORT[last] ?? last;
}

function placeOf(name: string): number {
  const at = ORDER.indexOf(name);
  return at < 0 ? ORDER.length : at;
}

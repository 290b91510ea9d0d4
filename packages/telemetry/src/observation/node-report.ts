/**
 * What a node tells whoever watches the mesh: whom it called in one interval, by which way and how fast, and a few calls
 * as examples. JSON, sent to the control plane's admin listener; a reader takes the fields it knows and leaves the rest.
 */
export interface NodeReport {
  /** Whether an application's process reports, or the sidecar beside it. */
  readonly kind: NodeKind;
  /** What the counts are of. Milliseconds. */
  readonly intervalMs: number;
  /** How the calls of the process are to go; absent for a sidecar. */
  readonly mode?: ReportedMode;
  /** Calls of others for the application that came to this node, by the way they took. */
  readonly inbound: ByWay;
  /** Destinations with calls, the busiest first. */
  readonly edges: readonly EdgeReport[];
  /** Edges that had no room: the least busy ones. */
  readonly omittedEdges: number;
  readonly samples: readonly CallSample[];
}

/** A report as it is handed on to those who watch: with who sent it, and when it came. */
export interface ReceivedReport extends NodeReport {
  /** The node's cluster, as it calls it itself. */
  readonly cluster: string;
  readonly nodeId: string;
  /** Milliseconds since the Unix epoch. */
  readonly receivedMs: number;
}

export type NodeKind = "sdk" | "sidecar";

/** By which way a call goes: by the chain in the application's process, or by a sidecar. */
export type CallWay = "direct" | "sidecar";

export type ByWay = Readonly<Record<CallWay, number>>;

export interface ReportedMode {
  /** `direct`, `sidecar` or `auto`. */
  readonly mode: string;
  /** `present`, `absent` or `draining`. */
  readonly sidecar: string;
  /** Which sidecar it is (`dualmesh 0.1.0`), or why there is none. */
  readonly sidecarDetail: string;
  /** The percentage of calls that a runtime key sends by the sidecar; absent where no key is set. */
  readonly sidecarPercent?: number;
}

/** Calls to one destination in one interval. */
export interface EdgeReport {
  /** Whom the application called; empty for the sum of those that had no room. */
  readonly authority: string;
  /** `http/1.1`, `h2`, `grpc`: as the application spoke it. */
  readonly protocol: string;
  readonly way: CallWay;
  /** The cluster that the route named; empty where this node did not choose it, as in front of a sidecar. */
  readonly cluster: string;
  /** Calls that ended. */
  readonly calls: number;
  /** Of those: no answer, a status of 500 or more, or a gRPC status that is not OK. */
  readonly errors: number;
  /** Attempts beyond the first ones. */
  readonly retries: number;
  /** Milliseconds from beginning to end, as bucket and count by turns; read by {@link latencyOf}. */
  readonly latency: readonly number[];
}

/** One call as an example. No header, and no query: they may hold secrets. */
export interface CallSample {
  /** When it began, milliseconds since the Unix epoch. */
  readonly wallMs: number;
  readonly method: string;
  readonly authority: string;
  readonly path: string;
  readonly protocol: string;
  readonly way: CallWay;
  readonly virtualHost: string;
  readonly route: string;
  readonly cluster: string;
  /** Where the last attempt went; empty where this node did not choose it. */
  readonly endpoint: string;
  readonly status: number;
  readonly code: string;
  /** Envoy's response flag; empty if all went well. */
  readonly flag: string;
  readonly details: string;
  readonly attempts: number;
  readonly durationMs: number;
  /** Why it went where it went, by the tables of the moment when it began. */
  readonly explanation?: RouteSteps;
}

/** A route decision, cut to what decided. */
export interface RouteSteps {
  readonly listener: string;
  /** The filters in order. */
  readonly chain: string;
  /** The authority as it was compared. */
  readonly authority: string;
  readonly domains: readonly StepVerdict[];
  readonly routes: readonly StepVerdict[];
  /** Domains and routes that are left out. */
  readonly omitted: number;
}

export interface StepVerdict {
  /** What was judged: a domain and its virtual host, or a route with conditions and action. */
  readonly what: string;
  /** `chosen`, `shadowed`, `refused`, `by-chance`, `not-reached`. */
  readonly verdict: string;
  readonly reason: string;
}

/** What a report holds at most. The node keeps to it, and the control plane refuses what does not. */
export const REPORT_LIMITS = {
  /** Of the JSON in UTF-8. */
  bytes: 262_144,
  edges: 64,
  samples: 12,
  /** Domains, and routes, of one explanation. */
  steps: 16,
  /** Characters of a name: longer ones are cut. */
  nameLength: 256,
} as const;

/** Cuts a name from the wire to what a report has room for. */
export function cutName(name: string, length: number = REPORT_LIMITS.nameLength): string {
  return name.length <= length ? name : `${name.slice(0, length - 1)}…`;
}

import type { Rejection, ResourceState } from "../resource-state.ts";

/** What a client runs on and with, for people and for JSON. */
export interface XdsClientStatus {
  readonly nodeId: string;
  /** The connection in use first; a second one is being opened to take its place. */
  readonly connections: readonly ConnectionStatus[];
  readonly types: readonly TypeStatus[];
}

export interface ConnectionStatus {
  readonly target: string;
  /**
   * - `idle`: nothing was asked for yet.
   * - `connecting`: under way.
   * - `open`: requests are sent.
   * - `waiting`: it failed; the next attempt comes in `nextAttemptInMs`.
   */
  readonly state: "idle" | "connecting" | "open" | "waiting";
  /** Whether this stream has brought a response. */
  readonly answered: boolean;
  readonly nextAttemptInMs?: number;
  /** Why the last stream ended. */
  readonly lastEnd?: string;
}

export interface TypeStatus {
  readonly name: string;
  readonly typeUrl: string;
  /** Whether everything of the type is asked for. */
  readonly wildcard: boolean;
  /** The version accepted last from the server in use; empty before the first. */
  readonly version: string;
  /** Responses accepted and refused since the start. */
  readonly acks: number;
  readonly nacks: number;
  /** The refusal that stands, until a response is accepted. */
  readonly nack?: Rejection;
  readonly resources: readonly ResourceStatus[];
}

export interface ResourceStatus {
  readonly name: string;
  readonly state: ResourceState["kind"];
  /** Present ones: in which response these bytes came first. */
  readonly version?: string;
  /** Why it waits, is missing, or is invalid. */
  readonly reason?: string;
  readonly warnings?: readonly string[];
  readonly rejected?: Rejection;
}

/** The status of one resource, from what is known of it. */
export function resourceStatus(name: string, state: ResourceState): ResourceStatus {
  if (state.kind === "present") {
    const { version, warnings, rejected } = state;
    return {
      name,
      state: "present",
      version,
      ...(warnings === undefined ? {} : { warnings }),
      ...(rejected === undefined ? {} : { rejected }),
    };
  }
  return { name, state: state.kind, ...(state.reason === undefined ? {} : { reason: state.reason }) };
}

/**
 * The status as text, one line each for connections, types and resources.
 *
 * ```text
 * node web-1
 * 10.0.0.1:15010: open
 * cluster: version 7, 2 accepted, 1 refused (version 8: cluster "b": no endpoints)
 *   a: present, version 7
 *   b: missing, not received within 15 s of asking
 * ```
 */
export function formatXdsStatus(status: XdsClientStatus): string {
  const lines = [`node ${status.nodeId}`];
  for (const { target, state, nextAttemptInMs, lastEnd } of status.connections) {
    const next =
      nextAttemptInMs === undefined ? "" : `, next attempt in ${(nextAttemptInMs / 1_000).toFixed(1)} s`;
    lines.push(`${target}: ${state}${next}${lastEnd === undefined ? "" : ` (${lastEnd})`}`);
  }
  for (const type of status.types) {
    const all = type.wildcard ? "all, " : "";
    const version = type.version === "" ? "no version" : `version ${type.version}`;
    const nack =
      type.nack === undefined ? "" : ` (version ${type.nack.version}: ${type.nack.problems.join("; ")})`;
    lines.push(`${type.name}: ${all}${version}, ${type.acks} accepted, ${type.nacks} refused${nack}`);
    for (const { name, state, version: since, reason, rejected } of type.resources) {
      const more = since === undefined ? (reason ?? "") : `version ${since}`;
      const refused =
        rejected === undefined
          ? ""
          : `; version ${rejected.version} refused: ${rejected.problems.join("; ")}`;
      lines.push(`  ${name}: ${state}${more === "" ? "" : `, ${more}`}${refused}`);
    }
  }
  return lines.join("\n");
}

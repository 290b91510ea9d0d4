import type { Call, RequestHead } from "@dualmesh/core";
import { CallSampler } from "./call-sampler.ts";
import {
  type CallWay,
  cutName,
  type EdgeReport,
  type NodeKind,
  type NodeReport,
  REPORT_LIMITS,
  type RouteSteps,
} from "./node-report.ts";
import { EdgeRow, ObservedEdge } from "./observed-edge.ts";

export interface CallObserverOptions {
  readonly kind: NodeKind;
  /** Explains where a request goes, before anything changes its head. Default: nothing. */
  readonly explain?: (head: RequestHead) => RouteSteps | undefined;
}

/** What was seen in one interval. */
export type Observed = Pick<NodeReport, "edges" | "samples">;

/** Sees calls from their beginning to their end, and counts them by destination. */
export interface CallObserver {
  /** A call begins. Two look-ups and an addition; a few of them are followed as well. */
  began(head: RequestHead, call: Call, way: CallWay): void;
  /** What ended since the last time. */
  take(): Observed;
}

export function createCallObserver(options: CallObserverOptions): CallObserver {
  return new EdgeObserver(options);
}

/** Destinations are named by whoever calls, so that there may be any number of them; the rest shares one place. */
class EdgeObserver implements CallObserver {
  readonly #edges = new Map<string, ObservedEdge[]>();
  readonly #sampler: CallSampler;
  /** In the process of an application, a call that has a route went on there, whatever was chosen for it. */
  readonly #staysOnWay: boolean;
  readonly #findRow = (edge: ObservedEdge, call: Call): EdgeRow => this.#row(edge, call);
  #size = 0;
  #rows = 0;

  constructor({ kind, explain = () => undefined }: CallObserverOptions) {
    this.#staysOnWay = kind === "sidecar";
    this.#sampler = new CallSampler({ explain, finalWay: (edge, call) => this.#finalWay(edge, call) });
  }

  began(head: RequestHead, call: Call, way: CallWay): void {
    const edge = this.#edge(head.authority, protocolOf(head), way);
    edge.open++;
    call.onEnd(edge.ended);
    this.#sampler.began(head, call, edge);
    edge.isFresh = false;
  }

  take(): Observed {
    const edges: EdgeReport[] = [];
    for (const [authority, sides] of this.#edges) {
      const used = sides.filter((edge) => !edge.isFresh || edge.open > 0 || edge.hasErred);
      edges.push(...sides.flatMap((edge) => edge.take()));
      this.#size -= sides.length - used.length;
      if (used.length === 0) this.#edges.delete(authority);
      else this.#edges.set(authority, used);
    }
    this.#rows = 0;
    return { edges: edges.sort((a, b) => b.calls - a.calls), samples: this.#sampler.take() };
  }

  #edge(authority: string, protocol: string, way: CallWay): ObservedEdge {
    const sides = this.#edges.get(authority);
    if (sides !== undefined) {
      for (const edge of sides) if (edge.protocol === protocol && edge.way === way) return edge;
    }
    if (
      authority !== "" &&
      (this.#size >= REPORT_LIMITS.edges || authority.length > REPORT_LIMITS.nameLength)
    )
      return this.#edge("", protocol, way);
    const edge = new ObservedEdge(authority, protocol, way, this.#findRow);
    if (sides === undefined) this.#edges.set(authority, [edge]);
    else sides.push(edge);
    this.#size++;
    return edge;
  }

  /** A cluster may be named by a header of the request: their number is bounded as well. */
  #row(edge: ObservedEdge, call: Call): EdgeRow {
    const rows = edge.rows[this.#finalWay(edge, call)];
    const cluster = cutName(call.matched?.cluster ?? "");
    const known = rows.get(cluster);
    if (known !== undefined) return known;
    const key = this.#rows < REPORT_LIMITS.edges ? cluster : "";
    const row = rows.get(key) ?? new EdgeRow();
    rows.set(key, row);
    this.#rows++;
    return row;
  }

  #finalWay(edge: ObservedEdge, call: Call): CallWay {
    return this.#staysOnWay || call.matched === undefined ? edge.way : "direct";
  }
}

function protocolOf({ protocol, headers }: RequestHead): string {
  const type = headers.get("content-type");
  return type?.startsWith("application/grpc") ? "grpc" : protocol;
}

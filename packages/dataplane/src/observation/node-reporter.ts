import type { Clock } from "@dualmesh/core";
import {
  type CallObserver,
  createCallObserver,
  type NodeKind,
  type NodeReport,
  printReport,
} from "@dualmesh/telemetry/observation";
import { type AdminClient, createAdminClient } from "../admin-client.ts";
import type { DataPlane } from "../data-plane.ts";
import type { EndpointAddress } from "../transport/endpoint-address.ts";
import { explainHead } from "./explain-head.ts";

/** What a node adds to what was observed. */
export type NodeState = Pick<NodeReport, "mode" | "inbound">;

export interface NodeReporterOptions {
  /** The control plane's admin listener; `undefined`: nobody is told, and nobody can watch. */
  readonly address: EndpointAddress | undefined;
  readonly cluster: string;
  readonly nodeId: string;
  readonly kind: NodeKind;
  readonly dataPlane: DataPlane;
  /** How the node is, since the last time it was asked. */
  readonly state: () => NodeState;
  readonly clock: Clock;
}

/**
 * Tells the control plane whom a node calls, while somebody watches.
 *
 * ```text
 *             an answer says how often             an answer says no more, or none comes
 *  unwatched ──────────────────────────► watched ───────────────────────────────────────► unwatched
 *     └ asks every 5 s, unless a heartbeat was answered meanwhile    └ a report per interval
 * ```
 */
export interface NodeReporter extends Disposable {
  /** Sees the calls; `undefined` while nobody watches. */
  readonly observer: CallObserver | undefined;
  /** The control plane answered, to a report or to anything else: how often it wants reports. 0: not at all. */
  heard(everyMs: number): void;
}

/** Between two questions, and for an answer. Milliseconds. */
const ASK_EVERY_MS = 5_000;
const TIMEOUT_MS = 2_000;

/** No control plane asks for more than that, nor is a slower one told less often. Milliseconds. */
const MIN_INTERVAL_MS = 100;
const MAX_INTERVAL_MS = 60_000;

export function createNodeReporter(options: NodeReporterOptions): NodeReporter {
  const { address } = options;
  return address === undefined ? UNWATCHED : new Reporter(options, createAdminClient({ address }));
}

const UNWATCHED: NodeReporter = { observer: undefined, heard() {}, [Symbol.dispose]() {} };

class Reporter implements NodeReporter {
  readonly #options: NodeReporterOptions;
  readonly #client: AdminClient;
  readonly #path: string;
  observer: CallObserver | undefined = undefined;
  #everyMs = 0;
  /** When the interval began. */
  #sinceMs = 0;
  #heardMs = Number.NEGATIVE_INFINITY;
  #timer: Disposable | undefined;
  #isDisposed = false;

  constructor(options: NodeReporterOptions, client: AdminClient) {
    this.#options = options;
    this.#client = client;
    // A node need not say to which cluster it belongs.
    const names = [options.cluster || options.nodeId, options.nodeId, options.kind].map(encodeURIComponent);
    this.#path = `/reports/${names.join("/")}`;
    void this.#ask();
  }

  heard(everyMs: number): void {
    if (this.#isDisposed) return;
    const { clock, kind, dataPlane, state } = this.#options;
    this.#heardMs = clock.now();
    const wanted = everyMs > 0 ? Math.min(Math.max(everyMs, MIN_INTERVAL_MS), MAX_INTERVAL_MS) : 0;
    if (wanted === this.#everyMs) return;
    this.#everyMs = wanted;
    if (wanted === 0) this.observer = undefined;
    else if (this.observer === undefined) {
      this.observer = createCallObserver({ kind, explain: (head) => explainHead(dataPlane, head) });
      // What was counted before is not of this interval.
      state();
      this.#sinceMs = this.#heardMs;
    }
    this.#later();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.observer = undefined;
    this.#timer?.[Symbol.dispose]();
    this.#client[Symbol.dispose]();
  }

  #later(): void {
    if (this.#isDisposed) return;
    this.#timer?.[Symbol.dispose]();
    const next = this.#everyMs > 0 ? () => this.#report() : () => this.#ask();
    // Each step settles by itself: a failure is silence.
    this.#timer = this.#options.clock.setTimer(() => void next(), this.#everyMs || ASK_EVERY_MS);
  }

  async #ask(): Promise<void> {
    if (this.#options.clock.now() - this.#heardMs >= ASK_EVERY_MS)
      await this.#send("GET", "/reports/interval");
    if (this.#everyMs === 0) this.#later();
  }

  async #report(): Promise<void> {
    const { observer } = this;
    if (observer === undefined) return;
    const { clock, kind, state } = this.#options;
    const nowMs = clock.now();
    const intervalMs = nowMs - this.#sinceMs;
    this.#sinceMs = nowMs;
    await this.#send(
      "PUT",
      this.#path,
      printReport({ kind, intervalMs, omittedEdges: 0, ...state(), ...observer.take() }),
    );
    if (this.observer === observer) this.#later();
  }

  /** Without an answer nobody is known to watch. */
  async #send(method: "GET" | "PUT", path: string, body?: string): Promise<void> {
    try {
      const options = { timeoutMs: TIMEOUT_MS, ...(body === undefined ? {} : { body }) };
      const { status, text } = await this.#client.send(method, path, options);
      this.heard(status === 200 ? readInterval(text) : 0);
    } catch {
      this.heard(0); // It is away, or no control plane of ours: the publication says so, where there is one.
    }
  }
}

/** What an answer of the control plane says of reports; 0 if nothing. */
export function readInterval(answer: string): number {
  try {
    const { reportEveryMs } = JSON.parse(answer) as { readonly reportEveryMs?: unknown };
    return typeof reportEveryMs === "number" ? reportEveryMs : 0;
  } catch {
    return 0; // Text for people: from somebody who knows no reports.
  }
}

import type { Clock } from "@dualmesh/core";
import { TYPE_URL } from "@dualmesh/envoy-api/wire";
import { endpointNameOf } from "./endpoint-name.ts";
import { EMPTY_TABLE, type ResourceTable, type TableResource, uniteTables } from "./resource-table.ts";
import type { RolloutSubscription } from "./rollout-subscription.ts";
import { type Snapshot, tableOf } from "./snapshot.ts";

export interface RolloutOptions {
  readonly clock: Clock;
  /** How long to wait for a client to ask for the endpoints of a new cluster, before routes go on. Milliseconds. */
  readonly endpointAskMs: number;
  /** How long a removed cluster is kept for a client that still names it, or has just come back. Milliseconds. */
  readonly removalGraceMs: number;
  /** What the stream subscribes of a type. */
  readonly subscription: (typeUrl: string) => RolloutSubscription | undefined;
  /** A wait is over: `step` is worth a call. */
  readonly wake: () => void;
}

/** What follows clusters, in order. What is not listed anywhere (endpoints, secrets, runtime) depends on no order. */
const ORDERED: readonly (readonly string[])[] = [
  [TYPE_URL.CDS],
  [],
  [TYPE_URL.LDS],
  [TYPE_URL.RDS, TYPE_URL.SRDS, TYPE_URL.VHDS, TYPE_URL.ECDS],
];
const ALL_ORDERED: ReadonlySet<string> = new Set(ORDERED.flat());

const CLUSTERS = 0;
const ENDPOINTS = 1;
const REMOVAL = 4;
const DONE = 5;

/** A newer snapshot takes over at once, but not for ever: else routes would never go out while clusters keep changing. */
const RESTART_WINDOW_MS = 2_000;

/** A client that names clusters one by one must not make the server keep all that ever were. */
const MAX_KEPT = 10_000;

/**
 * Brings one stream from the snapshot it has to a newer one, make before break.
 *
 * ```text
 *  CLUSTERS ──────────► ENDPOINTS ─────────────► LDS ──► ROUTES ──► REMOVAL ──► DONE
 *  old and new          of what is new or        each waits for     old clusters go
 *                       changed, asked for       the client's
 *                       and acknowledged         answer
 * ```
 *
 * A type that the client does not subscribe holds nobody up. A refusal does not stop the rest, but where listeners or
 * routes were refused the clusters that the client had stay.
 */
export class Rollout {
  readonly #options: RolloutOptions;
  /** What the stream may be sent by now. */
  readonly #released = new Map<string, ResourceTable>();
  #target: Snapshot | undefined;
  #queued: Snapshot | undefined;
  #stage = DONE;
  #startedMs = 0;
  /** The clusters of the last snapshot that went through without a refusal. */
  #lastGood: ResourceTable = EMPTY_TABLE;
  /** Endpoints without which a new or changed cluster would not get warm. */
  readonly #expected = new Set<string>();
  /** The response that carried the last of them, or of those before. */
  #barrierNonce = 0;
  /** Running, or over (`"over"`), since the clusters were acknowledged, or the routes. */
  #wait: Disposable | "over" | undefined;
  /** Running, or over, since the client said what it has of an earlier stream. */
  #hold: Disposable | "over" | undefined;

  constructor(options: RolloutOptions) {
    this.#options = options;
  }

  /** Whether there is anything to serve. */
  get started(): boolean {
    return this.#target !== undefined;
  }

  /** What the stream may be sent of a type by now. */
  table(typeUrl: string): ResourceTable {
    return this.#released.get(typeUrl) ?? EMPTY_TABLE;
  }

  /** Whether that is the newest. */
  complete(typeUrl: string): boolean {
    if (!ALL_ORDERED.has(typeUrl)) return true;
    return ORDERED.findIndex((types) => types.includes(typeUrl)) <= this.#stage;
  }

  /**
   * Whether clients may be told by now what of this type is gone, where responses name it: clusters, endpoints and the like
   * when the routes are out and accepted, routes when no refused listener still needs them.
   */
  removable(typeUrl: string): boolean {
    if (typeUrl === TYPE_URL.CDS) return this.#stage === DONE && !this.#routesRefused() && !this.#holds;
    // What is gone of these is gone from the table when their turn comes.
    if (ALL_ORDERED.has(typeUrl)) return typeUrl === TYPE_URL.LDS || !this.#isRefused(TYPE_URL.LDS);
    // The clusters first: who drops one asks for its endpoints no more, and need not be told.
    return this.removable(TYPE_URL.CDS) && this.#isSettled(TYPE_URL.CDS);
  }

  /** Goes for a newer snapshot. */
  begin(snapshot: Snapshot): void {
    const types = new Set([...snapshot.types.keys(), ...this.#released.keys()]);
    for (const typeUrl of types) {
      if (!ALL_ORDERED.has(typeUrl)) this.#released.set(typeUrl, tableOf(snapshot, typeUrl));
    }
    const running = this.#stage < REMOVAL;
    const nowMs = this.#options.clock.now();
    if (running && nowMs - this.#startedMs >= RESTART_WINDOW_MS) {
      this.#queued = snapshot;
      return;
    }
    if (!running) this.#startedMs = nowMs;
    this.#start(snapshot);
  }

  /** Is told of every request. */
  received(subscription: RolloutSubscription): void {
    if (subscription.resumed !== true) return;
    this.#hold ??= this.#startHold();
    if (subscription.typeUrl !== TYPE_URL.EDS) return;
    // (18) Who says to have the endpoints of a cluster that has changed needs them all the same.
    for (const name of this.#expected) subscription.owe(name);
  }

  /** Is told of every response before it goes out. */
  sending(
    subscription: RolloutSubscription,
    table: ResourceTable,
    names: readonly string[] | undefined,
    nonce: number,
  ): void {
    const { typeUrl } = subscription;
    if (typeUrl === TYPE_URL.CDS) this.#expectEndpoints(subscription, table);
    else if (typeUrl === TYPE_URL.EDS && this.#expected.size > 0) {
      const before = this.#expected.size;
      for (const name of names ?? table.resources.keys()) this.#expected.delete(name);
      if (this.#expected.size < before) this.#barrierNonce = nonce;
    }
  }

  /** Goes one stage further if that is due, so that there may be more to send. */
  step(): boolean {
    if (this.#target === undefined || this.#stage === DONE || !this.#passed()) return false;
    this.#stopWaiting();
    this.#stage++;
    if (this.#stage === DONE) this.#finish(this.#target);
    else if (this.#stage < REMOVAL) this.#release(this.#target);
    return true;
  }

  stop(): void {
    this.#stopWaiting();
    if (this.#holds) (this.#hold as Disposable)[Symbol.dispose]();
  }

  /** Whether removals are held: a client that has come back may yet be following routes of an earlier stream. */
  get #holds(): boolean {
    return this.#hold !== undefined && this.#hold !== "over";
  }

  #startHold(): Disposable | "over" {
    const { clock, removalGraceMs, wake } = this.#options;
    if (removalGraceMs === 0) return "over";
    return clock.setTimer(() => {
      this.#hold = "over";
      wake();
    }, removalGraceMs);
  }

  #start(snapshot: Snapshot): void {
    const assignments = tableOf(snapshot, TYPE_URL.EDS).resources;
    for (const name of this.#expected) {
      // If it cuts another one short, clusters of that are out whose endpoints are not.
      if (this.#stage >= REMOVAL || !assignments.has(name)) this.#expected.delete(name);
    }
    this.#target = snapshot;
    this.#queued = undefined;
    this.#stage = CLUSTERS;
    this.#stopWaiting();
    // Old and new: routes that are out still name the old ones.
    this.#released.set(TYPE_URL.CDS, uniteTables(this.table(TYPE_URL.CDS), tableOf(snapshot, TYPE_URL.CDS)));
  }

  #release(target: Snapshot): void {
    for (const typeUrl of ORDERED[this.#stage] ?? []) this.#released.set(typeUrl, tableOf(target, typeUrl));
  }

  #finish(target: Snapshot): void {
    const clusters = tableOf(target, TYPE_URL.CDS);
    if (this.#routesRefused()) {
      this.#released.set(TYPE_URL.CDS, uniteTables(this.#lastGood, clusters));
    } else {
      this.#lastGood = clusters;
      this.#released.set(TYPE_URL.CDS, clusters);
    }
    const queued = this.#queued;
    if (queued === undefined) return;
    this.#startedMs = this.#options.clock.now();
    this.#start(queued);
  }

  #passed(): boolean {
    switch (this.#stage) {
      case ENDPOINTS:
        return this.#endpointsOut();
      case REMOVAL:
        return this.#mayRemove();
      default:
        return (ORDERED[this.#stage] as readonly string[]).every((typeUrl) => this.#isSettled(typeUrl));
    }
  }

  #endpointsOut(): boolean {
    const endpoints = this.#options.subscription(TYPE_URL.EDS);
    if (this.#expected.size > 0) return this.#waited(this.#options.endpointAskMs);
    return endpoints === undefined || !endpoints.active || endpoints.answered >= this.#barrierNonce;
  }

  /** Who asks for everything is told at once; who names clusters is given time to stop naming them by himself. */
  #mayRemove(): boolean {
    const clusters = this.#options.subscription(TYPE_URL.CDS);
    if (clusters === undefined || clusters.wildcard || this.#queued !== undefined) return true;
    if (this.#routesRefused()) return true;
    const target = tableOf(this.#target as Snapshot, TYPE_URL.CDS);
    const { removed } = clusters.changes(target);
    const kept = this.table(TYPE_URL.CDS).resources.size - target.resources.size;
    if (removed.length === 0 || kept > MAX_KEPT) return true;
    return this.#waited(this.#options.removalGraceMs);
  }

  #routesRefused(): boolean {
    return [TYPE_URL.LDS, ...(ORDERED[3] as readonly string[])].some((typeUrl) => this.#isRefused(typeUrl));
  }

  #isRefused(typeUrl: string): boolean {
    const subscription = this.#options.subscription(typeUrl);
    return subscription?.active === true && subscription.nack !== undefined;
  }

  #isSettled(typeUrl: string): boolean {
    return this.#options.subscription(typeUrl)?.settledAt(this.table(typeUrl)) ?? true;
  }

  /**
   * A client keeps a changed cluster warming until endpoints arrive, even if they are the same as before (rule 18), so they
   * are sent again. Those of a new one it asks for by itself.
   */
  #expectEndpoints(clusters: RolloutSubscription, table: ResourceTable): void {
    const rolling = this.#stage === CLUSTERS;
    const { resumed = false } = clusters;
    // After its first answer about clusters on a stream, a client asks for endpoints by itself, unless it had them before.
    if (!rolling && !resumed && clusters.nonce === 0) return;
    const endpoints = this.#options.subscription(TYPE_URL.EDS);
    const known = this.table(TYPE_URL.EDS).resources;
    for (const cluster of clusters.changes(table).changed) {
      const name = endpointNameOf((table.resources.get(cluster) as TableResource).any);
      if (name === undefined) continue;
      if (known.has(name) && (rolling || resumed)) this.#expected.add(name);
      endpoints?.owe(name);
    }
  }

  #waited(ms: number): boolean {
    if (this.#wait === "over" || ms === 0) return true;
    this.#wait ??= this.#options.clock.setTimer(() => {
      this.#wait = "over";
      this.#options.wake();
    }, ms);
    return false;
  }

  #stopWaiting(): void {
    if (this.#wait !== undefined && this.#wait !== "over") this.#wait[Symbol.dispose]();
    this.#wait = undefined;
  }
}

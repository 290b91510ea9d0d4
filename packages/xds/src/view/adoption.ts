import type { TimerWheel } from "@dualmesh/core";
import type { Present, ResourceState } from "../resource-state.ts";
import type { Adopted, AdoptedFailure } from "./adopted.ts";
import { type ConfigNode, NO_NODES } from "./config-node.ts";

export interface AdoptionOptions {
  readonly timers: TimerWheel;
  readonly lateMs: number;
  readonly deletionGraceMs: number;
  /** Nodes by what they refer to: makes and watches those that are not there yet. */
  readonly resolve: (node: ConfigNode) => ReadonlySet<ConfigNode>;
  /** There is something to do: {@link Adoption.run} is worth a call. */
  readonly wake: () => void;
}

/**
 * Decides for each resource when its newest state takes effect.
 *
 * A value is adopted when something is known of everything that it needs: a value, or that it is missing or invalid. Until
 * then the previous one stays. What needs nothing (endpoints) is adopted at once. So a route never points to a cluster of
 * which nothing is known, and one bad cluster fails its own calls only.
 *
 * A deletion is adopted when nothing that needs the resource is about to change, and after a time of grace: control planes
 * that delete a cluster first and change the routes afterwards (Istio does) lose no call that way.
 */
export class Adoption {
  readonly #options: AdoptionOptions;
  readonly #queue = new Set<ConfigNode>();
  readonly #heldDeletions = new Set<ConfigNode>();
  /** Those whose newest value waits for what it needs. */
  readonly #blocked = new Set<ConfigNode>();
  /** What was in effect when the run began, of those that have changed. */
  readonly #before = new Map<ConfigNode, Adopted | undefined>();
  /** Whether references were cut since the last run, so that nodes may have become unneeded. */
  #cut = false;
  /** Nodes of which nothing is known, and that are not late yet. */
  #expected = 0;

  constructor(options: AdoptionOptions) {
    this.#options = options;
  }

  /** The source has a newer state of a node. */
  learn(node: ConfigNode, state: ResourceState): void {
    const before = node.candidate;
    node.candidate = state;
    if (state.kind !== "waiting") this.#stopExpecting(node);
    if (state.kind !== "missing") this.#forgetDeletion(node);
    if (state.kind !== "present" || before.kind !== "present" || before.value !== state.value) {
      this.#setWanted(node, this.#resolve(node));
    }
    this.#queue.add(node);
  }

  /** Starts the time within which something must be known of a node. */
  expect(node: ConfigNode): void {
    if (node.candidate.kind !== "waiting") return;
    this.#expected++;
    node.lateTimer = this.#options.timers.schedule(() => {
      this.#stopExpecting(node);
      node.isLate = true;
      this.#queue.add(node);
      this.#options.wake();
    }, this.#options.lateMs);
  }

  /** Forgets a node that nobody needs. */
  remove(node: ConfigNode): void {
    this.#stopExpecting(node);
    node.watch?.[Symbol.dispose]();
    this.#queue.delete(node);
    this.#forgetDeletion(node);
    this.#blocked.delete(node);
    this.#setWanted(node, NO_NODES);
    this.#setNeeded(node, NO_NODES);
    this.#note(node);
    node.adopted = undefined;
  }

  /** Adopts all that may be adopted. Gives whether references were cut. */
  run(): boolean {
    do {
      for (const node of this.#queue) {
        this.#queue.delete(node);
        this.#consider(node);
      }
      for (const node of this.#heldDeletions) if (this.#mayDelete(node)) this.#queue.add(node);
      if (this.#queue.size === 0 && this.#expected === 0) this.#openCircles();
    } while (this.#queue.size > 0);
    const cut = this.#cut;
    this.#cut = false;
    return cut;
  }

  /** The nodes that changed since the last call, with what was in effect before. */
  takeChanges(): ReadonlyMap<ConfigNode, Adopted | undefined> {
    const changes = new Map(this.#before);
    this.#before.clear();
    return changes;
  }

  #consider(node: ConfigNode): void {
    const { candidate, adopted } = node;
    this.#blocked.delete(node);
    switch (candidate.kind) {
      case "waiting":
        if (adopted === undefined && node.isLate) {
          const why = candidate.reason === undefined ? "" : ` (${candidate.reason})`;
          this.#adopt(
            node,
            failure(node, "late", `no word of it within ${this.#options.lateMs / 1_000} s${why}`),
          );
        }
        return;
      case "missing":
        if (adopted?.kind === "value" && !this.#mayDelete(node)) this.#holdDeletion(node);
        else this.#fail(node, "missing", candidate.reason);
        return;
      case "invalid":
        // What was refused never replaces a good value.
        if (adopted?.kind !== "value") this.#fail(node, "invalid", candidate.reason);
        return;
      case "present": {
        if (!node.pending) return;
        if (node.blocked) this.#blocked.add(node);
        else this.#adoptValue(node, candidate);
        return;
      }
      default:
        candidate satisfies never;
    }
  }

  /**
   * Resources that wait for nothing but each other (aggregate clusters in a circle) would wait for ever. Looked for when
   * no answer is outstanding: while thousands of clusters wait for their endpoints, each search would walk all of them.
   */
  #openCircles(): void {
    const blocked = this.#blocked;
    const waiting = new Set<ConfigNode>();
    for (const node of blocked) if (node.blockers().some((other) => !blocked.has(other))) waiting.add(node);
    // The set grows while it is walked.
    for (const node of waiting) {
      for (const other of node.referrers)
        if (blocked.has(other) && other.isBlockedBy(node)) waiting.add(other);
    }
    for (const node of blocked) {
      if (waiting.has(node) || node.candidate.kind !== "present") continue;
      blocked.delete(node);
      this.#adoptValue(node, node.candidate);
    }
  }

  #adoptValue(node: ConfigNode, { value, version }: Present): void {
    this.#adopt(node, { kind: "value", typeUrl: node.type.typeUrl, name: node.name, value, version });
  }

  #fail(node: ConfigNode, cause: "missing" | "invalid", reason: string): void {
    const { adopted } = node;
    const next = failure(node, cause, reason);
    if (adopted?.kind === "failed" && adopted.reason === next.reason && adopted.cause === cause) return;
    this.#adopt(node, next);
  }

  #adopt(node: ConfigNode, adopted: Adopted): void {
    this.#note(node);
    this.#forgetDeletion(node);
    node.adopted = adopted;
    this.#setNeeded(node, node.wanted);
    for (const referrer of node.referrers) if (referrer.pending) this.#queue.add(referrer);
  }

  #note(node: ConfigNode): void {
    if (!this.#before.has(node)) this.#before.set(node, node.adopted);
  }

  #mayDelete(node: ConfigNode): boolean {
    return (node.graceOver || !neededByOthers(node)) && !changesAbove(node, new Set());
  }

  #stopExpecting(node: ConfigNode): void {
    if (node.lateTimer === undefined) return;
    node.lateTimer.cancel();
    node.lateTimer = undefined;
    this.#expected--;
  }

  #holdDeletion(node: ConfigNode): void {
    if (this.#heldDeletions.has(node)) return;
    this.#heldDeletions.add(node);
    node.graceOver = this.#options.deletionGraceMs === 0;
    if (node.graceOver) return;
    node.graceTimer = this.#options.timers.schedule(() => {
      node.graceTimer = undefined;
      node.graceOver = true;
      this.#options.wake();
    }, this.#options.deletionGraceMs);
  }

  #forgetDeletion(node: ConfigNode): void {
    this.#heldDeletions.delete(node);
    node.graceTimer?.cancel();
    node.graceTimer = undefined;
    node.graceOver = false;
  }

  /** A type whose `references` throws has found a problem too late; its value is refused like a bad one. */
  #resolve(node: ConfigNode): ReadonlySet<ConfigNode> {
    if (node.candidate.kind !== "present") return NO_NODES;
    try {
      return this.#options.resolve(node);
    } catch (error) {
      node.candidate = { kind: "invalid", reason: error instanceof Error ? error.message : String(error) };
      return NO_NODES;
    }
  }

  #setWanted(node: ConfigNode, wanted: ReadonlySet<ConfigNode>): void {
    const before = node.wanted;
    node.wanted = wanted;
    this.#relink(node, before, wanted);
  }

  #setNeeded(node: ConfigNode, needed: ReadonlySet<ConfigNode>): void {
    const before = node.needed;
    node.needed = needed;
    this.#relink(node, before, needed);
  }

  #relink(node: ConfigNode, before: ReadonlySet<ConfigNode>, after: ReadonlySet<ConfigNode>): void {
    if (after === before) return;
    for (const other of after) other.referrers.add(node);
    for (const other of before) {
      if (node.wanted.has(other) || node.needed.has(other)) continue;
      other.referrers.delete(node);
      this.#cut = true;
    }
  }
}

function neededByOthers(node: ConfigNode): boolean {
  for (const referrer of node.referrers) if (referrer.needed.has(node)) return true;
  return false;
}

/** Whether anything that needs this node, directly or not, waits to be replaced: then the need may be about to end. */
function changesAbove(node: ConfigNode, seen: Set<ConfigNode>): boolean {
  if (seen.has(node)) return false;
  seen.add(node);
  for (const referrer of node.referrers) {
    if (!referrer.needed.has(node)) continue;
    if (referrer.pending || changesAbove(referrer, seen)) return true;
  }
  return false;
}

function failure(node: ConfigNode, cause: AdoptedFailure["cause"], reason: string): AdoptedFailure {
  return { kind: "failed", typeUrl: node.type.typeUrl, name: node.name, cause, reason: `${node}: ${reason}` };
}

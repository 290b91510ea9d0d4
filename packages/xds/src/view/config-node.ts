import type { WheelTimer } from "@dualmesh/core";
import type { ResourceState } from "../resource-state.ts";
import type { AnyResourceType } from "../resource-type.ts";
import type { Adopted } from "./adopted.ts";

/** No nodes; shared, since most resources need nothing. */
export const NO_NODES: ReadonlySet<ConfigNode> = new Set();

/** One resource in the graph of those that are needed. Plain state; `Adoption` decides. */
export class ConfigNode {
  readonly type: AnyResourceType;
  readonly name: string;
  /** The newest word of the source. */
  candidate: ResourceState = { kind: "waiting" };
  /** What is in effect; `undefined` before the first. */
  adopted: Adopted | undefined;
  /** What the candidate needs, and what the adopted value needs. Both are watched. */
  wanted: ReadonlySet<ConfigNode> = NO_NODES;
  needed: ReadonlySet<ConfigNode> = NO_NODES;
  /** Those whose `wanted` or `needed` holds this one. */
  readonly referrers: Set<ConfigNode> = new Set();
  /** How many roots name it. */
  roots = 0;
  watch: Disposable | undefined;
  /** Runs while nothing is known. */
  lateTimer: WheelTimer | undefined;
  isLate = false;
  /** Runs while a deletion is held back. */
  graceTimer: WheelTimer | undefined;
  graceOver = false;

  constructor(type: AnyResourceType, name: string) {
    this.type = type;
    this.name = name;
  }

  /** Whether a newer value waits for what it needs. */
  get pending(): boolean {
    return (
      this.candidate.kind === "present" &&
      (this.adopted?.kind !== "value" || this.adopted.value !== this.candidate.value)
    );
  }

  /** What keeps the candidate from being adopted. */
  blockers(): readonly ConfigNode[] {
    return [...this.wanted].filter((node) => this.isBlockedBy(node));
  }

  get blocked(): boolean {
    for (const node of this.wanted) if (this.isBlockedBy(node)) return true;
    return false;
  }

  /**
   * Whether nothing is known yet of a resource that the candidate needs. That it is late counts as known for a node that
   * has nothing to lose; one with a value keeps that, until the source says what became of the other.
   */
  isBlockedBy(node: ConfigNode): boolean {
    const { adopted } = node;
    if (adopted === undefined) return this.wanted.has(node);
    const late = adopted.kind === "failed" && adopted.cause === "late";
    return late && this.adopted?.kind === "value" && this.wanted.has(node) && !this.needed.has(node);
  }

  toString(): string {
    return `${this.type.name} "${this.name}"`;
  }
}

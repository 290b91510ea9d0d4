import { type Clock, createTimerWheel, systemClock } from "@dualmesh/core";
import type { ResourceState } from "../resource-state.ts";
import type { AnyResourceType, Reference } from "../resource-type.ts";
import type { ResourceSource } from "../source/resource-source.ts";
import { warnOfDefect } from "../warn-of-defect.ts";
import { Adoption } from "./adoption.ts";
import { ConfigNode, NO_NODES } from "./config-node.ts";
import { type ConfigChange, type ConfigSnapshot, SharedSnapshot } from "./config-snapshot.ts";

/** What a view is of: everything of a type (all listeners), or one resource by name. */
export type ConfigRoot =
  | { readonly kind: "all"; readonly typeUrl: string }
  | { readonly kind: "named"; readonly typeUrl: string; readonly name: string };

export interface ConfigViewOptions {
  readonly source: ResourceSource;
  /** The types of roots and of what they need. References to other types are not followed. */
  readonly types: readonly AnyResourceType[];
  readonly roots: readonly ConfigRoot[];
  readonly clock?: Clock;
  /**
   * How long something may be unknown before what needs it, and has no value yet, goes without. Milliseconds, over 0.
   * Default 15,000.
   */
  readonly lateMs?: number;
  /**
   * How long a deleted resource stays in effect while something in effect still needs it. Milliseconds. Default 5,000; 0
   * deletes at once.
   */
  readonly deletionGraceMs?: number;
  /** A listener threw. Default: a process warning. */
  readonly onDefect?: (error: unknown) => void;
}

/** Told of every new snapshot, with what has changed since the last one. Must not throw. */
export type ConfigListener = (snapshot: ConfigSnapshot, changes: readonly ConfigChange[]) => void;

/** A resource whose newest value is not in effect yet, and what it waits for. */
export interface PendingConfig {
  readonly typeUrl: string;
  readonly name: string;
  readonly waitsFor: readonly Reference[];
}

/**
 * The roots and all that they need, kept consistent: the source's resources as snapshots in which no reference is open.
 * What nothing needs any more is no longer watched.
 */
export interface ConfigView extends Disposable {
  readonly current: ConfigSnapshot;
  /** Tells of every snapshot to come; at most one per turn of the event loop. */
  subscribe(listener: ConfigListener): Disposable;
  /** Adds a named root, until the result is disposed. */
  require(typeUrl: string, name: string): Disposable;
  /** What is not in effect yet. For status pages. */
  pending(): readonly PendingConfig[];
}

/**
 * Makes a view and begins to watch.
 *
 * @throws {RangeError} when an option is out of range, or a root has a type that is not listed.
 */
export function createConfigView(options: ConfigViewOptions): ConfigView {
  return new View(options);
}

class View implements ConfigView {
  current: ConfigSnapshot;
  #snapshot = new SharedSnapshot();
  readonly #source: ResourceSource;
  readonly #onDefect: (error: unknown) => void;
  readonly #types: ReadonlyMap<string, AnyResourceType>;
  /** By type URL and name. */
  readonly #nodes = new Map<string, Map<string, ConfigNode>>();
  readonly #adoption: Adoption;
  readonly #listeners = new Set<ConfigListener>();
  readonly #wildcards: Disposable[] = [];
  /** Wildcard roots whose set is not known yet. */
  #unknownSets = 0;
  #scheduled = false;
  #closed = false;

  constructor(options: ConfigViewOptions) {
    const { source, types, roots, clock = systemClock, lateMs = 15_000, deletionGraceMs = 5_000 } = options;
    if (!(lateMs > 0)) throw new RangeError(`config view: lateMs must be over 0 ms, got ${lateMs}`);
    if (!(deletionGraceMs >= 0)) {
      throw new RangeError(`config view: deletionGraceMs must be 0 ms or more, got ${deletionGraceMs}`);
    }
    this.current = this.#snapshot;
    this.#source = source;
    this.#onDefect = options.onDefect ?? warnOfDefect;
    this.#types = new Map(types.map((type) => [type.typeUrl, type]));
    this.#adoption = new Adoption({
      timers: createTimerWheel({ clock, tickMs: 100 }),
      lateMs,
      deletionGraceMs,
      resolve: (node) => this.#resolve(node),
      wake: () => this.#schedule(),
    });
    for (const root of roots) {
      if (root.kind === "all") this.#addWildcard(root.typeUrl);
      else this.require(root.typeUrl, root.name);
    }
    this.#schedule();
  }

  subscribe(listener: ConfigListener): Disposable {
    const own: ConfigListener = (snapshot, changes) => listener(snapshot, changes);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  require(typeUrl: string, name: string): Disposable {
    const type = this.#types.get(typeUrl);
    if (type === undefined) throw new RangeError(`config view: no type was given for "${typeUrl}"`);
    const node = this.#node(type, name);
    node.roots++;
    this.#schedule();
    let held = true;
    return {
      [Symbol.dispose]: () => {
        if (held) this.#release(node);
        held = false;
      },
    };
  }

  pending(): readonly PendingConfig[] {
    const found: PendingConfig[] = [];
    for (const node of this.#all()) {
      if (!node.pending && node.adopted !== undefined) continue;
      const waitsFor = node.blockers().map(({ type: { typeUrl }, name }) => ({ typeUrl, name }));
      found.push({ typeUrl: node.type.typeUrl, name: node.name, waitsFor });
    }
    return found;
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#listeners.clear();
    for (const wildcard of this.#wildcards) wildcard[Symbol.dispose]();
    for (const node of this.#all()) this.#adoption.remove(node);
    this.#nodes.clear();
  }

  *#all(): IterableIterator<ConfigNode> {
    for (const ofType of this.#nodes.values()) yield* ofType.values();
  }

  #addWildcard(typeUrl: string): void {
    const type = this.#types.get(typeUrl);
    if (type === undefined) throw new RangeError(`config view: no type was given for "${typeUrl}"`);
    let held: Map<string, ConfigNode> | undefined;
    this.#unknownSets++;
    const told = (all: ReadonlyMap<string, ResourceState>): void => {
      if (this.#closed) return;
      if (held === undefined) this.#unknownSets--;
      const before = held ?? new Map<string, ConfigNode>();
      held = new Map();
      for (const name of all.keys()) {
        const node = before.get(name) ?? this.#node(type, name);
        if (!before.delete(name)) node.roots++;
        held.set(name, node);
      }
      for (const gone of before.values()) this.#release(gone);
      this.#schedule();
    };
    this.#wildcards.push(this.#source.watchAll(typeUrl, told));
  }

  #release(node: ConfigNode): void {
    node.roots--;
    if (node.roots === 0) this.#swept = false;
    this.#schedule();
  }

  /** Whether everything that is here is needed. */
  #swept = true;

  #node(type: AnyResourceType, name: string): ConfigNode {
    let ofType = this.#nodes.get(type.typeUrl);
    if (ofType === undefined) {
      ofType = new Map();
      this.#nodes.set(type.typeUrl, ofType);
    }
    const known = ofType.get(name);
    if (known !== undefined) return known;
    const node = new ConfigNode(type, name);
    ofType.set(name, node);
    node.watch = this.#source.watch(type.typeUrl, name, (state) => {
      this.#adoption.learn(node, state);
      this.#schedule();
    });
    this.#adoption.expect(node);
    return node;
  }

  /** The nodes that a candidate refers to. What cannot be followed counts as not there. */
  #resolve(node: ConfigNode): ReadonlySet<ConfigNode> {
    const { type, candidate } = node;
    if (candidate.kind !== "present" || type.references === undefined) return NO_NODES;
    const found = new Set<ConfigNode>();
    for (const { typeUrl, name } of type.references(candidate.value)) {
      const referred = this.#types.get(typeUrl);
      if (referred !== undefined && this.#source.typeUrls.has(typeUrl)) found.add(this.#node(referred, name));
    }
    return found;
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (!this.#closed) this.#run();
    });
  }

  #run(): void {
    while (this.#adoption.run() || !this.#swept) this.#sweep();
    const changes: ConfigChange[] = [];
    for (const [node, before] of this.#adoption.takeChanges()) {
      const { type, name, adopted: after } = node;
      if (before !== after) changes.push({ typeUrl: type.typeUrl, name, before, after });
    }
    const ready = this.current.ready || this.#isReady();
    if (changes.length === 0 && ready === this.current.ready) return;
    this.#snapshot = this.#snapshot.with(changes, ready);
    this.current = this.#snapshot;
    for (const listener of [...this.#listeners]) {
      if (!this.#listeners.has(listener)) continue;
      try {
        listener(this.current, changes);
      } catch (error) {
        this.#onDefect(error);
      }
    }
  }

  #isReady(): boolean {
    if (this.#unknownSets > 0) return false;
    for (const node of this.#all()) if (node.roots > 0 && node.adopted === undefined) return false;
    return true;
  }

  /** Forgets what no root needs. By reachability, since resources may refer to each other in a circle. */
  #sweep(): void {
    this.#swept = true;
    const reached = new Set<ConfigNode>();
    for (const node of this.#all()) if (node.roots > 0) reached.add(node);
    // The set grows while it is walked.
    for (const node of reached) {
      for (const other of node.wanted) reached.add(other);
      for (const other of node.needed) reached.add(other);
    }
    for (const ofType of this.#nodes.values()) {
      for (const node of ofType.values()) {
        if (reached.has(node)) continue;
        ofType.delete(node.name);
        this.#adoption.remove(node);
      }
    }
  }
}

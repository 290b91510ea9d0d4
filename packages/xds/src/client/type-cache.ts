import type { TimerWheel } from "@dualmesh/core";
import type { ResourceState } from "../resource-state.ts";
import type { AnyResourceType } from "../resource-type.ts";
import type { AllWatcher, ResourceWatcher } from "../source/resource-source.ts";
import { withSubject } from "../with-subject.ts";
import type { DiscoveryResponse } from "./ads-stream.ts";
import { CacheEntry } from "./cache-entry.ts";
import { collectResources } from "./collect-resources.ts";
import { ResourceWatch } from "./resource-watch.ts";
import type { Wanted } from "./subscription-names.ts";

export interface TypeCacheOptions {
  readonly type: AnyResourceType;
  readonly timers: TimerWheel;
  /** How long a resource may take that was asked for, before it counts as missing. */
  readonly resourceTimeoutMs: number;
  /** Something is watched, or no longer watched. */
  readonly onWantedChange: () => void;
  /** A watcher threw. */
  readonly onDefect: (error: unknown) => void;
}

/** All resources of one type that anybody watches. Outlives streams and servers. */
export class TypeCache {
  readonly type: AnyResourceType;
  readonly #options: TypeCacheOptions;
  readonly #entries = new Map<string, CacheEntry>();
  readonly #allWatchers = new Set<AllWatcher>();
  /** Whether the set of all is known. */
  #allKnown = false;

  constructor(options: TypeCacheOptions) {
    this.type = options.type;
    this.#options = options;
  }

  get wanted(): Wanted {
    const names: string[] = [];
    let waiting = false;
    for (const { name, state, watches } of this.#entries.values()) {
      if (watches.length === 0) continue;
      names.push(name);
      waiting ||= state.kind === "waiting";
    }
    return { wildcard: this.#allWatchers.size > 0, names, fullState: this.type.fullState, waiting };
  }

  watch(name: string, watcher: ResourceWatcher): Disposable {
    let entry = this.#entries.get(name);
    if (entry === undefined) {
      entry = new CacheEntry(this.type, name);
      this.#entries.set(name, entry);
    }
    const { onWantedChange } = this.#options;
    const watch = new ResourceWatch(entry, watcher, onWantedChange);
    onWantedChange();
    this.#tell(watcher, entry.state);
    return watch;
  }

  watchAll(watcher: AllWatcher): Disposable {
    const { onWantedChange } = this.#options;
    // A function of its own for each watch, so that one watcher may be given twice.
    const own: AllWatcher = (all) => watcher(all);
    this.#allWatchers.add(own);
    onWantedChange();
    if (this.#allKnown) this.#tell(own, this.#all());
    return {
      [Symbol.dispose]: () => {
        this.#allWatchers.delete(own);
        onWantedChange();
      },
    };
  }

  /** Forgets what nobody watches. Not done at once: who takes a watch back and renews it in one turn loses nothing. */
  prune(): void {
    if (this.#allWatchers.size > 0) return;
    this.#allKnown = false;
    for (const [name, entry] of this.#entries) {
      if (entry.watches.length > 0) continue;
      entry.stopTimer();
      this.#entries.delete(name);
    }
  }

  /** Whether an answer about this name is in. */
  holds(name: string): boolean {
    const entry = this.#entries.get(name);
    return entry !== undefined && entry.state.kind !== "waiting";
  }

  /** Takes a response. Every good resource takes effect, whatever is wrong with the others. Gives the problems. */
  apply(response: DiscoveryResponse, atWallMs: number): readonly string[] {
    const { type } = this;
    const { byName, heartbeats, problems } = collectResources(type, response.resources);
    const found = [...problems];
    const changed: CacheEntry[] = [];
    for (const [name, bytes] of byName) {
      const entry = this.#entries.get(name) ?? this.#entryForAll(name);
      // Servers may send more than was asked for.
      if (entry === undefined) continue;
      const before = entry.state;
      for (const problem of entry.take(bytes, response.version_info, atWallMs)) {
        found.push(withSubject(type, name, problem));
      }
      if (entry.state !== before) changed.push(entry);
    }
    // A response of heartbeats alone names only resources with a time to live: what is absent may well be there.
    const complete = type.fullState && (byName.size > 0 || heartbeats.size === 0);
    if (complete) this.#loseAbsent((name) => byName.has(name) || heartbeats.has(name), changed);
    const first = this.#allWatchers.size > 0 && !this.#allKnown;
    this.#allKnown = this.#allWatchers.size > 0;
    this.#notify(changed, first);
    return found;
  }

  /** The names went out on a connection that is up: what waits has its time from now on. */
  requested(): void {
    const { timers, resourceTimeoutMs } = this.#options;
    for (const entry of this.#entries.values()) {
      if (entry.state.kind !== "waiting" || entry.timer !== undefined) continue;
      entry.timer = timers.schedule(() => {
        entry.timer = undefined;
        entry.lose(`not received within ${resourceTimeoutMs / 1_000} s of asking`);
        this.#notify([entry], false);
      }, resourceTimeoutMs);
    }
  }

  /** The connection is gone or back: a wait has another reason, and its time stands still without one. */
  explainWaits(reason: string | undefined): void {
    const changed: CacheEntry[] = [];
    for (const entry of this.#entries.values()) {
      if (entry.state.kind !== "waiting") continue;
      if (reason !== undefined) entry.stopTimer();
      const before = entry.state;
      entry.explainWait(reason);
      if (entry.state !== before) changed.push(entry);
    }
    this.#notify(changed, false);
  }

  /** Takes the timers back without telling anyone. */
  stopTimers(): void {
    for (const entry of this.#entries.values()) entry.stopTimer();
  }

  /** Name and state of everything, in the order in which it was first asked for or seen. */
  *states(): IterableIterator<readonly [name: string, state: ResourceState]> {
    for (const entry of this.#entries.values()) yield [entry.name, entry.state];
  }

  #entryForAll(name: string): CacheEntry | undefined {
    if (this.#allWatchers.size === 0) return undefined;
    const entry = new CacheEntry(this.type, name);
    this.#entries.set(name, entry);
    return entry;
  }

  #loseAbsent(isThere: (name: string) => boolean, changed: CacheEntry[]): void {
    for (const [name, entry] of this.#entries) {
      // What never came is not deleted: the answer to an older, shorter list of names may be under way.
      if (isThere(name) || entry.state.kind === "waiting" || entry.state.kind === "missing") continue;
      entry.lose("deleted by the control plane");
      changed.push(entry);
      if (entry.watches.length === 0) this.#entries.delete(name);
    }
  }

  /** Watchers are told when the whole response has been taken: none sees half of it. */
  #notify(changed: readonly CacheEntry[], allAnyway: boolean): void {
    for (const entry of changed) {
      for (const watch of entry.watches) if (watch.active) this.#tell(watch.tell, entry.state);
    }
    if ((changed.length === 0 && !allAnyway) || this.#allWatchers.size === 0 || !this.#allKnown) return;
    const all = this.#all();
    for (const watcher of [...this.#allWatchers])
      if (this.#allWatchers.has(watcher)) this.#tell(watcher, all);
  }

  #all(): ReadonlyMap<string, ResourceState> {
    const all = new Map<string, ResourceState>();
    for (const { name, state } of this.#entries.values()) {
      if (state.kind === "present" || state.kind === "invalid") all.set(name, state);
    }
    return all;
  }

  #tell<A>(watcher: (argument: A) => void, argument: A): void {
    try {
      watcher(argument);
    } catch (error) {
      this.#options.onDefect(error);
    }
  }
}

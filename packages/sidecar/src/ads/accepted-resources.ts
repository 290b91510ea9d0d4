import { TYPE_URL } from "@dualmesh/envoy-api";
import type { AnyResourceType, Reference, ResourceSource, ResourceState } from "@dualmesh/xds";

/** A resource that the sidecar has asked for, and what is known of it. */
export interface KnownResource {
  readonly typeUrl: string;
  readonly name: string;
  readonly state: ResourceState;
}

export interface AcceptedResourcesOptions {
  readonly source: ResourceSource;
  readonly types: readonly AnyResourceType[];
  /** What is wanted besides the listeners and what they refer to: static clusters, layers of runtime. */
  readonly roots: readonly Reference[];
  /** Something has changed; at most once per turn. */
  readonly onChange: () => void;
}

/**
 * The resources that the sidecar runs on, with their bytes: all listeners, and whatever they need. For those who show
 * them or pass them on; the data plane keeps its own view.
 */
export class AcceptedResources implements Disposable {
  readonly #options: AcceptedResourcesOptions;
  readonly #types: ReadonlyMap<string, AnyResourceType>;
  readonly #watched = new Map<string, Watched>();
  readonly #listeners: Disposable;
  #listenerStates: ReadonlyMap<string, ResourceState> | undefined;
  #isScheduled = false;
  #isDisposed = false;

  constructor(options: AcceptedResourcesOptions) {
    this.#options = options;
    this.#types = new Map(options.types.map((type) => [type.typeUrl, type]));
    this.#listeners = options.source.watchAll(TYPE_URL.LDS, (all) => {
      this.#listenerStates = all;
      this.#changed();
    });
    this.#changed();
  }

  /** Whether all is known that can be: nothing of it is still waited for. */
  get isComplete(): boolean {
    if (this.#listenerStates === undefined) return false;
    for (const { state } of this.#watched.values()) if (state.kind === "waiting") return false;
    return true;
  }

  /** Whether the control plane, or the bootstrap, has said which listeners there are. */
  get knowsListeners(): boolean {
    return this.#listenerStates !== undefined;
  }

  /** By type, then name. */
  list(): readonly KnownResource[] {
    const listeners = [...(this.#listenerStates ?? [])].map(([name, state]) => {
      return { typeUrl: TYPE_URL.LDS as string, name, state };
    });
    const others = [...this.#watched.values()].map(({ typeUrl, name, state }) => ({ typeUrl, name, state }));
    return [...listeners, ...others].sort((a, b) => compare(a.typeUrl, b.typeUrl) || compare(a.name, b.name));
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#listeners[Symbol.dispose]();
    for (const { watch } of this.#watched.values()) watch?.[Symbol.dispose]();
    this.#watched.clear();
  }

  /** Changes that come in one turn are one change. */
  #changed(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (this.#isDisposed) return;
      this.#follow();
      this.#options.onChange();
    });
  }

  /** Watches all that is reachable, and nothing else. */
  #follow(): void {
    const reached = new Set<string>();
    const queue: Reference[] = [...this.#options.roots];
    for (const state of this.#listenerStates?.values() ?? [])
      queue.push(...this.#references(TYPE_URL.LDS, state));
    for (let reference = queue.pop(); reference !== undefined; reference = queue.pop()) {
      const key = keyOf(reference);
      if (reached.has(key)) continue;
      reached.add(key);
      const { state } = this.#watched.get(key) ?? this.#watch(key, reference);
      queue.push(...this.#references(reference.typeUrl, state));
    }
    for (const [key, { watch }] of this.#watched) {
      if (reached.has(key)) continue;
      this.#watched.delete(key);
      watch?.[Symbol.dispose]();
    }
  }

  #watch(key: string, { typeUrl, name }: Reference): Watched {
    const watched: Watched = { typeUrl, name, state: { kind: "waiting" }, watch: undefined };
    this.#watched.set(key, watched);
    // The source answers while it is asked: what it knows already is followed in this very turn.
    watched.watch = this.#options.source.watch(typeUrl, name, (state) => {
      watched.state = state;
      this.#changed();
    });
    return watched;
  }

  #references(typeUrl: string, state: ResourceState): readonly Reference[] {
    if (state.kind !== "present") return [];
    return this.#types.get(typeUrl)?.references?.(state.value) ?? [];
  }
}

interface Watched {
  readonly typeUrl: string;
  readonly name: string;
  state: ResourceState;
  watch: Disposable | undefined;
}

function keyOf({ typeUrl, name }: Reference): string {
  return `${typeUrl}\n${name}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { AllWatcher, ResourceSource, ResourceState, ResourceWatcher } from "../src/index.ts";

/** A source that a test speaks for. */
export interface ManualSource extends ResourceSource {
  set(typeUrl: string, name: string, state: ResourceState): void;
  /** A value, under version `v1`. */
  put(typeUrl: string, name: string, value: unknown): void;
  setAll(typeUrl: string, all: Readonly<Record<string, unknown>>): void;
  /** What is watched, `Cluster a`, sorted. */
  readonly watched: readonly string[];
}

export function manualSource(typeUrls: readonly string[]): ManualSource {
  const states = new Map<string, ResourceState>();
  const watchers = new Map<string, Set<ResourceWatcher>>();
  const sets = new Map<string, ReadonlyMap<string, ResourceState>>();
  const setWatchers = new Map<string, Set<AllWatcher>>();
  const keyOf = (typeUrl: string, name: string): string =>
    `${typeUrl.slice(typeUrl.lastIndexOf(".") + 1)} ${name}`;
  const source: ManualSource = {
    typeUrls: new Set(typeUrls),
    watch(typeUrl, name, watcher) {
      const key = keyOf(typeUrl, name);
      const own = watchers.get(key) ?? new Set();
      watchers.set(key, own.add(watcher));
      watcher(states.get(key) ?? { kind: "waiting" });
      return { [Symbol.dispose]: () => void own.delete(watcher) };
    },
    watchAll(typeUrl, watcher) {
      const own = setWatchers.get(typeUrl) ?? new Set();
      setWatchers.set(typeUrl, own.add(watcher));
      const known = sets.get(typeUrl);
      if (known !== undefined) watcher(known);
      return { [Symbol.dispose]: () => void own.delete(watcher) };
    },
    set(typeUrl, name, state) {
      const key = keyOf(typeUrl, name);
      states.set(key, state);
      for (const watcher of [...(watchers.get(key) ?? [])]) watcher(state);
    },
    put: (typeUrl, name, value) => source.set(typeUrl, name, present(value)),
    setAll(typeUrl, all) {
      const map = new Map<string, ResourceState>();
      for (const [name, value] of Object.entries(all)) {
        const before = states.get(keyOf(typeUrl, name));
        const state = before?.kind === "present" && before.value === value ? before : present(value);
        map.set(name, state);
        source.set(typeUrl, name, state);
      }
      for (const name of sets.get(typeUrl)?.keys() ?? []) {
        if (!map.has(name)) source.set(typeUrl, name, { kind: "missing", reason: "deleted" });
      }
      sets.set(typeUrl, map);
      for (const watcher of [...(setWatchers.get(typeUrl) ?? [])]) watcher(map);
    },
    get watched() {
      return [...watchers].flatMap(([key, own]) => (own.size > 0 ? [key] : [])).sort();
    },
  };
  return source;
}

function present(value: unknown): ResourceState {
  return { kind: "present", value, version: "v1", bytes: new Uint8Array() };
}

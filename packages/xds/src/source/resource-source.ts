import type { ResourceState } from "../resource-state.ts";

/** Told of one resource: once while `watch` runs, then at every change. Must not throw. */
export type ResourceWatcher = (state: ResourceState) => void;

/** Told of all resources of a type, by name, whenever any of them changes. Must not throw. */
export type AllWatcher = (all: ReadonlyMap<string, ResourceState>) => void;

/** Where resources come from: a control plane, a bootstrap file, several of them merged. */
export interface ResourceSource {
  /** The types that may be watched. */
  readonly typeUrls: ReadonlySet<string>;
  /**
   * Follows one resource. Disposing the result takes the watcher back; a resource that nobody watches is forgotten.
   *
   * @throws {RangeError} when the source does not know the type.
   */
  watch(typeUrl: string, name: string, watcher: ResourceWatcher): Disposable;
  /**
   * Follows all resources of a type (the *wildcard* subscription). The watcher is first called when the set is known:
   * at once, or with the first answer. Deleted resources are absent from the map.
   *
   * @throws {RangeError} when the source does not know the type.
   */
  watchAll(typeUrl: string, watcher: AllWatcher): Disposable;
}

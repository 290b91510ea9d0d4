import type { ResourceWatcher } from "../source/resource-source.ts";
import type { CacheEntry } from "./cache-entry.ts";

/** One watcher of one resource. One object, since there are as many as a mesh has clusters and endpoints. */
export class ResourceWatch implements Disposable {
  readonly tell: ResourceWatcher;
  readonly #entry: CacheEntry;
  readonly #onEnd: () => void;

  constructor(entry: CacheEntry, tell: ResourceWatcher, onEnd: () => void) {
    this.tell = tell;
    this.#entry = entry;
    this.#onEnd = onEnd;
    entry.watches = [...entry.watches, this];
  }

  /** Whether it has not been taken back. */
  get active(): boolean {
    return this.#entry.watches.includes(this);
  }

  [Symbol.dispose](): void {
    if (!this.active) return;
    this.#entry.watches = this.#entry.watches.filter((watch) => watch !== this);
    this.#onEnd();
  }
}

import type { ResourceState } from "../resource-state.ts";
import type { ResourceSource, ResourceWatcher } from "./resource-source.ts";

/**
 * Several sources as one. Where two have a resource of one name, the source that is listed first wins: Envoy, too, lets no
 * control plane replace what its bootstrap file states. A later source is asked for a name only while the earlier ones
 * do not have it.
 */
export function mergeSources(...sources: readonly ResourceSource[]): ResourceSource {
  const typeUrls = new Set(sources.flatMap((source) => [...source.typeUrls]));
  const knowing = (typeUrl: string): readonly ResourceSource[] => {
    const found = sources.filter((source) => source.typeUrls.has(typeUrl));
    if (found.length === 0) throw new RangeError(`merged sources: none knows the type "${typeUrl}"`);
    return found;
  };
  return {
    typeUrls,
    watch: (typeUrl, name, watcher) => new MergedWatch(knowing(typeUrl), typeUrl, name, watcher),
    watchAll(typeUrl, watcher) {
      const found = knowing(typeUrl);
      const parts: (ReadonlyMap<string, ResourceState> | undefined)[] = found.map(() => undefined);
      const watches = found.map((source, place) =>
        source.watchAll(typeUrl, (all) => {
          parts[place] = all;
          // The set is known when all have answered: half of it must not be taken for the whole.
          if (parts.includes(undefined)) return;
          // The earlier ones are put in last, over the later ones.
          watcher(new Map(parts.toReversed().flatMap((part) => [...(part ?? [])])));
        }),
      );
      return {
        [Symbol.dispose]() {
          for (const watch of watches) watch[Symbol.dispose]();
        },
      };
    },
  };
}

/** One name in several sources. */
class MergedWatch implements Disposable {
  readonly #sources: readonly ResourceSource[];
  readonly #typeUrl: string;
  readonly #name: string;
  readonly #watcher: ResourceWatcher;
  readonly #states: ResourceState[] = [];
  readonly #watches: Disposable[] = [];
  /** While sources are being asked, their answers are not passed on one by one. */
  #asking = true;
  #over = false;

  constructor(sources: readonly ResourceSource[], typeUrl: string, name: string, watcher: ResourceWatcher) {
    this.#sources = sources;
    this.#typeUrl = typeUrl;
    this.#name = name;
    this.#watcher = watcher;
    this.#ask();
    this.#asking = false;
    watcher(merge(this.#states));
  }

  [Symbol.dispose](): void {
    this.#over = true;
    for (const watch of this.#watches) watch[Symbol.dispose]();
  }

  /** Asks source after source until one has it. */
  #ask(): void {
    while (this.#watches.length < this.#sources.length && this.#states.at(-1)?.kind !== "present") {
      const place = this.#watches.length;
      const source = this.#sources[place] as ResourceSource;
      this.#states[place] = { kind: "waiting" };
      // The place is taken first: the source answers while it is asked.
      this.#watches[place] = NOTHING_TO_DISPOSE;
      this.#watches[place] = source.watch(this.#typeUrl, this.#name, (state) => this.#told(place, state));
    }
  }

  #told(place: number, state: ResourceState): void {
    if (this.#over || place >= this.#states.length) return;
    this.#states[place] = state;
    if (this.#asking) return;
    this.#asking = true;
    if (state.kind === "present") {
      this.#states.length = place + 1;
      for (const watch of this.#watches.splice(place + 1)) watch[Symbol.dispose]();
    } else this.#ask();
    this.#asking = false;
    this.#watcher(merge(this.#states));
  }
}

const NOTHING_TO_DISPOSE: Disposable = { [Symbol.dispose]() {} };

/** Present anywhere, else still waiting anywhere, else refused anywhere, else missing. */
function merge(states: readonly ResourceState[]): ResourceState {
  for (const kind of ["present", "waiting", "invalid"] as const) {
    const found = states.find((state) => state.kind === kind);
    if (found !== undefined) return found;
  }
  return states.at(-1) as ResourceState;
}

import type { ResourceType } from "../resource-type.ts";
import { shortTypeName } from "../type-url.ts";
import type { Adopted } from "./adopted.ts";
import { ShardedMap } from "./sharded-map.ts";

/** One consistent set of configuration: whatever a value in it refers to is in it too. Immutable. */
export interface ConfigSnapshot {
  /** Counts up with every change; 0 before the first. */
  readonly generation: number;
  /** Whether every root has a value or has failed: what there is to know at the start is known. Stays true. */
  readonly ready: boolean;
  /** Everything of a type, by name. Shares what has not changed with the snapshots before and after it. */
  all<T = unknown>(type: ResourceType<T> | string): ReadonlyMap<string, Adopted<T>>;
  /** One resource; `undefined` if nothing needs it. */
  get<T = unknown>(type: ResourceType<T> | string, name: string): Adopted<T> | undefined;
  /** One line for each resource, sorted: `cluster "orders": version 7`. */
  toString(): string;
}

/** One resource that changed from a snapshot to the next. At least one side is there. */
export interface ConfigChange {
  readonly typeUrl: string;
  readonly name: string;
  readonly before: Adopted | undefined;
  readonly after: Adopted | undefined;
}

const NOTHING: ShardedMap<Adopted> = new ShardedMap();

/** A map for each type. */
export class SharedSnapshot implements ConfigSnapshot {
  readonly generation: number;
  readonly ready: boolean;
  readonly #maps: ReadonlyMap<string, ShardedMap<Adopted>>;

  constructor(generation = 0, ready = false, maps: ReadonlyMap<string, ShardedMap<Adopted>> = new Map()) {
    this.generation = generation;
    this.ready = ready;
    this.#maps = maps;
  }

  /** The next snapshot. */
  with(changes: readonly ConfigChange[], ready: boolean): SharedSnapshot {
    const byType = new Map<string, (readonly [string, Adopted | undefined])[]>();
    for (const { typeUrl, name, after } of changes) {
      const ofType = byType.get(typeUrl);
      if (ofType === undefined) byType.set(typeUrl, [[name, after]]);
      else ofType.push([name, after]);
    }
    const maps = new Map(this.#maps);
    for (const [typeUrl, ofType] of byType) maps.set(typeUrl, (maps.get(typeUrl) ?? NOTHING).with(ofType));
    return new SharedSnapshot(this.generation + 1, ready, maps);
  }

  all<T>(type: ResourceType<T> | string): ReadonlyMap<string, Adopted<T>> {
    return this.#map(type) as ReadonlyMap<string, Adopted<T>>;
  }

  get<T>(type: ResourceType<T> | string, name: string): Adopted<T> | undefined {
    return this.#map(type).get(name) as Adopted<T> | undefined;
  }

  toString(): string {
    const lines: string[] = [];
    for (const [typeUrl, map] of this.#maps) {
      for (const [name, adopted] of map) {
        const text = adopted.kind === "value" ? `version ${adopted.version}` : `failed, ${adopted.reason}`;
        lines.push(`${shortTypeName(typeUrl)} "${name}": ${text}`);
      }
    }
    return lines.sort().join("\n");
  }

  #map(type: ResourceType<never> | ResourceType<unknown> | string): ShardedMap<Adopted> {
    return this.#maps.get(typeof type === "string" ? type : type.typeUrl) ?? NOTHING;
  }
}

/**
 * A map that does not change, and gives a changed one cheaply: a new map of 10,000 names with one value exchanged copies
 * 1/64 of them, some 10 µs instead of a millisecond.
 */
export class ShardedMap<V> implements ReadonlyMap<string, V> {
  readonly size: number;
  readonly #shards: readonly (ReadonlyMap<string, V> | undefined)[];

  constructor(shards: readonly (ReadonlyMap<string, V> | undefined)[] = [], size = 0) {
    this.#shards = shards;
    this.size = size;
  }

  /** The map with these changes; `undefined` stands for a name that goes. */
  with(changes: Iterable<readonly [name: string, value: V | undefined]>): ShardedMap<V> {
    const shards = Array.from({ length: SHARDS }, (_, place) => this.#shards[place]);
    const copied = new Map<number, Map<string, V>>();
    let size = this.size;
    for (const [name, value] of changes) {
      const place = shardOf(name);
      let shard = copied.get(place);
      if (shard === undefined) {
        shard = new Map(shards[place]);
        copied.set(place, shard);
        shards[place] = shard;
      }
      size -= shard.size;
      if (value === undefined) shard.delete(name);
      else shard.set(name, value);
      size += shard.size;
    }
    return new ShardedMap(shards, size);
  }

  get(name: string): V | undefined {
    return this.#shards[shardOf(name)]?.get(name);
  }

  has(name: string): boolean {
    return this.#shards[shardOf(name)]?.has(name) ?? false;
  }

  forEach(callback: (value: V, name: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }

  *entries(): MapIterator<[string, V]> {
    for (const shard of this.#shards) if (shard !== undefined) yield* shard;
  }

  *keys(): MapIterator<string> {
    for (const shard of this.#shards) if (shard !== undefined) yield* shard.keys();
  }

  *values(): MapIterator<V> {
    for (const shard of this.#shards) if (shard !== undefined) yield* shard.values();
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }
}

const SHARDS = 64;

/** FNV-1a. Names of one mesh share long prefixes, so that every character counts. */
function shardOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 16)) & (SHARDS - 1);
}

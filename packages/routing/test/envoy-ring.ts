import { type Hash64, xxhash64 } from "@dualmesh/core";

/**
 * Which of five endpoints Envoy's ring leads a key to, by `hash_key` from `node-a` to `node-e` and with its defaults: each
 * stands at 205 places, those of `node-a_0`, `node-a_1` and so on, and has the keys up to them.
 */
export function endpointOf(key: Hash64 | undefined): string | undefined {
  return key && (RING.find(({ place }) => compare(place, key) >= 0) ?? RING[0])?.name;
}

const RING = ["a", "b", "c", "d", "e"]
  .flatMap((name) => Array.from({ length: 205 }, (_, i) => ({ name, place: xxhash64(`node-${name}_${i}`) })))
  .sort((one, other) => compare(one.place, other.place));

function compare(one: Hash64, other: Hash64): number {
  return one.high - other.high || one.low - other.low;
}

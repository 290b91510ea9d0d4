import type { ClassDefinition } from "./java-object.ts";
import type { ObjectReader } from "./object-reader.ts";

/** A definition as it was on the wire, and what reads its objects. */
export interface KnownClass {
  readonly bytes: Buffer;
  readonly definition: ClassDefinition;
  readonly read: ObjectReader;
}

/** Places. A class that finds its own taken takes it over: what peers send cannot make the table grow. */
const PLACES = 128;
/** Longer definitions are read anew each time. */
const MAX_BYTES = 2_048;
/** From so many bytes on, a comparison by C++ beats ours. */
const LONG_BYTES = 96;

/**
 * The class definitions that one reader has met, found by their bytes: in a service every message carries the same few, and
 * to read one again costs more than the object behind it. All bytes are compared, so that no peer's definition is ever taken
 * for another's with the same name.
 */
export class DefinitionCache {
  readonly #places: (KnownClass | undefined)[] = new Array(PLACES).fill(undefined);

  /** The known class whose definition stands at `at`, or `undefined`. */
  find(bytes: Buffer, at: number, end: number): KnownClass | undefined {
    const known = this.#places[placeOf(bytes, at, end)];
    if (known === undefined) return undefined;
    const { length } = known.bytes;
    if (length > end - at) return undefined;
    if (length >= LONG_BYTES) return known.bytes.compare(bytes, at, at + length) === 0 ? known : undefined;
    const expected = known.bytes;
    for (let i = 0; i < length; i++) if (expected[i] !== bytes[at + i]) return undefined;
    return known;
  }

  /** Remembers a class, with a copy of the bytes of its definition. */
  add(bytes: Buffer, at: number, end: number, known: Omit<KnownClass, "bytes">): void {
    if (end - at > MAX_BYTES) return;
    this.#places[placeOf(bytes, at, end)] = { ...known, bytes: Buffer.from(bytes.subarray(at, end)) };
  }
}

/** By the first byte, which is the length of the name for most, and by some of the bytes that names differ in. */
function placeOf(bytes: Buffer, at: number, end: number): number {
  const last = Math.min(at + 1 + nameLength(bytes[at] as number, bytes[at + 1] as number), end - 1);
  let hash = (bytes[at] as number) * 31 + (bytes[last] as number);
  hash = hash * 31 + (bytes[last - 1] as number);
  hash = hash * 31 + (bytes[last - 3] ?? 0);
  return (hash >>> 0) % PLACES;
}

/** A guess at where the name ends, in either dialect; a wrong one costs a place and nothing else. */
function nameLength(first: number, second: number): number {
  if (first < 0x20) return first - 1;
  return first < 0x80 ? second : first < 0xc0 ? first - 0x91 : second;
}

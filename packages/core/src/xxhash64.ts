import { Word64 } from "./word64.ts";

/** A number of 64 bits, as two of 32 that are not negative: nothing on the way of a call makes a bigint. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

// The primes of XXH64, upper and lower half. As signed numbers, which the engine keeps unboxed.
const P1H = 0x9e3779b1 | 0;
const P1L = 0x85ebca87 | 0;
const P2H = 0xc2b2ae3d | 0;
const P2L = 0x27d4eb4f | 0;
const P3H = 0x165667b1 | 0;
const P3L = 0x9e3779f9 | 0;
const P4H = 0x85ebca77 | 0;
const P4L = 0xc2b2ae63 | 0;
const P5H = 0x27d4eb2f | 0;
const P5L = 0x165667c5 | 0;

/** Hashing is synchronous and calls nobody: one set of registers serves all. */
const hash: Word64 = new Word64();
const lane: Word64 = new Word64();
const lanes: readonly [Word64, Word64, Word64, Word64] = [
  new Word64(),
  new Word64(),
  new Word64(),
  new Word64(),
];

/** Texts are written here to be hashed; grows with the longest one. */
let scratch: Buffer = Buffer.allocUnsafe(256);

/**
 * XXH64, as Envoy and gRPC use it for rings, tables and shares.
 *
 * A text counts as the bytes that it stands for in a head: one for each character, or UTF-8 where a character is more than
 * a byte.
 *
 * ```ts
 * import { xxhash64 } from "@dualmesh/core";
 *
 * const { high, low } = xxhash64("user-7");
 * console.log(high.toString(16), low.toString(16)); // => 216dec03 713b4cfd
 * ```
 *
 * @see https://github.com/Cyan4973/xxHash, "XXH64 algorithm description"
 */
export function xxhash64(data: string | Uint8Array, seed: Hash64 = ZERO): Hash64 {
  if (typeof data !== "string") return hashBytes(data, data.length, seed);
  const length = writeText(data);
  return hashBytes(scratch, length, seed);
}

/** The remainder of a hash by a whole number from 1 to 2^32−1. */
export function hashModulo({ high, low }: Hash64, modulus: number): number {
  // Sixteen bits at a time, so that nothing grows beyond 2^53.
  const upper = ((high % modulus) * 0x1_0000 + (low >>> 16)) % modulus;
  return (upper * 0x1_0000 + (low & 0xffff)) % modulus;
}

const ZERO: Hash64 = Object.freeze({ high: 0, low: 0 });
const BEYOND_BYTES = /[\u0100-\uffff]/;

function writeText(text: string): number {
  const encoding = BEYOND_BYTES.test(text) ? "utf8" : "latin1";
  const length = encoding === "utf8" ? Buffer.byteLength(text, "utf8") : text.length;
  if (length > scratch.length) scratch = Buffer.allocUnsafe(length * 2);
  return scratch.write(text, encoding);
}

function hashBytes(bytes: Uint8Array, length: number, seed: Hash64): Hash64 {
  let at = 0;
  hash.set(seed.high, seed.low);
  if (length >= 32) at = mixStripes(bytes, length, seed);
  else hash.add(P5H, P5L);
  hash.add(0, length);
  for (; at + 8 <= length; at += 8) {
    lane.set(0, 0);
    round(lane, bytes, at);
    hash.xor(lane.high, lane.low).rotate(27).multiply(P1H, P1L).add(P4H, P4L);
  }
  if (at + 4 <= length) {
    lane.set(0, wordAt(bytes, at)).multiply(P1H, P1L);
    hash.xor(lane.high, lane.low).rotate(23).multiply(P2H, P2L).add(P3H, P3L);
    at += 4;
  }
  for (; at < length; at++) {
    lane.set(0, bytes[at] as number).multiply(P5H, P5L);
    hash.xor(lane.high, lane.low).rotate(11).multiply(P1H, P1L);
  }
  hash.xorShift(33).multiply(P2H, P2L).xorShift(29).multiply(P3H, P3L).xorShift(32);
  return { high: hash.high >>> 0, low: hash.low >>> 0 };
}

/** Takes 32 bytes at a time, eight in each of four lanes, and joins the lanes in `hash`. */
function mixStripes(bytes: Uint8Array, length: number, { high, low }: Hash64): number {
  const [a, b, c, d] = lanes;
  a.set(high, low).add(P1H, P1L).add(P2H, P2L);
  b.set(high, low).add(P2H, P2L);
  c.set(high, low);
  d.set(high, low).add(~P1H, ~P1L).add(0, 1);
  let at = 0;
  for (; at + 32 <= length; at += 32) {
    round(a, bytes, at);
    round(b, bytes, at + 8);
    round(c, bytes, at + 16);
    round(d, bytes, at + 24);
  }
  hash.set(0, 0);
  for (const [i, one] of lanes.entries()) {
    lane.copy(one).rotate(ROTATIONS[i] as number);
    hash.add(lane.high, lane.low);
  }
  for (const one of lanes) {
    one.multiply(P2H, P2L).rotate(31).multiply(P1H, P1L);
    hash.xor(one.high, one.low).multiply(P1H, P1L).add(P4H, P4L);
  }
  return at;
}

const ROTATIONS: readonly number[] = [1, 7, 12, 18];
const input: Word64 = new Word64();

function round(register: Word64, bytes: Uint8Array, at: number): void {
  input.set(wordAt(bytes, at + 4), wordAt(bytes, at)).multiply(P2H, P2L);
  register.add(input.high, input.low).rotate(31).multiply(P1H, P1L);
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}

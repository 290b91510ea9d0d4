import { seededRandom } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import xxhash from "xxhash-wasm";
import { hashModulo, xxhash64 } from "../src/index.ts";

const oracle = await xxhash();
const random = seededRandom(64);
const below = (limit: number): number => Math.floor(random() * limit);

function whole({ high, low }: { readonly high: number; readonly low: number }): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

test("bytes of any length and any seed hash as in the reference", () => {
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, () => below(256));
    const seed = { high: below(2 ** 32), low: below(2 ** 32) };
    expect(whole(xxhash64(bytes, seed)), `${length} bytes`).toBe(oracle.h64Raw(bytes, whole(seed)));
    expect(whole(xxhash64(bytes))).toBe(oracle.h64Raw(bytes));
  }
});

test.each([
  ["", Buffer.alloc(0)],
  ["user-7", Buffer.from("user-7")],
  // A head holds bytes, one in a character.
  ["caf\u00e9", Buffer.from("caf\u00e9", "latin1")],
  ["\u65e5\u672c", Buffer.from("\u65e5\u672c", "utf8")],
  ["x".repeat(1_000), Buffer.alloc(1_000, "x")],
])("the text %j hashes as its bytes", (text, bytes) => {
  expect(xxhash64(text)).toEqual(xxhash64(bytes));
});

test("the remainder is that of the whole 64 bits", () => {
  for (let i = 0; i < 1_000; i++) {
    const hash = xxhash64(`key-${i}`);
    for (const modulus of [1, 2, 100, 65_537, 2 ** 32 - 1, 1 + below(2 ** 32 - 1)]) {
      expect(hashModulo(hash, modulus)).toBe(Number(whole(hash) % BigInt(modulus)));
    }
  }
});

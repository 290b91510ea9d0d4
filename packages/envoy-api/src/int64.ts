/**
 * A 64-bit integer: a number where that is exact (up to ±(2^53 − 1)), a bigint beyond. Both are accepted when
 * writing.
 */
export type Int64 = number | bigint;

const two32 = 4_294_967_296;

/** Value of a signed 64-bit integer given as two halves, each from 0 to 2^32 − 1. */
export function signedInt64(low: number, high: number): Int64 {
  // −2^53 ≤ value < 2^53, told from the upper half alone, so that the usual case makes no bigint.
  const signed = high | 0;
  if (signed >= -0x20_0000 && signed < 0x20_0000) {
    const value = signed * two32 + low;
    if (value >= Number.MIN_SAFE_INTEGER) return value;
  }
  return (BigInt(signed) << 32n) + BigInt(low);
}

/** Value of an unsigned 64-bit integer given as two halves, each from 0 to 2^32 − 1. */
export function unsignedInt64(low: number, high: number): Int64 {
  return high < 0x20_0000 ? high * two32 + low : (BigInt(high) << 32n) + BigInt(low);
}

/** Lower 32 bits in two's complement, from 0 to 2^32 − 1. The value must be an integer. */
export function lowHalf(value: Int64): number {
  if (typeof value === "bigint") return Number(BigInt.asUintN(32, value));
  return value >>> 0; // ToUint32 is modulo 2^32 for every safe integer, negative ones included
}

/** Upper 32 bits in two's complement, from 0 to 2^32 − 1. The value must be an integer. */
export function highHalf(value: Int64): number {
  if (typeof value === "bigint") return Number(BigInt.asUintN(32, value >> 32n));
  return Math.floor(value / two32) >>> 0;
}

/** A number if that is exact. */
export function safeInt64(value: bigint): Int64 {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

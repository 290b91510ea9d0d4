const TWO_32 = 0x100000000;

/** A long of 64 bits: a number where one holds it exactly, otherwise a `bigint`, which costs five times as much. */
export function readInt64(bytes: Buffer, at: number): number | bigint {
  const high = bytes.readInt32BE(at);
  const low = bytes.readUInt32BE(at + 4);
  const value = high * TWO_32 + low;
  return Number.isSafeInteger(value) ? value : joinInt64(high, low);
}

/** @param low Unsigned. */
export function joinInt64(high: number, low: number): bigint {
  return BigInt(high) * 0x100000000n + BigInt(low);
}

/** Whether a number, written where no type says that it is a double, would be taken for an int. */
export function wholeDouble(value: number): boolean {
  return (value | 0) === value;
}

/** A register of 64 bits in two halves, with what hashing does to it. All arithmetic is modulo 2^64. */
export class Word64 {
  high = 0;
  low = 0;

  set(high: number, low: number): this {
    this.high = high | 0;
    this.low = low | 0;
    return this;
  }

  copy(other: Word64): this {
    return this.set(other.high, other.low);
  }

  add(high: number, low: number): this {
    const sum = (this.low >>> 0) + (low >>> 0);
    const carry = sum > 0xffff_ffff ? 1 : 0;
    return this.set(this.high + high + carry, sum);
  }

  xor(high: number, low: number): this {
    return this.set(this.high ^ high, this.low ^ low);
  }

  multiply(high: number, low: number): this {
    const cross = Math.imul(this.high, low) + Math.imul(this.low, high);
    return this.set(upperHalf(this.low, low) + cross, Math.imul(this.low, low));
  }

  /** To the left, by 1 to 31. */
  rotate(bits: number): this {
    const { high, low } = this;
    return this.set((high << bits) | (low >>> (32 - bits)), (low << bits) | (high >>> (32 - bits)));
  }

  /** `x ^= x >>> bits`, for 1 to 63. */
  xorShift(bits: number): this {
    const { high, low } = this;
    if (bits === 32) return this.xor(0, high);
    if (bits > 32) return this.xor(0, high >>> (bits - 32));
    return this.xor(high >>> bits, (low >>> bits) | (high << (32 - bits)));
  }
}

/** The upper half of a product of two halves, 16 bits at a time. */
function upperHalf(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return aHigh * bHigh + Math.floor(middle / 0x1_0000) + Math.floor(other / 0x1_0000);
}

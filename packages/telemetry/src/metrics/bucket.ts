/**
 * Buckets of equal relative width: 32 in each doubling, so that a bucket is at most 3.1 % of its value wide. Bucket 0
 * holds what is 2^-20 or less, and negative values; the last one what is over 2^40.
 *
 * ```text
 * bucket   1              2                       32      33
 *        (2^-20, 2^-20·33/32]  (…, 2^-20·34/32]  …  (…, 2^-19]  (2^-19, …]
 * ```
 *
 * A bucket includes its upper bound, as Prometheus' `le` does: a boundary such as 5 or 100 then counts exactly.
 */
const SUB_BITS = 5;
const SUBS = 1 << SUB_BITS;
const MIN_EXPONENT = -20;
const MAX_EXPONENT = 40;
/** The number of the last bucket. */
export const LAST_BUCKET: number = (MAX_EXPONENT - MIN_EXPONENT) * SUBS;

/** What values are cut down to, so that one of them cannot ruin a sum. */
export const MAX_VALUE: number = 2 ** MAX_EXPONENT;

const MIN_VALUE = 2 ** MIN_EXPONENT;
/** The bucket number that exponent and first bits of a float spell, less this, begins at 0. */
const BIAS = (1023 + MIN_EXPONENT) << SUB_BITS;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which word holds sign, exponent and the first 20 bits of the fraction, depends on the machine. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

/** The bucket of a finite value: its float's own exponent and first bits, without a logarithm. */
export function bucketOf(value: number): number {
  if (value <= MIN_VALUE) return 0;
  if (value > MAX_VALUE) return LAST_BUCKET;
  float[0] = value;
  // One step of the last bit down puts an upper bound into its bucket.
  const high = words[LOW] === 0 ? (words[HIGH] as number) - 1 : (words[HIGH] as number);
  return (high >>> (20 - SUB_BITS)) - BIAS + 1;
}

/** What every value of a bucket is over; 0 for bucket 0. */
export function lowerBound(bucket: number): number {
  return bucket === 0 ? 0 : upperBound(bucket - 1);
}

/** What no value of a bucket is over. */
export function upperBound(bucket: number): number {
  return 2 ** (MIN_EXPONENT + (bucket >> SUB_BITS)) * (1 + (bucket & (SUBS - 1)) / SUBS);
}

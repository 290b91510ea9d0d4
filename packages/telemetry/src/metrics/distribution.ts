import { bucketOf, lowerBound, MAX_VALUE, upperBound } from "./bucket.ts";

/** What was recorded, as far as it is kept: how many values fell into each bucket, and their sum. */
export interface Distribution {
  readonly count: number;
  readonly sum: number;
  /** The value below which the share `q` (0 to 1) lies, within 3.1 %; NaN when nothing was recorded. */
  quantile(q: number): number;
  /** How many values are at most `value`; a bucket that `value` cuts counts by its middle. */
  countUpTo(value: number): number;
}

/** Buckets from the first to the last that were ever hit: a latency that varies tenfold takes a kilobyte. */
export class Buckets implements Distribution {
  #first = 0;
  #counts = new Float64Array(0);
  sum = 0;

  get count(): number {
    let count = 0;
    for (const n of this.#counts) count += n;
    return count;
  }

  add(value: number): void {
    // Neither NaN nor infinities have a bucket, and one of them would spoil the sum for good.
    if (!Number.isFinite(value)) return;
    const kept = value < 0 ? 0 : value > MAX_VALUE ? MAX_VALUE : value;
    const bucket = bucketOf(kept);
    let at = bucket - this.#first;
    if (at < 0 || at >= this.#counts.length) at = this.#reach(bucket);
    this.#counts[at] = (this.#counts[at] as number) + 1;
    this.sum += kept;
  }

  quantile(q: number): number {
    const { count } = this;
    if (count === 0) return Number.NaN;
    const rank = Math.min(Math.max(q, 0), 1) * count;
    let before = 0;
    for (let i = 0; i < this.#counts.length; i++) {
      const n = this.#counts[i] as number;
      if (n > 0 && before + n >= rank) return within(this.#first + i, (rank - before) / n);
      before += n;
    }
    // Sums of whole numbers are exact, so the loop has returned; this is for the compiler.
    return Number.NaN;
  }

  countUpTo(value: number): number {
    const cut = bucketOf(value);
    const last = (lowerBound(cut) + upperBound(cut)) / 2 > value ? cut - 1 : cut;
    const end = Math.min(last - this.#first + 1, this.#counts.length);
    let count = 0;
    for (let i = 0; i < end; i++) count += this.#counts[i] as number;
    return count;
  }

  /** What was recorded here since `earlier`, a copy of this. */
  since(earlier: Buckets): Buckets {
    const rest = this.copy();
    const shift = earlier.#first - this.#first;
    for (let i = 0; i < earlier.#counts.length; i++) {
      rest.#counts[i + shift] = (rest.#counts[i + shift] as number) - (earlier.#counts[i] as number);
    }
    rest.sum -= earlier.sum;
    return rest;
  }

  copy(): Buckets {
    const copy = new Buckets();
    copy.#first = this.#first;
    copy.#counts = this.#counts.slice();
    copy.sum = this.sum;
    return copy;
  }

  /** Adds `count` values of one bucket, each taken as its upper bound. */
  addTo(bucket: number, count: number): void {
    let at = bucket - this.#first;
    if (at < 0 || at >= this.#counts.length) at = this.#reach(bucket);
    this.#counts[at] = (this.#counts[at] as number) + count;
    this.sum += upperBound(bucket) * count;
  }

  /** The buckets that were hit, from the lowest, and how often: `[bucket, count, bucket, count, …]`. */
  pairs(): readonly number[] {
    const pairs: number[] = [];
    for (let i = 0; i < this.#counts.length; i++) {
      if (this.#counts[i] !== 0) pairs.push(this.#first + i, this.#counts[i] as number);
    }
    return pairs;
  }

  /** Makes room for a bucket, and for half a doubling around it; gives its place. */
  #reach(bucket: number): number {
    const empty = this.#counts.length === 0;
    const first = Math.min(empty ? bucket : this.#first, bucket - 8);
    const end = Math.max(empty ? bucket : this.#first + this.#counts.length, bucket + 8);
    const counts = new Float64Array(end - first);
    if (!empty) counts.set(this.#counts, this.#first - first);
    this.#first = first;
    this.#counts = counts;
    return bucket - first;
  }
}

/** As if the values of a bucket were spread evenly; what is next to nothing is 0. */
function within(bucket: number, share: number): number {
  if (bucket === 0) return 0;
  const low = lowerBound(bucket);
  return low + (upperBound(bucket) - low) * share;
}

import { MeshError, type Random } from "@dualmesh/core";
import type { MatchableHead } from "@dualmesh/matching";
import { uint64Modulo } from "./uint64-modulo.ts";

/** Chooses an index by weight. */
export interface WeightedChoice {
  /** The sum of all weights. */
  readonly total: number;
  /** By the header if one was named and it is usable, else by one draw. */
  choose(head: MatchableHead, random: Random): number;
  /** By a value from 0 to below the total. */
  at(value: number): number;
}

const MAX_TOTAL = 2 ** 32 - 1;

/**
 * Compiles a choice: the first index for the first `weights[0]` of `total` values, and so on.
 *
 * With `headerName`, the value is that header's, a whole number of 64 bits, modulo the total: the same value makes the
 * same choice in every proxy. A header that is missing, repeated or no number falls back to chance.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a weight that is no whole number of 32 bits, and on a total of 0 or of more
 * than 32 bits.
 */
export function compileWeightedChoice(
  subject: string,
  weights: readonly number[],
  headerName: string | undefined,
): WeightedChoice {
  for (const weight of weights) {
    if (!Number.isInteger(weight) || weight < 0 || weight > MAX_TOTAL) {
      throw new MeshError(
        "INVALID_ARGUMENT",
        `${subject}: a weight must be an integer from 0 to ${MAX_TOTAL}, got ${weight}`,
      );
    }
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total === 0 || total > MAX_TOTAL) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `${subject}: the sum of weights must be from 1 to ${MAX_TOTAL}, got ${total}`,
    );
  }
  return new CompiledChoice(weights, total, headerName);
}

class CompiledChoice implements WeightedChoice {
  readonly total: number;
  /** Where the share of each index ends. */
  readonly #ends: readonly number[];
  readonly #headerName: string | undefined;

  constructor(weights: readonly number[], total: number, headerName: string | undefined) {
    let end = 0;
    this.#ends = weights.map((weight) => (end += weight));
    this.total = total;
    this.#headerName = headerName;
  }

  choose(head: MatchableHead, random: Random): number {
    return this.at(this.#fromHeader(head) ?? Math.floor(random() * this.total));
  }

  at(value: number): number {
    const ends = this.#ends;
    let low = 0;
    let high = ends.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value < (ends[middle] as number)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #fromHeader(head: MatchableHead): number | undefined {
    if (this.#headerName === undefined) return undefined;
    const values = head.headers.getAll(this.#headerName);
    return values.length === 1 ? uint64Modulo(values[0] as string, this.total) : undefined;
  }
}

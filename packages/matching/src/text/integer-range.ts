import { MeshError } from "@dualmesh/core";
import { checkKeys, knownKeys } from "../config/check-config.ts";

/** Whole numbers from `start`, and less than `end`. */
export interface IntegerRange {
  readonly start: number | bigint;
  readonly end: number | bigint;
}

/** A compiled range. */
export interface IntegerRangePredicate {
  /** Whether the text is a whole number in the range. */
  matches(text: string): boolean;
  /** `[start, end)`. */
  toString(): string;
}

/** What Envoy's number parser accepts: a sign, leading zeros and white space around, but no fraction and no hex. */
const INTEGER = /^[ \t\n\v\f\r]*([+-]?)(\d+)[ \t\n\v\f\r]*$/;

/** Sought by themselves: `0*(\d+)` would try every way to share zeros out, 9 s for 60,000 of them and a letter. */
const LEADING_ZEROS = /^0+(?=\d)/;

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Compiles a range over the exact values of 64-bit integers. What is no such integer is outside.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` if a bound is a number that is not exact, or needs more than 64 bits.
 */
export function compileIntegerRange(range: IntegerRange): IntegerRangePredicate {
  checkKeys("range", range, KEYS);
  return new CompiledRange(checkBound("start", range.start), checkBound("end", range.end));
}

const KEYS = knownKeys<IntegerRange>("start", "end");

class CompiledRange implements IntegerRangePredicate {
  readonly #start: bigint;
  readonly #end: bigint;
  // Beyond 2^53 these are not exact, but nothing of 15 digits comes near.
  readonly #startNumber: number;
  readonly #endNumber: number;

  constructor(start: bigint, end: bigint) {
    this.#start = start;
    this.#end = end;
    this.#startNumber = Number(start);
    this.#endNumber = Number(end);
  }

  matches(text: string): boolean {
    const found = INTEGER.exec(text);
    if (found === null) return false;
    const sign = found[1];
    const digits = (found[2] as string).replace(LEADING_ZEROS, "");
    // Up to 15 digits a number is exact. More are so rare that a BigInt may pay for them.
    if (digits.length <= 15) {
      const size = Number(digits);
      const value = sign === "-" ? -size : size;
      return value >= this.#startNumber && value < this.#endNumber;
    }
    if (digits.length > 19) return false;
    const value = sign === "-" ? -BigInt(digits) : BigInt(digits);
    return value >= INT64_MIN && value <= INT64_MAX && value >= this.#start && value < this.#end;
  }

  toString(): string {
    return `[${this.#start}, ${this.#end})`;
  }
}

function checkBound(name: keyof IntegerRange, bound: number | bigint): bigint {
  const exact = typeof bound === "bigint" || Number.isSafeInteger(bound) ? BigInt(bound) : undefined;
  if (exact === undefined || exact < INT64_MIN || exact > INT64_MAX) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `range: ${name} must be an integer of 64 bits (a bigint beyond 2^53), got ${bound}`,
    );
  }
  return exact;
}

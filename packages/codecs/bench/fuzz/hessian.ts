import { isDeepStrictEqual } from "node:util";
import { seededRandom } from "@dualmesh/testkit";
import { explainWire, toNotation } from "../../src/explain/index.ts";
import {
  DecodeError,
  type HessianProfileName,
  HessianReader,
  HessianSkipper,
  HessianWriter,
  PROFILES,
} from "../../src/hessian/index.ts";
import { mutated, randomValues } from "../../test/hessian/random-values.ts";
import { agree, type FuzzTarget } from "./fuzz-target.ts";

const NAMES = Object.keys(PROFILES) as HessianProfileName[];
const MUTATIONS = 200;
/** A reader takes time in proportion to its bytes: by far more than a machine needs, one that does something else meanwhile too. */
const MS_AT_ALL = 2_000;
const MS_PER_KIB = 20;

let values = 0;
let read = 0;
let refused = 0;
let slowestMs = 0;

/**
 * Values that are written, read, walked over and explained; then their bytes with some changed, which a reader, a walker and
 * an explanation take or refuse alike, with coded errors and in time; what is taken is written and read as the same again; and
 * after all of them the first values are read as before, by the same reader.
 */
export const hessian: FuzzTarget = {
  async round(seed) {
    const random = seededRandom(seed);
    const pick = (below: number): number => Math.floor(random() * below);
    // An array is what an exact reader makes of a list without a type: it is to stay without.
    const profile = { ...PROFILES[NAMES[pick(NAMES.length)] as HessianProfileName], typesArrayLists: false };
    const { dialect } = profile;
    const reader = new HessianReader({ dialect, exact: true });
    const readAll = (bytes: Buffer): unknown[] => {
      const all: unknown[] = [];
      for (reader.begin(bytes); !reader.isAtEnd; ) all.push(reader.read());
      return all;
    };
    const writeAll = (all: readonly unknown[]): Buffer => {
      const writer = new HessianWriter({ profile }).begin();
      for (const value of all) writer.any(value);
      return Buffer.from(writer.take());
    };
    const drawn = randomValues(pick);
    const bytes = writeAll(drawn);
    const notation = toNotation(drawn);
    agree(difference("read", notation, toNotation(readAll(bytes))));
    values += drawn.length;
    for (let i = 0; i < MUTATIONS; i++) {
      const changed = mutated(pick, bytes);
      const startMs = performance.now();
      const taken = attempt(() => readAll(changed));
      const tookMs = performance.now() - startMs;
      slowestMs = Math.max(slowestMs, tookMs);
      if (tookMs > MS_AT_ALL + (MS_PER_KIB * changed.length) / 1024) {
        throw new Error(`${changed.length} bytes took ${tookMs} ms: ${changed.toString("hex")}`);
      }
      const walked = attempt(() => {
        const skipper = new HessianSkipper(dialect).begin(changed);
        while (!skipper.isAtEnd) skipper.skip();
        return [];
      });
      const explained = explainWire(dialect === "3" ? "hessian-3" : "hessian-4", changed);
      const verdicts = [taken, walked].map((one) => one !== undefined);
      verdicts.push(explained.error === undefined);
      if (new Set(verdicts).size > 1) {
        throw new Error(`reader, walker, explanation: ${verdicts} of ${changed.toString("hex")}`);
      }
      if (taken === undefined) {
        refused++;
        continue;
      }
      read++;
      const again = toNotation(readAll(writeAll(taken)));
      agree(difference(changed.toString("hex"), toNotation(taken), again));
    }
    agree(difference("read once more", notation, toNotation(readAll(bytes))));
    agree(Object.keys(Object.prototype).length === 0 ? undefined : "a prototype was touched");
  },
  report: () => [
    `${values} values read as what they are; of their bytes with some changed ${read} taken and ${refused} refused, ` +
      `the slowest in ${slowestMs.toFixed(0)} ms`,
  ],
};

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

function difference(what: string, expected: unknown, found: unknown): string | undefined {
  return isDeepStrictEqual(expected, found)
    ? undefined
    : `${what}: ${JSON.stringify(expected).slice(0, 2_000)} is ${JSON.stringify(found).slice(0, 2_000)}`;
}

import { readFileSync } from "node:fs";
import { brotliDecompressSync, inflateSync } from "node:zlib";
import type { HessianNotation } from "../../src/explain/hessian-notation.ts";

/** What real Java libraries wrote, by the name of its file: `hessian-…`, `bolt-frames`, `hostile-bolt` … */
export function goldenVectors<Case>(
  pack: "hessian" | "frames" | "hostile",
): Readonly<Record<string, { readonly about: unknown; readonly cases: readonly Case[] }>> {
  const packed = readFileSync(new URL(`./${pack}.json.br`, import.meta.url));
  return JSON.parse(brotliDecompressSync(packed).toString());
}

export interface GoldenBytes {
  readonly hex?: string;
  /** In place of `hex` for long ones: base64 of zlib. */
  readonly z?: string;
}

export interface HessianCase extends GoldenBytes {
  readonly group: string;
  readonly name: string;
  /** Absent where Java could not write the value, and for one long list. */
  readonly values?: readonly HessianNotation[];
  readonly listSize?: number;
  readonly lastItems?: readonly HessianNotation[];
  readonly encodeFails?: string;
}

export interface HostileCase extends GoldenBytes {
  readonly name: string;
  readonly expect: "error" | "incomplete" | "bounded";
  readonly reason: string;
}

export function bytesOf(golden: GoldenBytes): Buffer {
  return golden.z === undefined
    ? Buffer.from(golden.hex ?? "", "hex")
    : inflateSync(Buffer.from(golden.z, "base64"));
}

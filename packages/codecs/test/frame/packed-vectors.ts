import { readFileSync } from "node:fs";
import { brotliDecompressSync, inflateSync } from "node:zlib";

/** A case of a packed file, with its bytes. Its other fields differ from file to file. */
export type VectorCase<T> = T & { readonly name: string; readonly wire: Buffer };

/** What is to become of hostile bytes. */
export interface Hostile {
  readonly expect: "error" | "incomplete" | "bounded";
  readonly reason: string;
}

interface Packed {
  readonly name: string;
  readonly group?: string;
  readonly hex?: string;
  readonly z?: string;
}

const packs = new Map<string, Record<string, { readonly cases: readonly Packed[] }>>();

/** The cases of one file of a pack. Their names are unique. */
export function vectorsOf<T>(pack: "frames" | "hostile", file: string): VectorCase<T>[] {
  let files = packs.get(pack);
  if (files === undefined) {
    const packed = readFileSync(new URL(`../vectors/${pack}.json.br`, import.meta.url));
    files = JSON.parse(brotliDecompressSync(packed).toString()) as Record<string, { cases: Packed[] }>;
    packs.set(pack, files);
  }
  const cases = files[file]?.cases;
  if (cases === undefined) throw new RangeError(`no file ${file} in ${pack}`);
  return cases.map((entry, i) => {
    const wire =
      entry.z === undefined
        ? Buffer.from(entry.hex ?? "", "hex")
        : inflateSync(Buffer.from(entry.z, "base64"));
    const name = `${i}: ${entry.group === undefined ? "" : `${entry.group}: `}${entry.name}`;
    return { ...entry, name, wire } as VectorCase<T>;
  });
}

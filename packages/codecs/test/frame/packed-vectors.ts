import { bytesOf, type GoldenBytes, goldenVectors } from "../vectors/golden.ts";

/** A case of a packed file, with its bytes and a name of its own. */
export type VectorCase<T> = T & { readonly name: string; readonly wire: Buffer };

/** What is to become of hostile bytes. */
export interface Hostile {
  readonly expect: "error" | "incomplete" | "bounded";
}

type Packed = GoldenBytes & { readonly name: string; readonly group?: string };

export function vectorsOf<T>(pack: "frames" | "hostile", file: string): VectorCase<T>[] {
  const cases = goldenVectors<T & Packed>(pack)[file]?.cases;
  if (cases === undefined) throw new RangeError(`no file ${file} in ${pack}`);
  return cases.map((entry, i) => {
    const group = entry.group === undefined ? "" : `${entry.group}: `;
    return { ...entry, name: `${i}: ${group}${entry.name}`, wire: bytesOf(entry) };
  });
}

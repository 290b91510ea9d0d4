import { loadsOf } from "./loads.ts";
import type { PackedProject } from "./packed-project.ts";
import type { PublishedPackage } from "./published-package.ts";

/** What an entry point brings with it. */
export interface Footprint {
  /** As users write it: `@dualmesh/xds/server`. */
  readonly entry: string;
  /** The tarball, and what it holds. 0 but for the first entry of a package. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** How many modules importing it loads, in all packages. */
  readonly modules: number;
  /** The other packages of this repository that they belong to. */
  readonly ours: readonly string[];
  /** And those of other projects. */
  readonly others: readonly string[];
}

/** Measures every entry of every package, each in a process of its own that imports it and does nothing else. */
export async function measureFootprints(
  { folder, tarballs }: PackedProject,
  packages: readonly PublishedPackage[],
): Promise<Footprint[]> {
  const footprints: Footprint[] = [];
  for (const { manifest, entries } of packages) {
    const tarball = tarballs.find(({ name }) => name === manifest.name);
    const measured = entries.map(async (entry, index) => {
      const loads = await loadsOf({ folder }, `await import("${entry}")`);
      const beside = loads.packages.filter((name) => name !== manifest.name);
      return {
        entry,
        packedBytes: index === 0 ? (tarball?.packedBytes ?? 0) : 0,
        unpackedBytes: index === 0 ? (tarball?.unpackedBytes ?? 0) : 0,
        modules: loads.modules,
        ours: beside.filter((name) => name.startsWith("@dualmesh/")),
        others: beside.filter((name) => !name.startsWith("@dualmesh/")),
      };
    });
    footprints.push(...(await Promise.all(measured)));
  }
  return footprints;
}

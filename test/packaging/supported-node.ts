import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "./run-program.ts";

/** A Node that users may have. */
export interface SupportedNode {
  readonly version: string;
  /** Its binary, absolute. */
  readonly path: string;
}

/** The oldest that `engines` lets in, the one that the repository runs on, and the newest line. */
const VERSIONS = ["22.19.0", "24.21.0", "26.10.0"] as const;

/** Installs those that are lacking into `.cache/node/<version>`, once: npm's package `node` is the binary. */
export function installSupportedNodes(root: string): Promise<SupportedNode[]> {
  return Promise.all(
    VERSIONS.map(async (version) => {
      if (version === process.versions.node) return { version, path: process.execPath };
      const folder = join(root, ".cache", "node", version);
      const path = join(folder, "node_modules", "node", "bin", "node");
      if (!existsSync(path)) {
        await mkdir(folder, { recursive: true });
        // Its install script is what puts the binary for this machine in place.
        const manifest = { private: true, allowScripts: { node: true } };
        await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
        await runProgram({ folder }, "npm", "install", "--no-audit", "--no-fund", `node@${version}`);
      }
      return { version, path };
    }),
  );
}

import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { TestProject } from "vitest/node";
import { createPackedProject, type PackedProject } from "./packed-project.ts";
import { listPublished } from "./published-package.ts";
import { installSupportedNodes, type SupportedNode } from "./supported-node.ts";

declare module "vitest" {
  interface ProvidedContext {
    readonly packed: PackedProject;
    readonly nodes: readonly SupportedNode[];
  }
}

/** Before all test files: packs and installs once for all of them. */
export default async function packOnce(project: TestProject): Promise<() => Promise<void>> {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const [packed, nodes] = await Promise.all([
    listPublished(root).then((packages) => createPackedProject(root, packages)),
    installSupportedNodes(root),
  ]);
  project.provide("packed", packed);
  project.provide("nodes", nodes);
  return () => rm(packed.folder, { recursive: true, force: true });
}

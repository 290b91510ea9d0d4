/** Writes the table of `docs/footprint.md` from what was built: `npm run footprint`. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { measureFootprints } from "../test/packaging/footprint.ts";
import { renderFootprints, withTable } from "../test/packaging/footprint-table.ts";
import { createPackedProject } from "../test/packaging/packed-project.ts";
import { listPublished } from "../test/packaging/published-package.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const file = fileURLToPath(new URL("../docs/footprint.md", import.meta.url));

const packages = await listPublished(root);
const project = await createPackedProject(root, packages);
try {
  const table = renderFootprints(await measureFootprints(project, packages));
  await writeFile(file, withTable(await readFile(file, "utf8"), table));
} finally {
  await rm(project.folder, { recursive: true });
}

/**
 * Runs the benchmarks, one after the other, from the sources: `npm run bench`, or `npm run bench -- core retry` for those
 * whose path contains a word. A benchmark is a program `packages/<package>/bench/<what>.ts` that prints its figures;
 * machine and version stand above them, since a figure without them says nothing.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const words = process.argv.slice(2);

const programs = readdirSync(join(root, "packages"))
  .map((name) => `packages/${name}/bench`)
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder)).map((file) => `${folder}/${file}`))
  .filter(
    (path) => path.endsWith(".ts") && (words.length === 0 || words.some((word) => path.includes(word))),
  );

const [cpu] = cpus();
console.log(
  `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model ?? "?"}`,
);
for (const program of programs) {
  console.log(`\n── ${program} ──`);
  const args = ["--conditions=@dualmesh/source", "--expose-gc", join(root, program)];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}

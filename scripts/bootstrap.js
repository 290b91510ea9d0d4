/**
 * Makes a clone ready to run: installs from the lock file and builds, each only when something changed.
 *
 * Runs before `npm start` and `npm test`, on whatever Node the machine has (20.20 or later), before the pinned one
 * is installed: hence plain JavaScript and no dependency.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamps = join(root, "node_modules", ".dualmesh");
const pinnedNode = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");

install();
build();

function install() {
  const lock = hash([readFileSync(join(root, "package-lock.json"))]);
  if (readStamp("install") === lock && existsSync(pinnedNode)) return;
  console.log("installing from package-lock.json …");
  npm("ci", "--no-audit", "--no-fund", "--loglevel=error");
  if (!existsSync(pinnedNode)) {
    fail("the pinned Node is missing after the install: npm must run install scripts (is `ignore-scripts` set?)");
  }
  writeStamp("install", lock);
}

function build() {
  const sources = listSources();
  // Size and time of each source, not its bytes: 300 files are judged in some ten milliseconds.
  const state = hash(sources.map((file) => {
    const { mtimeMs, size } = statSync(file);
    return `${file} ${mtimeMs} ${size}\n`;
  }));
  if (readStamp("build") === state && existsSync(join(root, "packages", "cli", "dist", "main.js"))) return;
  console.log("building …");
  npm("run", "build", "--silent");
  writeStamp("build", state);
}

function listSources() {
  const files = [join(root, "tsconfig.base.json"), join(root, "tsconfig.json")];
  for (const name of readdirSync(join(root, "packages"))) {
    const folder = join(root, "packages", name);
    files.push(join(folder, "package.json"), join(folder, "tsconfig.json"));
    for (const part of ["src", "scripts"]) {
      const path = join(folder, part);
      if (!existsSync(path)) continue;
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
        const inGenerated = entry.parentPath.includes(`${join("src", "generated")}`);
        if (entry.isFile() && !inGenerated) files.push(join(entry.parentPath, entry.name));
      }
    }
  }
  return files.filter((file) => existsSync(file)).sort();
}

function npm(...args) {
  const script = process.env.npm_execpath;
  const quiet = { cwd: root, stdio: ["ignore", "pipe", "pipe"], maxBuffer: 64 * 1024 * 1024 };
  try {
    if (script) execFileSync(process.execPath, [script, ...args], quiet);
    else execFileSync("npm", args, { ...quiet, shell: process.platform === "win32" });
  } catch (error) {
    process.stderr.write(error.stdout ?? "");
    process.stderr.write(error.stderr ?? "");
    fail(`npm ${args.join(" ")} failed (exit ${error.status}); its output is above`);
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

function hash(parts) {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part);
  return sum.digest("hex");
}

function readStamp(name) {
  const file = join(stamps, name);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function writeStamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), value);
}

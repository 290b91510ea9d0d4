/**
 * Makes a clone ready to run: installs from the lock file and builds, each only when something changed.
 *
 * Stands before `npm start` and `npm test`, on whatever Node the machine has (20 or later), when the pinned one may not
 * be there yet: hence plain JavaScript and no dependency. With nothing to do it takes a tenth of a second and writes
 * nothing. Two at once are safe: the second waits for the first.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pinnedNode = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
const buildStamp = join(root, "node_modules", ".dualmesh", "build");
const lock = join(root, ".cache", "bootstrap.lock");

if (!isInstalled() || !isBuilt()) {
  takeLock();
  try {
    // Asked again under the lock: whoever held it may have done the work.
    if (!isInstalled()) install();
    if (!isBuilt()) build();
  } finally {
    rmSync(lock, { force: true });
  }
}

// ── install ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** npm's own record of what it installed must agree with the lock file: so an `npm ci` by hand counts too. */
function isInstalled() {
  if (!existsSync(pinnedNode)) return false;
  const present = readLockFile(join(root, "node_modules", ".package-lock.json"));
  const wanted = readLockFile(join(root, "package-lock.json"));
  return Object.entries(wanted).every(([path, entry]) => {
    // The record has no entries of the workspaces' own folders, nor of packages for other platforms.
    if (!path.includes("node_modules/") || entry.optional) return true;
    const found = present[path];
    return found !== undefined && found.version === entry.version && found.integrity === entry.integrity;
  });
}

function install() {
  if (askNpm("config", "get", "ignore-scripts") === "true") {
    fail(
      "npm is set to run no install scripts (ignore-scripts=true), and the pinned Node of this repository comes by one.\n" +
        "Run `npm ci --ignore-scripts=false` once in this folder, then this command again.",
    );
  }
  console.log("installing from package-lock.json …");
  // --include=dev: NODE_ENV=production would leave out the compiler, the test runner and the pinned Node.
  npm(["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"], explainInstall);
  if (!existsSync(pinnedNode)) {
    fail(
      "npm ci ended well, but the pinned Node is missing: did npm refuse the install script of the package `node`?",
    );
  }
  if (!isInstalled())
    fail("npm ci ended well, but node_modules differs from package-lock.json; remove it and try again.");
}

function explainInstall(output) {
  if (/EUSAGE|in sync/.test(output)) {
    return "package.json and package-lock.json disagree: run `npm install && npm ci`, and commit the lock file.";
  }
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(output)) {
    return "The package registry cannot be reached: check network, proxy and `npm config get registry`.";
  }
  if (/ENOSPC/.test(output)) return "The disk is full: the install needs about 600 MB.";
  if (/EACCES|EPERM/.test(output)) return `This user may not write to ${root} or to npm's cache.`;
  return "Nothing of this repository ran yet; the reason is npm's, above.";
}

// ── build ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function isBuilt() {
  return (
    readText(buildStamp) === sourceState() &&
    existsSync(join(root, "packages", "cli", "dist", "main.js")) &&
    existsSync(join(root, "packages", "dashboard", "dist", "web", "index.html"))
  );
}

function build() {
  const before = sourceState();
  console.log("building …");
  // turbo is one native binary per platform; where there is none, the compiler alone does the same, only uncached.
  const turbo = existsSync(join(root, "node_modules", "@turbo"));
  if (!turbo) console.log("turbo has no binary for this platform: compiling without its cache");
  npm(["run", turbo ? "build" : "compile"], explainBuild);
  mkdirSync(dirname(buildStamp), { recursive: true });
  // The state from before: what was edited while the compiler ran is built the next time.
  writeFileSync(buildStamp, before);
}

function explainBuild(output) {
  if (/error TS\d/.test(output)) return "The sources do not compile.";
  return "If it is turbo that cannot run here: `npm run compile` builds without it.";
}

/** Size and time of each source, not its bytes: 300 files are judged in some ten milliseconds. */
function sourceState() {
  const sum = createHash("sha256");
  for (const file of listSources()) {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined) sum.update(`${file} ${stat.mtimeMs} ${stat.size}\n`);
  }
  return sum.digest("hex");
}

function listSources() {
  const files = ["package-lock.json", "tsconfig.base.json", "tsconfig.json"].map((name) => join(root, name));
  for (const name of readdirSync(join(root, "packages"))) {
    const folder = join(root, "packages", name);
    for (const file of ["package.json", "tsconfig.json", "vite.config.ts"]) files.push(join(folder, file));
    for (const part of ["src", "scripts", "proto", "web"]) {
      const path = join(folder, part);
      if (!existsSync(path)) continue;
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
        const file = join(entry.parentPath ?? entry.path, entry.name);
        // Generated files are a result of the build, not a reason for it.
        if (entry.isFile() && !file.includes(join("src", "generated"))) files.push(file);
      }
    }
  }
  return files.sort();
}

// ── one at a time ───────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The lock is a symbolic link whose target is the holder's process id: made and filled in one atomic step. It lies
 * outside node_modules, which `npm ci` removes. A holder that died without unlinking is found by its id.
 */
function takeLock() {
  mkdirSync(dirname(lock), { recursive: true });
  for (let told = false; ; pause(200)) {
    try {
      symlinkSync(String(process.pid), lock);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = lockHolder();
    if (holder === undefined) continue;
    if (!isAlive(holder)) {
      rmSync(lock, { force: true });
    } else if (!told) {
      told = true;
      console.log(`waiting for process ${holder}, which is preparing this folder (${lock}) …`);
    }
  }
}

function lockHolder() {
  try {
    return Number(readlinkSync(lock));
  } catch {
    return undefined; // Released between our two looks.
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // Another user's process: alive.
  }
}

function pause(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

// ── npm and files ───────────────────────────────────────────────────────────────────────────────────────────────────

function npm(args, explain) {
  try {
    runNpm(args);
  } catch (error) {
    const output = `${error.stdout ?? ""}${error.stderr ?? ""}`;
    process.stderr.write(output);
    const end =
      error.status === null || error.status === undefined
        ? (error.code ?? error.signal)
        : `exit ${error.status}`;
    fail(`\`npm ${args.join(" ")}\` failed (${end}); its output is above.\n${explain(output)}`);
  }
}

function askNpm(...args) {
  try {
    return runNpm(args).trim();
  } catch {
    return ""; // Only a question asked to explain better: the install itself will say what is wrong with npm.
  }
}

/** The very npm that runs this script (yarn and pnpm set the same variable: then the one on PATH). */
function runNpm(args) {
  const script = process.env.npm_execpath ?? "";
  const options = {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
  };
  return basename(script).startsWith("npm")
    ? execFileSync(process.execPath, [script, ...args], options)
    : execFileSync("npm", args, { ...options, shell: process.platform === "win32" });
}

function readLockFile(file) {
  const text = readText(file);
  return text === "" ? {} : (JSON.parse(text).packages ?? {});
}

function readText(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function fail(message) {
  rmSync(lock, { force: true });
  console.error(message);
  process.exit(1);
}

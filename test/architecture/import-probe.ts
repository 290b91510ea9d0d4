/**
 * Imports one module and tells what that did: `node import-probe.ts <module> <folder of our own code>`.
 *
 * Runs in a process of its own, since an import happens once, and prints one line of JSON. Reads of the environment
 * are charged to the innermost frame that is not Node's: what a third-party library reads is its own affair. (What Node
 * reads natively, as `os.tmpdir()` does, no proxy sees.) Handles and listeners count whoever made them.
 */
import { writeSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [specifier = "", ours = ""] = process.argv.slice(2);
const reads = new Set<string>();

Error.stackTraceLimit = 100;
const note = (name: string): void => {
  const frames = (new Error("who reads?").stack ?? "").split("\n").slice(1);
  const reader = frames.find((frame) => !frame.includes("node:") && !frame.includes(import.meta.url));
  if (reader?.includes(ours)) reads.add(`${name} ${reader.trim().replace(/^at /, "")}`);
};
process.env = new Proxy(process.env, {
  get(target, name, receiver) {
    note(String(name));
    return Reflect.get(target, name, receiver) as unknown;
  },
  has(target, name) {
    note(String(name));
    return Reflect.has(target, name);
  },
  ownKeys(target) {
    note("(all)");
    return Reflect.ownKeys(target);
  },
});
syncBuiltinESMExports();

// The standard streams are opened by their first use, and `import … from "node:process"` is one: they are here already.
void [process.stdin, process.stdout, process.stderr];
const handles = countHandles();
const listeners = countListeners();
await import(specifier);
// One turn of the loop: what the import only scheduled has begun, and what loading itself needed is closed.
await new Promise((resolve) => setImmediate(resolve));
const result = {
  reads: [...reads],
  handles: added(handles, countHandles()),
  listeners: added(listeners, countListeners()),
};
// Synchronous, since the process ends on the next line.
writeSync(1, `${JSON.stringify(result)}\n`);
process.exit(0);

function countHandles(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function countListeners(): Map<string, number> {
  return new Map(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
}

function added(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string[] {
  return [...after].filter(([name, count]) => count > (before.get(name) ?? 0)).map(([name]) => name);
}

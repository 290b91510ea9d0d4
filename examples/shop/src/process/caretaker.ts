/**
 * The process that ends what the demo started, when the demo is over, however it ended: it notices by the end of its
 * standard input, which comes even after SIGKILL. A child that is stopped could not end itself, so that each child
 * watching its parent would not do.
 *
 * Reads lines `+<pid>` and `-<pid>` of process groups that began and ended; its argument is the folder to remove.
 */
import { rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** How long children may take to end by themselves. Milliseconds. */
const PATIENCE_MS = 1_500;

const [folder = ""] = process.argv.slice(2);
const groups = new Set<number>();

// A terminal that hangs up and a Ctrl-C are the demo's business; this process is over when the demo is.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

for await (const line of createInterface({ input: process.stdin })) {
  const group = Number(line.slice(1));
  if (line.startsWith("+")) groups.add(group);
  else groups.delete(group);
}

for (const group of groups) {
  tell(group, "SIGTERM");
  // One that is stopped gets the signal when it goes on.
  tell(group, "SIGCONT");
}
for (let waitedMs = 0; waitedMs < PATIENCE_MS && [...groups].some(isThere); waitedMs += 20) await sleep(20);
for (const group of groups) tell(group, "SIGKILL");
await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });

function tell(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false; // It has ended already.
  }
}

function isThere(group: number): boolean {
  return tell(group, 0);
}

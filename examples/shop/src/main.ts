/**
 * The shop: `npm start`, or `npm start -- --once` for the whole script, with an end and an exit code.
 *
 * Everything is a process of its own; this one starts them, buys steadily, watches, and does to them what the keys or the
 * script say.
 */

import { runLive } from "./live/run-live.ts";
import { hireCaretaker } from "./process/hire-caretaker.ts";
import { watchParent } from "./process/watch-parent.ts";
import { runOnce } from "./scenario/run-once.ts";

const USAGE = `npm start              the shop, live: keys flip, shift, kill and restart
npm start -- --once    plays the script in about half a minute; exit code 0 only if every step held`;

const args = process.argv.slice(2);
const once = args.includes("--once");

if (args.some((arg) => arg !== "--once")) {
  console.error(USAGE);
  process.exit(2);
}

const caretaker = await hireCaretaker();
const over = new AbortController();

/** However it ends, it ends here: first the processes, then this one. */
async function end(exitCode: number): Promise<never> {
  over.abort();
  await caretaker.dismiss();
  process.exit(exitCode);
}

for (const [signal, number] of [
  ["SIGINT", 2],
  ["SIGTERM", 15],
  ["SIGHUP", 1],
] as const) {
  process.on(signal, () => void end(128 + number));
}
// A reader that went away (`npm start | head`) is the end, and no failure.
process.stdout.on("error", () => void end(0));
watchParent(() => void end(143));

const run = once ? runOnce : runLive;
run({ caretaker, signal: over.signal }).then(
  (exitCode) => end(exitCode),
  (error: unknown) => {
    // What breaks while everything is being ended is no news.
    if (!over.signal.aborted) console.error(error instanceof Error ? error.message : error);
    return end(1);
  },
);

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Knows what is to be cleaned up, and does it even if the demo is killed. */
export interface Caretaker {
  /** For everything that the demo writes. Short, since paths of Unix sockets are limited to some 100 bytes. */
  readonly folder: string;
  /** Whether everything is being ended: what starts now would be forgotten. */
  readonly isDismissed: boolean;
  began(group: number): void;
  ended(group: number): void;
  /** Ends all that is left and removes the folder; settles when nothing is left. */
  dismiss(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("./caretaker.ts", import.meta.url));

export async function hireCaretaker(): Promise<Caretaker> {
  const folder = await mkdtemp(join(tmpdir(), "shop-"));
  // Detached: signals for the demo's process group must not reach the one who cleans up after it.
  const child = spawn(process.execPath, [PROGRAM, folder], {
    detached: true,
    stdio: ["pipe", "ignore", "inherit"],
  });
  const gone = once(child, "exit");
  // Whoever kills the caretaker cleans up: the demo itself goes on.
  child.stdin.on("error", () => {});
  let isDismissed = false;
  return {
    folder,
    get isDismissed() {
      return isDismissed;
    },
    began: (group) => void child.stdin.write(`+${group}\n`),
    ended(group) {
      if (!isDismissed) child.stdin.write(`-${group}\n`);
    },
    async dismiss() {
      isDismissed = true;
      child.stdin.end();
      await gone;
    },
  };
}

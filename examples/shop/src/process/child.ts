import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Caretaker } from "./hire-caretaker.ts";

export interface ChildOptions {
  readonly name: string;
  /** Arguments of Node: options, program, its arguments. */
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly caretaker: Caretaker;
  /** Takes each line that it writes. */
  readonly log: (line: string) => void;
}

/** `stopped` is SIGSTOP: it is there, holds its connections, and does nothing. */
export type ChildState = "running" | "stopped" | "ended";

/** Lines that are kept, to be shown when it ends unexpectedly. */
const KEPT_LINES = 20;

/** A process of the demo, in a process group of its own: so that its workers end with it, and Ctrl-C ends things in order. */
export class Child {
  readonly name: string;
  /** Settles when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Settles when it wrote `ready`; rejects if it ended before. */
  readonly ready: Promise<void>;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  #state: ChildState = "running";
  /** Whether its end is what we wanted. */
  #mayEnd = false;

  /** @throws {Error} if everything is being ended. */
  constructor({ name, args, environment, caretaker, log }: ChildOptions) {
    if (caretaker.isDismissed) throw new Error(`${name} is not started any more`);
    this.name = name;
    const child = spawn(process.execPath, args, {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...environment },
    });
    this.#process = child;
    const { pid } = child;
    if (pid !== undefined) caretaker.began(pid);
    const isReady = Promise.withResolvers<void>();
    this.ready = isReady.promise;
    // Who does not wait for it hears of its end by `ended`.
    this.ready.catch(() => {});
    this.ended = once(child, "exit").then(([code, signal]) => {
      if (pid !== undefined) caretaker.ended(pid);
      this.#state = "ended";
      const reason = `${name} ended (${signal ?? `exit ${code}`})`;
      if (!this.#mayEnd) log(`${reason}, which nobody asked for`);
      isReady.reject(new Error([reason, ...this.#lines].join("\n  ")));
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream?.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          if (line === "ready") isReady.resolve();
          else this.#keep(line);
        }
      });
    }
  }

  get state(): ChildState {
    return this.#state;
  }

  /** The last lines that it wrote. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** SIGTERM: it finishes what it has. */
  async end(): Promise<void> {
    this.#mayEnd = true;
    this.#tell("SIGTERM");
    await this.ended;
  }

  async kill(): Promise<void> {
    this.#mayEnd = true;
    this.#tell("SIGKILL");
    await this.ended;
  }

  stop(): void {
    this.#tell("SIGSTOP");
    if (this.#state === "running") this.#state = "stopped";
  }

  resume(): void {
    this.#tell("SIGCONT");
    if (this.#state === "stopped") this.#state = "running";
  }

  #tell(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined || this.#state === "ended") return;
    try {
      process.kill(-pid, signal);
    } catch {
      // It ended a moment ago; the event is on its way.
    }
  }

  #keep(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
  }
}

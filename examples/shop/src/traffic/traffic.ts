import { setTimeout as sleep } from "node:timers/promises";
import { type CallResult, readAnswer } from "./call-result.ts";
import { Latencies } from "./latencies.ts";

/** Calls so far, by what became of them. */
export interface Counts {
  readonly answered: number;
  readonly notExecuted: number;
  readonly inDoubt: number;
  readonly lost: number;
  /** Of those answered, by the version of `orders` that did. */
  readonly v1: number;
  readonly v2: number;
  /** Of those answered, by the workers of `inventory`. */
  readonly workers: readonly [number, number];
}

export interface TrafficOptions {
  readonly url: string;
  /** A second. */
  readonly rate: number;
  /** Takes the reason of each call that was not answered. */
  readonly onFailure: (result: Exclude<CallResult, { kind: "answered" }>) => void;
}

/** A call that has no answer by then is lost, and its reason is that nobody said anything. */
const PATIENCE_MS = 15_000;

/** Steady calls: one every so often, whether or not the ones before were answered, as many customers would. */
export class Traffic {
  readonly latencies: Latencies = new Latencies();
  readonly #options: TrafficOptions;
  readonly #counts = { answered: 0, notExecuted: 0, inDoubt: 0, lost: 0, v1: 0, v2: 0, workers: [0, 0] };
  #open = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  get counts(): Counts {
    const [first = 0, second = 0] = this.#counts.workers;
    return { ...this.#counts, workers: [first, second] };
  }

  /** Calls without an answer yet. */
  get open(): number {
    return this.#open;
  }

  start(): void {
    const { rate } = this.#options;
    const startMs = performance.now();
    let sent = 0;
    // By the clock and not by the tick: a late tick must not make the traffic less.
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startMs) / 1_000) * rate);
      for (; sent < due; sent++) void this.#call();
    }, 1_000 / rate);
  }

  /** No more new ones; settles when those under way have ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    while (this.#open > 0) await sleep(10);
  }

  /** One call, outside of the count: to see whether everybody is there. */
  probe(): Promise<CallResult> {
    return ask(this.#options.url);
  }

  async #call(): Promise<void> {
    this.#open++;
    const startMs = performance.now();
    const result = await ask(this.#options.url);
    const nowMs = performance.now();
    this.latencies.record(nowMs, nowMs - startMs);
    this.#open--;
    this.#count(result);
  }

  #count(result: CallResult): void {
    const counts = this.#counts;
    switch (result.kind) {
      case "answered":
        counts.answered++;
        if (result.version === "v1") counts.v1++;
        else counts.v2++;
        counts.workers[(result.worker - 1) % 2] = (counts.workers[(result.worker - 1) % 2] ?? 0) + 1;
        return;
      case "not-executed":
        counts.notExecuted++;
        break;
      case "in-doubt":
        counts.inDoubt++;
        break;
      case "lost":
        counts.lost++;
        break;
      default:
        result satisfies never;
    }
    this.#options.onFailure(result);
  }
}

async function ask(url: string): Promise<CallResult> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return readAnswer(answer.status, await answer.text());
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { kind: "lost", reason: String(cause) };
  }
}

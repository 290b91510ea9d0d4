/** Signs of life that are asked for when a peer is silent. */
export interface HeartbeatOptions {
  /** Without a byte from the peer for this long, it is asked. Milliseconds, over 0. Default 15,000, as Bolt. */
  readonly intervalMs?: number;
  /** Without a byte for this long after that, an answer is missed, and it is asked again. Milliseconds, over 0. Default 3,000. */
  readonly timeoutMs?: number;
  /** So many misses in a row end the connection. Integer from 1. Default 3. */
  readonly misses?: number;
}

/** What is to be done now. */
export type HeartbeatStep = "wait" | "ask" | "fail";

/**
 * When to ask a peer for a sign of life. Any byte is one: a busy connection asks nothing.
 *
 * ```text
 *            interval without a byte       timeout without one, up to `misses` times: asked again
 *  silent ────────────────────────────► asked ─────────────────────────────────────────────────► failed
 *     └──────────── a byte ──────────────┘
 * ```
 */
export class Heartbeat {
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  readonly #misses: number;
  #heardMs: number;
  #askedMs = 0;
  #asked = 0;

  /** @throws {RangeError} for an option out of its range. */
  constructor(options: HeartbeatOptions, nowMs: number) {
    const { intervalMs = 15_000, timeoutMs = 3_000, misses = 3 } = options;
    if (!(intervalMs > 0)) throw new RangeError(`heartbeat: intervalMs must be over 0 ms, got ${intervalMs}`);
    if (!(timeoutMs > 0)) throw new RangeError(`heartbeat: timeoutMs must be over 0 ms, got ${timeoutMs}`);
    if (!(Number.isInteger(misses) && misses >= 1))
      throw new RangeError(`heartbeat: misses is an integer from 1, got ${misses}`);
    this.#intervalMs = intervalMs;
    this.#timeoutMs = timeoutMs;
    this.#misses = misses;
    this.#heardMs = nowMs;
  }

  /** When there is something to do next. Monotonic milliseconds. */
  get dueMs(): number {
    return this.#asked === 0 ? this.#heardMs + this.#intervalMs : this.#askedMs + this.#timeoutMs;
  }

  /** A byte came. */
  heard(nowMs: number): void {
    this.#heardMs = nowMs;
    this.#asked = 0;
  }

  /** For sentences: how long it was waited in vain. */
  get silence(): string {
    return `${this.#misses} heartbeats, ${this.#timeoutMs} ms each`;
  }

  step(nowMs: number): HeartbeatStep {
    if (nowMs < this.dueMs) return "wait";
    if (this.#asked === this.#misses) return "fail";
    this.#asked++;
    this.#askedMs = nowMs;
    return "ask";
  }
}

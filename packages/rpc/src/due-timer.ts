import type { Clock } from "@dualmesh/core";

/**
 * One timer for all that a connection waits for. Moving a wait into the future costs nothing: the timer comes at the old time,
 * asks again what is due, and waits on.
 */
export class DueTimer implements Disposable {
  readonly #clock: Clock;
  /** Does what is due, and says when to ask again: monotonic milliseconds, `Infinity` for never. */
  readonly #onDue: (nowMs: number) => number;
  #armedMs = Number.POSITIVE_INFINITY;
  #timer: Disposable | undefined;
  #isDisposed = false;

  constructor(clock: Clock, onDue: (nowMs: number) => number) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** Something is due then, at the latest. */
  wake(dueMs: number, nowMs: number): void {
    if (this.#isDisposed || dueMs >= this.#armedMs) return;
    this.#timer?.[Symbol.dispose]();
    this.#armedMs = dueMs;
    this.#timer = this.#clock.setTimer(() => this.#fire(), Math.max(dueMs - nowMs, 0));
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  #fire(): void {
    this.#timer = undefined;
    this.#armedMs = Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.now();
    this.wake(this.#onDue(nowMs), nowMs);
  }
}

import { setImmediate } from "node:timers/promises";
import type { Clock } from "@dualmesh/core";

export interface ManualClockOptions {
  /** What `now()` says at first. Milliseconds. Default 0, which is a legal time and finds those who take it for "unset". */
  readonly nowMs?: number;
  /** What `wall()` says at first. Milliseconds since the Unix epoch. Default 2026-01-01T00:00:00Z. */
  readonly wallMs?: number;
}

/** Time that moves only when a test says so. Both clocks move together; the wall clock may also jump alone. */
export interface ManualClock extends Clock {
  /** Timers that wait. A test that ends with 0 has proved that nothing was left behind. */
  readonly pendingTimers: number;
  /**
   * Moves time forward and fires what falls due on the way, in order of time and then of setting; each callback sees
   * its own due time as `now()`. What a callback sets is fired too if it falls due in the same stretch.
   *
   * @throws {RangeError} when `ms` is negative, or timers keep setting timers for the same instant.
   */
  advance(ms: number): void;
  /** Like {@link advance}, but lets promises settle before, between and after the timers. */
  advanceAsync(ms: number): Promise<void>;
  /** Sets the wall clock alone, as an operator or NTP does: durations must not notice. */
  setWall(wallMs: number): void;
}

/** 2026-01-01T00:00:00Z: a fixed day, so that texts with dates are the same in every run. */
const DEFAULT_WALL_MS = 1_767_225_600_000;

/** So many callbacks without time moving are a loop and no test. */
const MAX_FIRED_AT_ONCE = 100_000;

/**
 * A clock that stands still until it is told to move on.
 *
 * ```ts
 * import { manualClock } from "@dualmesh/testkit";
 *
 * const clock = manualClock();
 * clock.setTimer(() => console.log("due at", clock.now()), 250); // => due at 250
 * clock.advance(1_000);
 * console.log(clock.now(), clock.pendingTimers); // => 1000 0
 * ```
 */
export function manualClock(options: ManualClockOptions = {}): ManualClock {
  return new SteppedClock(options.nowMs ?? 0, options.wallMs ?? DEFAULT_WALL_MS);
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

class SteppedClock implements ManualClock {
  #nowMs: number;
  #wallOffsetMs: number;
  /** Sorted by due time; equal ones in the order in which they were set. */
  readonly #timers: Timer[] = [];
  #firedAtOnce = 0;

  constructor(nowMs: number, wallMs: number) {
    this.#nowMs = nowMs;
    this.#wallOffsetMs = wallMs - nowMs;
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  now(): number {
    return this.#nowMs;
  }

  wall(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  setWall(wallMs: number): void {
    this.#wallOffsetMs = wallMs - this.#nowMs;
  }

  setTimer(callback: () => void, delayMs: number): Disposable {
    const timer = { dueMs: this.#nowMs + Math.max(delayMs, 0), callback };
    const after = this.#timers.findIndex((other) => other.dueMs > timer.dueMs);
    this.#timers.splice(after < 0 ? this.#timers.length : after, 0, timer);
    return { [Symbol.dispose]: () => this.#forget(timer) };
  }

  advance(ms: number): void {
    const untilMs = this.#until(ms);
    while (this.#fireNext(untilMs));
    this.#moveTo(untilMs);
  }

  async advanceAsync(ms: number): Promise<void> {
    const untilMs = this.#until(ms);
    // A turn of the real event loop: every chain of promises that can settle has settled by then.
    await setImmediate();
    while (this.#fireNext(untilMs)) await setImmediate();
    this.#moveTo(untilMs);
  }

  #until(ms: number): number {
    if (!(ms >= 0)) throw new RangeError(`manual clock: time moves forward by 0 ms or more, got ${ms}`);
    return this.#nowMs + ms;
  }

  #fireNext(untilMs: number): boolean {
    const timer = this.#timers[0];
    if (timer === undefined || timer.dueMs > untilMs) return false;
    this.#timers.shift();
    this.#moveTo(timer.dueMs);
    if (++this.#firedAtOnce > MAX_FIRED_AT_ONCE) {
      throw new RangeError(
        `manual clock: over ${MAX_FIRED_AT_ONCE} timers fired at ${this.#nowMs} ms: a loop`,
      );
    }
    timer.callback();
    return true;
  }

  #moveTo(ms: number): void {
    if (ms <= this.#nowMs) return;
    this.#nowMs = ms;
    this.#firedAtOnce = 0;
  }

  #forget(timer: Timer): void {
    const at = this.#timers.indexOf(timer);
    if (at >= 0) this.#timers.splice(at, 1);
  }
}

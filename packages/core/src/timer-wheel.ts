import { type Clock, systemClock } from "./clock.ts";

export interface TimerWheelOptions {
  readonly clock?: Clock;
  /** The precision: a callback comes up to this late, never early. Milliseconds. Default 10. */
  readonly tickMs?: number;
}

/**
 * One timer for many waits. A timer of Node costs about 230 ns to set and clear, an entry here about 10: worth it for
 * deadlines, of which nearly all are taken back.
 */
export interface TimerWheel {
  /** Calls back once, `delayMs` from now or up to a tick later. The clock's time is `nowMs`, where the caller has it. */
  schedule(callback: () => void, delayMs: number, nowMs?: number): WheelTimer;
  /** Entries that wait. */
  readonly size: number;
}

export interface WheelTimer {
  /** Takes the wait back. Without effect afterwards. */
  cancel(): void;
}

/**
 * Entries hang in one list per tick; one timer of the clock runs for the earliest tick that has entries. Ticks are
 * found by number in a map, so a wait of an hour costs as much as one of a second.
 */
export function createTimerWheel(options: TimerWheelOptions = {}): TimerWheel {
  const clock = options.clock ?? systemClock;
  const tickMs = options.tickMs ?? 10;
  if (!(tickMs > 0)) throw new RangeError(`timer wheel: tickMs must be over 0 ms, got ${tickMs}`);
  return new Wheel(clock, tickMs);
}

class Entry implements WheelTimer {
  readonly #wheel: Wheel;
  callback: (() => void) | undefined;

  constructor(wheel: Wheel, callback: () => void) {
    this.#wheel = wheel;
    this.callback = callback;
  }

  cancel(): void {
    if (this.callback === undefined) return;
    this.callback = undefined;
    this.#wheel.size--;
  }
}

class Wheel implements TimerWheel {
  size = 0;
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #ticks = new Map<number, Entry[]>();
  #armedTick = Number.POSITIVE_INFINITY;
  #armed: Disposable | undefined;

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
  }

  schedule(callback: () => void, delayMs: number, nowMs: number = this.#clock.now()): WheelTimer {
    const tick = Math.ceil((nowMs + Math.max(delayMs, 0)) / this.#tickMs);
    const entry = new Entry(this, callback);
    const entries = this.#ticks.get(tick);
    if (entries === undefined) this.#ticks.set(tick, [entry]);
    else entries.push(entry);
    this.size++;
    if (tick < this.#armedTick) this.#arm(tick, nowMs);
    return entry;
  }

  #arm(tick: number, nowMs: number): void {
    this.#armed?.[Symbol.dispose]();
    this.#armedTick = tick;
    this.#armed = this.#clock.setTimer(() => this.#turn(), Math.max(tick * this.#tickMs - nowMs, 0));
  }

  #turn(): void {
    this.#armed = undefined;
    this.#armedTick = Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.now();
    const due: number[] = [];
    let next = Number.POSITIVE_INFINITY;
    for (const tick of this.#ticks.keys()) {
      if (tick * this.#tickMs <= nowMs) due.push(tick);
      else if (tick < next) next = tick;
    }
    for (const tick of due.sort((a, b) => a - b)) {
      const entries = this.#ticks.get(tick) as Entry[];
      this.#ticks.delete(tick);
      for (const entry of entries) {
        const { callback } = entry;
        if (callback === undefined) continue;
        entry.cancel();
        callback();
      }
    }
    // A callback may have armed an earlier tick by itself.
    if (next < this.#armedTick) this.#arm(next, this.#clock.now());
  }
}

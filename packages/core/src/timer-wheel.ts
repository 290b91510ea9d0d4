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

/**
 * A wait, linked into the list of its tick: what is taken back leaves the list at once. (Entries that stayed until their
 * tick came, 15 s later, outlived the young generation: collecting them cost more than the rest of a call.)
 */
class Entry implements WheelTimer {
  readonly #bucket: Bucket | undefined;
  readonly callback: () => void;
  before: Entry = this;
  after: Entry = this;

  constructor(bucket: Bucket | undefined, callback: () => void) {
    this.#bucket = bucket;
    this.callback = callback;
  }

  /** Whether it still hangs in a list. */
  get linked(): boolean {
    return this.after !== this;
  }

  cancel(): void {
    if (!this.linked) return;
    this.before.after = this.after;
    this.after.before = this.before;
    this.before = this;
    this.after = this;
    this.#bucket?.removed();
  }
}

/** The waits of one tick, in order of setting: a ring with a head that is no wait. */
class Bucket {
  readonly #wheel: Wheel;
  readonly #tick: number;
  readonly #head = new Entry(undefined, () => {});

  constructor(wheel: Wheel, tick: number) {
    this.#wheel = wheel;
    this.#tick = tick;
  }

  get first(): Entry | undefined {
    return this.#head.linked ? this.#head.after : undefined;
  }

  add(callback: () => void): Entry {
    const entry = new Entry(this, callback);
    const head = this.#head;
    entry.before = head.before;
    entry.after = head;
    head.before.after = entry;
    head.before = entry;
    return entry;
  }

  removed(): void {
    this.#wheel.size--;
    if (!this.#head.linked) this.#wheel.forget(this.#tick, this);
  }
}

class Wheel implements TimerWheel {
  size = 0;
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #ticks = new Map<number, Bucket>();
  #armedTick = Number.POSITIVE_INFINITY;
  #armed: Disposable | undefined;

  constructor(clock: Clock, tickMs: number) {
    this.#clock = clock;
    this.#tickMs = tickMs;
  }

  schedule(callback: () => void, delayMs: number, nowMs: number = this.#clock.now()): WheelTimer {
    const tick = Math.ceil((nowMs + Math.max(delayMs, 0)) / this.#tickMs);
    let bucket = this.#ticks.get(tick);
    if (bucket === undefined) {
      bucket = new Bucket(this, tick);
      this.#ticks.set(tick, bucket);
    }
    this.size++;
    if (tick < this.#armedTick) this.#arm(tick, nowMs);
    return bucket.add(callback);
  }

  /** A tick without waits is dropped; the timer that may be armed for it finds nothing, and arms the next. */
  forget(tick: number, bucket: Bucket): void {
    if (this.#ticks.get(tick) === bucket) this.#ticks.delete(tick);
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
      const bucket = this.#ticks.get(tick);
      // A wait that a callback sets for this very tick belongs to a list of its own.
      this.#ticks.delete(tick);
      for (let entry = bucket?.first; entry !== undefined; entry = bucket?.first) {
        entry.cancel();
        entry.callback();
      }
    }
    // A callback may have armed an earlier tick by itself.
    if (next < this.#armedTick) this.#arm(next, this.#clock.now());
  }
}

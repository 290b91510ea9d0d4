/** Time as an argument, so that tests can hold it still. */
export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin, with fractions. For durations and deadlines. 0 is a legal time. */
  now(): number;
  /** Milliseconds since the Unix epoch; may jump. For text and wire fields only. */
  wall(): number;
  /**
   * Calls back once after `delayMs`, unless disposed before. Does not keep the process alive. The machine's clock may
   * call early where a wait is over 24.8 days: look at `now()`.
   */
  setTimer(callback: () => void, delayMs: number): Disposable;
}

/** What a timer of Node can wait at most; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The machine's time. Globals are looked up at each call, so that fake timers of a test still take hold. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
    timer.unref();
    return { [Symbol.dispose]: () => clearTimeout(timer) };
  },
};

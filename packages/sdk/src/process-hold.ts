/** What a timer of Node can wait at most. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Keeps the process alive while calls are under way. Timers of the data plane do not: a process that has nothing else to
 * do may end in spite of them, but not in the middle of a call that waits for its next attempt.
 */
export interface ProcessHold extends Disposable {
  enter(): void;
  leave(): void;
}

export function createProcessHold(): ProcessHold {
  const timer = setInterval(() => {}, LONGEST_MS);
  timer.unref();
  let active = 0;
  return {
    enter() {
      if (active++ === 0) timer.ref();
    },
    leave() {
      if (--active === 0) timer.unref();
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

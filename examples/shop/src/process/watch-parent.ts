/** Milliseconds. */
const LOOK_EVERY_MS = 300;

/**
 * Tells when the process that started this one is gone: npm may be killed in a way that it cannot pass on, and a shop
 * without a keeper would go on selling.
 */
export function watchParent(onGone: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** What a timer of Node can wait at most. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Keeps the process alive until the result is disposed: a program that waits for its configuration has nothing else that
 * would, since streams of configuration do not.
 */
export function stayAlive(): Disposable {
  const timer = setInterval(() => {}, LONGEST_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** What a callback was told, to be awaited in order: a test waits for what happens, never for time. */
export interface Inbox<T> {
  readonly put: (item: T) => void;
  /** The next item that passes; those before it are dropped. */
  next(accept?: (item: T) => boolean): Promise<T>;
  /** What has come and nobody has taken. */
  readonly waiting: readonly T[];
}

export function inbox<T>(): Inbox<T> {
  const waiting: T[] = [];
  let wake = (): void => {};
  return {
    waiting,
    put(item) {
      waiting.push(item);
      wake();
    },
    async next(accept = () => true) {
      for (;;) {
        for (let item = waiting.shift(); item !== undefined; item = waiting.shift())
          if (accept(item)) return item;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

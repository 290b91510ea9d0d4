/**
 * Something costly that begins with its first use: until then it is neither loaded nor opened. `register` also runs in
 * npm and in every other Node process that inherits NODE_OPTIONS, most of which never make a call.
 */
export interface Gate<T> {
  /** What is behind it, once it is open. */
  readonly now: T | undefined;
  /** Whether somebody has asked. */
  readonly opening: boolean;
  /** Opens it, once. */
  open(): Promise<T>;
}

export function createGate<T>(start: () => Promise<T>): Gate<T> {
  let now: T | undefined;
  let opened: Promise<T> | undefined;
  return {
    get now() {
      return now;
    },
    get opening() {
      return opened !== undefined;
    },
    open() {
      opened ??= start().then((value) => {
        now = value;
        return value;
      });
      return opened;
    },
  };
}

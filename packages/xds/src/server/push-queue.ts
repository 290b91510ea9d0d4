/** Those to whom something new must be sent, served a few per turn of the event loop. */
export interface PushQueue<T> {
  /** Asks for a push; one that waits already is not asked for twice, and gets the newest. */
  add(item: T): void;
  delete(item: T): void;
}

/** A push to a thousand streams copies as many messages: in one turn it would hold up every other stream. */
const PER_TURN = 32;

export function createPushQueue<T>(push: (item: T) => void): PushQueue<T> {
  const waiting = new Set<T>();
  let scheduled = false;
  const turn = (): void => {
    let left = PER_TURN;
    for (const item of waiting) {
      if (left-- === 0) break;
      waiting.delete(item);
      push(item);
    }
    scheduled = waiting.size > 0;
    if (scheduled) setImmediate(turn);
  };
  return {
    add(item) {
      waiting.add(item);
      if (scheduled) return;
      scheduled = true;
      // The first turn comes in this one, after what the caller still has to do: several snapshots make one push.
      queueMicrotask(turn);
    },
    delete(item) {
      waiting.delete(item);
    },
  };
}

/**
 * How fast one stream is read: generous at the start, when a thousand resources may come one by one, and bounded
 * afterwards, so that a server that sends the same response for ever costs a part of a core and not all of it.
 */
export interface ReadingPace {
  /** Counts one message. Gives how long to read no further, in milliseconds; 0 if reading may go on. */
  read(nowMs: number): number;
}

const BURST = 4_000;
const PER_SECOND = 200;

export function createReadingPace(): ReadingPace {
  let tokens = BURST;
  let filledMs: number | undefined;
  return {
    read(nowMs) {
      if (filledMs !== undefined)
        tokens = Math.min(BURST, tokens + ((nowMs - filledMs) * PER_SECOND) / 1_000);
      filledMs = nowMs;
      tokens--;
      return tokens >= 0 ? 0 : (-tokens * 1_000) / PER_SECOND;
    },
  };
}

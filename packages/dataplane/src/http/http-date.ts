import type { Clock } from "@dualmesh/core";

/** The time of day as HTTP writes it (RFC 9110, section 5.6.7), made anew once in a second. */
export function createHttpDate(clock: Clock): () => string {
  let second = Number.NaN;
  let text = "";
  return () => {
    const now = Math.floor(clock.wall() / 1_000);
    if (now !== second) {
      second = now;
      text = new Date(now * 1_000).toUTCString();
    }
    return text;
  };
}

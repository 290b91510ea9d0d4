import { InvalidArgumentError } from "commander";

/** A number of seconds, in milliseconds. For options of commander. */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds >= 0 && seconds <= 2 ** 31 / 1_000)) {
    throw new InvalidArgumentError("Expected a number of seconds, 0 or more.");
  }
  return seconds * 1_000;
}

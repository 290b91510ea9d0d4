import type { FormatContext } from "@dualmesh/core";
import { fieldName, firstValue, type MatchableHead } from "@dualmesh/matching";

/** The commands that {@link requestFormat} answers. */
export const REQUEST_COMMANDS: ReadonlySet<string> = new Set(["REQ"]);

/**
 * Answers `%REQ(name)%` from a head: the first of several values; `:path`, `:method`, `:authority` and `:scheme` too,
 * in any case.
 */
export function requestFormat(head: MatchableHead): FormatContext {
  return (command, argument = "") => (command === "REQ" ? firstValue(head, fieldName(argument)) : undefined);
}

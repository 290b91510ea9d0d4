/** Names that a sentence still can list. */
const LISTED_NAMES = 8;

/** The sentence for a name that nothing has: what was expected, what came, what there is. */
export function missingName(expected: string, got: string, known: Iterable<string>): string {
  const names = [...known].sort();
  const more = names.length > LISTED_NAMES ? ` and ${names.length - LISTED_NAMES} more` : "";
  const there =
    names.length === 0 ? "there is none" : `there are ${names.slice(0, LISTED_NAMES).join(", ")}${more}`;
  return `expected the name of a ${expected}, got ${JSON.stringify(got)}; ${there}`;
}

/** What ends the literal beginning of a pattern. A backslash too: `\.` would be a literal, `\d` is none. */
const META = /[\\^$.|?*+()[\]{}]/;

/**
 * The text that every match of a pattern begins with: `/api/` of `/api/v\d+`. Careful rather than complete: a pattern
 * with an alternative anywhere has none, and nor has one that begins with flags or a group.
 */
export function literalPrefix(pattern: string): string {
  if (pattern.includes("|")) return "";
  const anchored = pattern.startsWith("^") ? 1 : 0;
  const rest = pattern.slice(anchored);
  const end = rest.search(META);
  if (end < 0) return rest;
  // These make what stands before them optional, so that the last character is no longer certain.
  const optional = "?*{".includes(rest[end] as string);
  return rest.slice(0, optional ? dropLast(rest, end) : end);
}

/** The index of the last whole character before `end`: a pair of surrogates is one. */
function dropLast(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  const pair = code >= 0xdc00 && code <= 0xdfff && end >= 2;
  return Math.max(0, end - (pair ? 2 : 1));
}

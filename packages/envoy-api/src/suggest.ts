/**
 * ` (did you mean "address"?)`, for the candidate nearest to what was written; empty if none is near: at most
 * one edit in three letters, and three in all.
 */
export function suggest(written: string, candidates: Iterable<string>): string {
  let best = "";
  let bestDistance = Math.min(3, Math.floor(written.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - written.length) >= bestDistance) continue;
    const distance = editDistance(written, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === "" ? "" : ` (did you mean ${JSON.stringify(best)}?)`;
}

/** Letters to insert, remove or replace (Levenshtein). Names longer than 120 are not compared. */
function editDistance(a: string, b: string): number {
  if (a.length > 120 || b.length > 120) return 120;
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}

import type { Random } from "@dualmesh/core";

/**
 * An endpoint that no earlier attempt had: from the group where the pick fell, else from the best other group. -1 where
 * all have been tried. Scans from a random place, so that what is retried does not gather on one endpoint; only retries
 * that met a tried endpoint pay for it.
 */
export function untried(
  groups: readonly Int32Array[],
  tried: readonly number[],
  picked: number,
  random: Random,
): number {
  const home = groups.filter((indices) => indices.includes(picked));
  for (const indices of [...home, ...groups]) {
    const other = untriedOf(indices, tried, random);
    if (other >= 0) return other;
  }
  return -1;
}

function untriedOf(indices: Int32Array, tried: readonly number[], random: Random): number {
  const start = Math.floor(random() * indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[(start + i) % indices.length] as number;
    if (!tried.includes(index)) return index;
  }
  return -1;
}

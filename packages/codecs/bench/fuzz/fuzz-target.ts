/** One codec and whoever it is held against. */
export interface FuzzTarget {
  /** Throws at the first disagreement. */
  round(seed: number): Promise<void>;
  /** What was compared so far, the count in front. */
  report(): readonly string[];
}

export function agree(disagreement: string | undefined): void {
  if (disagreement !== undefined) throw new Error(disagreement);
}

/** Chance as an argument: a float in [0, 1). */
export type Random = () => number;

/** The machine's chance. Not for secrets. */
export const systemRandom: Random = () => Math.random();

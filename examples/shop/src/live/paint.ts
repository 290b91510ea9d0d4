/** What colours mean in the shop. */
export interface Paint {
  readonly direct: (text: string) => string;
  readonly sidecar: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly strong: (text: string) => string;
}

const same = (text: string): string => text;

/** For pipes and files, and whoever set NO_COLOR. */
export const PLAIN: Paint = {
  direct: same,
  sidecar: same,
  good: same,
  bad: same,
  warn: same,
  dim: same,
  strong: same,
};

/** The sixteen colours, which every terminal shows legibly on its own background. */
export const COLOURS: Paint = {
  direct: colour(36),
  sidecar: colour(35),
  good: colour(32),
  bad: colour(31),
  warn: colour(33),
  dim: colour(90),
  strong: colour(1),
};

function colour(code: number): (text: string) => string {
  return (text) => (text === "" ? "" : `\x1b[${code}m${text}\x1b[0m`);
}

/** `3.1 ms`, `840 ms`, `1.24 s`. */
export function milliseconds(value: number): string {
  if (Number.isNaN(value)) return "–";
  if (value >= 1_000) return `${(value / 1_000).toFixed(2)} s`;
  return `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

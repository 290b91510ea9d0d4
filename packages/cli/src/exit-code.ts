/** What the exit status of every command says. */
export const EXIT = {
  /** It did what was asked. */
  fine: 0,
  /** The answer is no: a check found problems, no route matches, something could not be started. */
  negative: 1,
  /** Wrong usage, or input that cannot be read. */
  invalid: 2,
} as const;

export type ExitCode = number;

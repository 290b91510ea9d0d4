import type { Caretaker } from "./process/hire-caretaker.ts";

/** What both ways of running the shop are given. */
export interface RunOptions {
  readonly caretaker: Caretaker;
  /** Aborted when everything is being ended: what fails from then on is no news. */
  readonly signal: AbortSignal;
}

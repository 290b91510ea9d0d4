import type { MatchableHead } from "./head-field.ts";
import type { Reading } from "./reading.ts";
import type { RequestFacts } from "./request-facts.ts";

/** A compiled judgement of requests. */
export interface RequestPredicate {
  matches(head: MatchableHead, facts: RequestFacts): boolean;
  /** What of a request it looks at. */
  readonly reads: Reading | readonly Reading[];
  /** One line for people. Stable. */
  toString(): string;
}

/** A compiled judgement that needs nothing but the head. */
export interface HeadPredicate extends RequestPredicate {
  matches(head: MatchableHead): boolean;
}

import type { Random } from "@dualmesh/core";
import type { RequestFacts } from "@dualmesh/matching";
import type { RuntimeValues } from "./fraction.ts";

/** What a table may ask about a request besides its head. */
export interface MatchFacts extends RequestFacts {
  /** Default: the system's. */
  readonly random?: Random | undefined;
  /** For shares with a runtime key. Default: none is set. */
  readonly runtime?: RuntimeValues | undefined;
}

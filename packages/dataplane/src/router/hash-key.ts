import { type Attribute, type Call, createAttribute, type Hash64, type RequestHead } from "@dualmesh/core";
import type { ForwardMatch, MatchFacts } from "@dualmesh/routing";

/** The key of a call, for balancers that send equal calls to the same endpoint. */
export interface HashKey {
  /**
   * Worked out when first asked for, and then kept: where nobody asks, no client is given a cookie, as in Envoy. To be asked
   * once the request is as the upstream sees it, and before it is sent. `undefined`: nothing of the call makes a key.
   */
  readonly hash: Hash64 | undefined;
  /** The cookies that the client is to be given, as values of `set-cookie`: none before `hash` was asked for. */
  readonly cookies: readonly string[];
}

/** Where balancers find the key of a call; absent where the route has no policy for one. */
export const HASH_KEY: Attribute<HashKey | undefined> = createAttribute<HashKey | undefined>(
  "hash key",
  undefined,
);

/** Puts the key of a call on it. */
export function keyCall(route: ForwardMatch, head: RequestHead, call: Call, facts: MatchFacts): HashKey {
  const key = new RouteKey(route, head, facts);
  call.set(HASH_KEY, key);
  return key;
}

class RouteKey implements HashKey {
  readonly cookies: string[] = [];
  readonly #route: ForwardMatch;
  readonly #head: RequestHead;
  readonly #facts: MatchFacts;
  #hash: Hash64 | undefined;
  #isKnown = false;

  constructor(route: ForwardMatch, head: RequestHead, facts: MatchFacts) {
    this.#route = route;
    this.#head = head;
    this.#facts = facts;
  }

  get hash(): Hash64 | undefined {
    if (!this.#isKnown) {
      this.#isKnown = true;
      // Frames have no word for cookies.
      const setCookie =
        this.#head.method === "" ? undefined : (value: string) => void this.cookies.push(value);
      this.#hash = this.#route.hash(this.#head, this.#facts, setCookie);
    }
    return this.#hash;
  }
}

import { type Attribute, type Call, createAttribute, type Random } from "@dualmesh/core";
import type { MatchFacts, RuntimeValues } from "@dualmesh/routing";
import { DOWNSTREAM, type Downstream } from "./http/downstream.ts";

/** What filters leave for matchers, by the filter's name: dynamic metadata. Whoever sets it clears the route. */
export const DYNAMIC_METADATA: Attribute<ReadonlyMap<string, unknown> | undefined> = createAttribute<
  ReadonlyMap<string, unknown> | undefined
>("dynamic metadata", undefined);

/** Texts of objects that filters share, by their keys: filter state. Whoever sets it clears the route. */
export const FILTER_STATE: Attribute<ReadonlyMap<string, string> | undefined> = createAttribute<
  ReadonlyMap<string, string> | undefined
>("filter state", undefined);

/** The value at a path of keys, below what one filter has left. */
export function metadataAt(
  all: ReadonlyMap<string, unknown> | undefined,
  filter: string,
  path: readonly string[],
): unknown {
  let value = all?.get(filter);
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** What a table may ask about a call. Each answer is looked up when it is asked for: most tables ask for none. */
export class CallFacts implements MatchFacts {
  readonly random: Random;
  readonly runtime: RuntimeValues | undefined;
  readonly #call: Call;

  constructor(call: Call, random: Random, runtime: RuntimeValues | undefined) {
    this.#call = call;
    this.random = random;
    this.runtime = runtime;
  }

  get peerAddress(): string | undefined {
    return this.#downstream?.remoteAddress || undefined;
  }

  get peerPort(): number | undefined {
    return this.#downstream?.remotePort || undefined;
  }

  /** The peer itself: nobody else's word for an address is taken yet. */
  get remoteAddress(): string | undefined {
    return this.peerAddress;
  }

  get localAddress(): string | undefined {
    return this.#downstream?.localAddress || undefined;
  }

  get localPort(): number | undefined {
    return this.#downstream?.localPort || undefined;
  }

  get serverName(): string | undefined {
    return this.#downstream?.serverName || undefined;
  }

  get clientCertificate(): MatchFacts["clientCertificate"] {
    return this.#downstream?.clientCertificate;
  }

  metadata(filter: string, path: readonly string[]): unknown {
    return metadataAt(this.#call.get(DYNAMIC_METADATA), filter, path);
  }

  filterState(key: string): string | undefined {
    return this.#call.get(FILTER_STATE)?.get(key);
  }

  get #downstream(): Downstream | undefined {
    return this.#call.get(DOWNSTREAM);
  }
}

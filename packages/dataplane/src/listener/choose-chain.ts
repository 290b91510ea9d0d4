import type { ChainMatch } from "../compile/filter-chain.ts";

/** What of a connection its filter chain is chosen by. */
export interface Arrival {
  /** The local port; 0 for Unix sockets. */
  readonly port: number;
  readonly transport: "tls" | "raw_buffer";
  /** The server that a client of TLS asks for, in lower case; empty if it does not say. */
  readonly serverName: string;
}

/**
 * The chain for a connection: by port, then by server name, then by transport. At each step the most specific match
 * counts, and what was decided there is not taken back: where nothing fits then, the default chain does.
 *
 * @see Envoy, "FilterChainMatch"
 */
export function chooseChain<C extends ChainMatch>(chains: readonly C[], arrival: Arrival): C | undefined {
  const { port, transport } = arrival;
  let left: readonly C[] = chains.filter((chain) => !chain.isDefault);
  left = mostSpecific(left, ({ destinationPort }) => rank(destinationPort, port));
  left = mostSpecific(left, (chain) => nameRank(chain.serverNames, arrival.serverName));
  left = mostSpecific(left, (chain) => rank(chain.transport, transport));
  return left[0] ?? chains.find((chain) => chain.isDefault);
}

/** Those of the highest rank; below 0 is none. */
function mostSpecific<C>(chains: readonly C[], rankOf: (chain: C) => number): readonly C[] {
  const ranks = chains.map(rankOf);
  const best = Math.max(...ranks);
  return best < 0 ? [] : chains.filter((_, i) => ranks[i] === best);
}

function rank<T>(wanted: T | undefined, given: T): number {
  if (wanted === undefined) return 0;
  return wanted === given ? 1 : -1;
}

/** The very name, then the longest of the wildcards, then no name at all. */
function nameRank(names: readonly string[], given: string): number {
  if (names.length === 0) return 0;
  let best = -1;
  for (const name of names) {
    if (name === given) return Number.POSITIVE_INFINITY;
    if (name.startsWith("*.") && given.length >= name.length && given.endsWith(name.slice(1)))
      best = Math.max(best, name.length);
  }
  return best;
}

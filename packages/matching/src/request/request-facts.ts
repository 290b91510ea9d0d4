/**
 * What is known of a request besides its head: of its connection, and what filters have found out. Whoever has a fact
 * gives it; what is absent is not known, and no matcher that asks for it matches.
 */
export interface RequestFacts {
  /** The client's address without port, as far as it is trusted: x-forwarded-for counts where its writer does. */
  readonly remoteAddress?: string | undefined;
  /** The address of the peer on this connection, whoever it speaks for. */
  readonly peerAddress?: string | undefined;
  readonly peerPort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  /** The server that a client of TLS has asked for, in lower case. */
  readonly serverName?: string | undefined;
  /** The client's certificate. `presented`: there is one, and nobody has checked it. */
  readonly clientCertificate?: "none" | "presented" | "validated" | undefined;
  /** Labels of the workload that calls. */
  readonly sourceLabels?: ReadonlyMap<string, string> | undefined;
  /** What a filter has left under its name, at a path of keys. */
  metadata?(filter: string, path: readonly string[]): unknown;
  /** The text of an object that filters share. */
  filterState?(key: string): string | undefined;
}

/** Of whom nothing is known but the head. */
export const NO_FACTS: RequestFacts = Object.freeze({});

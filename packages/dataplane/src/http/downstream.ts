import { type Attribute, createAttribute } from "@dualmesh/core";

/** The connection on which a request came; absent for calls of the application that the chain runs inside. */
export interface Downstream {
  /** The peer's address without port; empty for Unix sockets and connections in memory. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

/** Where filters find the connection of a call. */
export const DOWNSTREAM: Attribute<Downstream | undefined> = createAttribute<Downstream | undefined>(
  "downstream",
  undefined,
);

import { type Attribute, createAttribute } from "@dualmesh/core";
import type { Wire } from "./wire.ts";

/** The connection on which a request came; absent for calls of the application that the chain runs inside. */
export interface Downstream {
  /** The peer's address without port; empty for Unix sockets and connections in memory. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
  /** Whether it is by TLS, or stands for a connection that the application has made by `https`. */
  readonly encrypted: boolean;
  /** The server that a client of TLS has asked for, in lower case; empty if it did not say. */
  readonly serverName: string;
}

/** Where filters find the connection of a call. */
export const DOWNSTREAM: Attribute<Downstream | undefined> = createAttribute<Downstream | undefined>(
  "downstream",
  undefined,
);

/** `servername` of a socket of TLS; `false` or nothing where a client has named nobody, or speaks in clear text. */
export function serverNameOf(connection: object): string {
  const { servername } = connection as { readonly servername?: unknown };
  return typeof servername === "string" ? servername.toLowerCase() : "";
}

export function downstreamOf(wire: Wire, scheme: string): Downstream {
  const { remoteAddress, remotePort, localAddress, localPort } = wire;
  return {
    remoteAddress: remoteAddress ?? "",
    remotePort: remotePort ?? 0,
    localAddress: localAddress ?? "",
    localPort: localPort ?? 0,
    encrypted: scheme === "https",
    serverName: serverNameOf(wire),
  };
}

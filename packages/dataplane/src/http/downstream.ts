import { TLSSocket } from "node:tls";
import { type Attribute, createAttribute } from "@dualmesh/core";
import type { RequestFacts } from "@dualmesh/matching";

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
  /** Whether a client of TLS has shown a certificate, and whether it is of an authority that is trusted here. */
  readonly clientCertificate: NonNullable<RequestFacts["clientCertificate"]>;
}

/** What is read of a connection. One in memory has none of it. */
interface Connection {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** Where filters find the connection of a call. */
export const DOWNSTREAM: Attribute<Downstream | undefined> = createAttribute<Downstream | undefined>(
  "downstream",
  undefined,
);

/** `servername` of a socket of TLS; `false` or nothing where a client has named nobody, or speaks in clear text. */
function serverNameOf(connection: object): string {
  const { servername } = connection as { readonly servername?: unknown };
  return typeof servername === "string" ? servername.toLowerCase() : "";
}

function clientCertificateOf(connection: object): Downstream["clientCertificate"] {
  if (!(connection instanceof TLSSocket) || connection.getPeerX509Certificate() === undefined) return "none";
  return connection.authorized ? "validated" : "presented";
}

/** Looking at a certificate costs microseconds, and it stays what it is. */
const known = new WeakMap<Connection, Downstream>();

/** What is known of a connection: looked at once, since all its requests have it in common. */
export function downstreamOf(connection: Connection, scheme: string): Downstream {
  let downstream = known.get(connection);
  if (downstream === undefined) {
    downstream = lookAt(connection, scheme);
    known.set(connection, downstream);
  }
  return downstream;
}

function lookAt(connection: Connection, scheme: string): Downstream {
  const { remoteAddress, remotePort, localAddress, localPort } = connection;
  return {
    remoteAddress: remoteAddress ?? "",
    remotePort: remotePort ?? 0,
    localAddress: localAddress ?? "",
    localPort: localPort ?? 0,
    encrypted: scheme === "https",
    serverName: serverNameOf(connection),
    clientCertificate: clientCertificateOf(connection),
  };
}

/** Where a control plane listens. */
export type XdsTarget = TcpTarget | UnixTarget;

export interface TcpTarget extends TargetOptions {
  readonly kind: "tcp";
  /** `host:port`; an IPv6 address in brackets. */
  readonly address: string;
}

export interface UnixTarget extends TargetOptions {
  readonly kind: "unix";
  /** Absolute path of the socket. */
  readonly address: string;
}

export interface TargetOptions {
  /** Default: plaintext. */
  readonly tls?: XdsTls;
  /** The `:authority` of requests. Default: the address. */
  readonly authority?: string;
  /** Sent with every stream, such as an authorization. Default: none. */
  readonly metadata?: readonly (readonly [name: string, value: string])[];
}

export interface XdsTls {
  /** Whom to trust. Default: the certificate authorities of Node. The server's name is always verified. */
  readonly trustedCa?: PemSource;
  /** The own certificate; needs `privateKey`. Default: none. */
  readonly certificateChain?: PemSource;
  readonly privateKey?: PemSource;
  /** The name to send as SNI and to find in the server's certificate. Default: the host of the address. */
  readonly serverName?: string;
}

/** PEM text, or a file of it, which is read anew for every connection, so that rotated certificates are taken up. */
export type PemSource =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "inline"; readonly pem: string };

/** `10.0.0.1:15010`, `unix:/run/x.sock`, with ` (TLS)` where that is so. */
export function formatTarget(target: XdsTarget): string {
  const address = target.kind === "unix" ? `unix:${target.address}` : target.address;
  return target.tls === undefined ? address : `${address} (TLS)`;
}

/** Whether two targets mean the same server, reached in the same way. */
export function sameTarget(a: XdsTarget, b: XdsTarget): boolean {
  return a === b || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** Gives the targets in turn, one per call: for a control plane with several addresses. */
export function rotateTargets(targets: readonly XdsTarget[]): () => XdsTarget {
  if (targets.length === 0) throw new RangeError("xds targets: at least one is needed, got none");
  let next = 0;
  return () => targets[next++ % targets.length] as XdsTarget;
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}

/** Where a peer listens: a port of a host, or the path of a Unix socket. */
export type PeerAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/**
 * Reads `host:port`, `[::1]:port` or `unix:/path`.
 *
 * @throws {RangeError} for anything else.
 */
export function parseAddress(text: string): PeerAddress {
  if (text.startsWith("unix:") && text.length > 5) return { path: text.slice(5) };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:/]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) {
    throw new RangeError(`rpc: an address is host:port or unix:/path, got ${JSON.stringify(text)}`);
  }
  return { host, port };
}

/** As people write it. */
export function printAddress(address: PeerAddress): string {
  if ("path" in address) return `unix:${address.path}`;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** Where an endpoint listens. */
export type EndpointAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "pipe"; readonly path: string };

/** `10.0.0.1:80`, `[::1]:80`, or the path of a Unix socket: an endpoint's identity within its cluster. */
export function addressKey(address: EndpointAddress): string {
  if (address.kind === "pipe") return address.path;
  return address.host.includes(":") ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

import type { XdsTarget } from "../client/xds-target.ts";

/**
 * Reads a target as gRPC writes it: `host:port`, `dns:///host:port`, `ipv4:1.2.3.4:80`, `ipv6:[::1]:80`, `unix:path`,
 * `unix:///path`. A port is needed, since no default would be right for a control plane.
 *
 * @returns what is wrong with it, if it cannot be used.
 * @see gRPC, "Name Resolution"
 */
export function parseTargetUri(uri: string): XdsTarget | string {
  const unix = /^unix:(?:\/\/)?(.+)$/.exec(uri);
  if (unix !== null) return { kind: "unix", address: unix[1] as string };
  const address = uri.replace(/^(?:dns:(?:\/\/[^/]*\/)?|ipv4:|ipv6:)/, "");
  const scheme = /^([a-z][a-z0-9+.-]*):(?!\d+$)/i.exec(address);
  if (scheme !== null) return `target "${uri}" has the scheme "${scheme[1]}", of which nothing is known here`;
  if (!/^(?:\[[^\]]+\]|[^:[\]]+):\d{1,5}$/.test(address))
    return `target "${uri}" is not of the form host:port`;
  return { kind: "tcp", address };
}

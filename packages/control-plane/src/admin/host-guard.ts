import { isIP } from "node:net";

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/**
 * True if a request to a loopback listener names this machine in `Host`. A page in a browser can have its own name
 * resolve to 127.0.0.1 (DNS rebinding) and would then read our configuration as its own origin; such a request carries
 * that name. An absent header is HTTP/1.0 and no browser.
 */
export function namesThisMachine(hostHeader: string | undefined): boolean {
  if (hostHeader === undefined) return true;
  const host = hostHeader
    .toLowerCase()
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1");
  return host === "localhost" || isIP(host) !== 0;
}

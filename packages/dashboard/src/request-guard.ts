import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** The header that a page of ours sends with whatever changes something: a form of another origin cannot. */
export const ACTION_HEADER = "x-dualmesh-dashboard";

/** Why a request is refused; `undefined` if it is not. */
export type GuardVerdict = string | undefined;

/**
 * A request must name this listener in `Host`: a page of another site whose own name was made to resolve to 127.0.0.1 (DNS
 * rebinding) carries its own name.
 */
export function guardHost({ host }: IncomingHttpHeaders, port: number): GuardVerdict {
  const found = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(\d+))?$/.exec(host?.toLowerCase() ?? "");
  if (found !== null && Number(found[2] ?? 80) === port) return undefined;
  return `expected a loopback name and port ${port} in Host, got ${JSON.stringify(host ?? "")}`;
}

/**
 * What changes something must come from this page. The browser says where a request comes from (`Sec-Fetch-Site`, `Origin`),
 * and lets nobody else set a header of our own without asking us first.
 */
export function guardAction(headers: IncomingHttpHeaders): GuardVerdict {
  if (headers[ACTION_HEADER] === undefined) return `expected the header ${ACTION_HEADER}`;
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin")
    return `expected a request of this page, got one of ${site}`;
  const { origin } = headers;
  if (origin !== undefined && origin !== `http://${headers.host}`) {
    return `expected the origin http://${headers.host}, got ${JSON.stringify(origin)}`;
  }
  return undefined;
}

import type { Headers } from "@dualmesh/core";
import type { InternalAddresses } from "../compile/internal-addresses.ts";

/**
 * Whether a request comes from within: over one connection, by what came in x-forwarded-for before this hop wrote to it.
 * A client that is behind others is not, whoever they are.
 *
 * @param peer the address of the connection; empty for Unix sockets, `undefined` where there is no connection.
 * @see Envoy, "HTTP header manipulation", x-envoy-internal
 */
export function isInternal(
  addresses: InternalAddresses | undefined,
  headers: Headers,
  peer: string | undefined,
  trustsPeer: boolean,
): boolean {
  if (addresses === undefined) return false;
  const forwarded = headers.getAll("x-forwarded-for");
  // A peer that is trusted says for whom it speaks: one client, and nobody in between.
  if (trustsPeer) return forwarded.length === 1 && addresses.ranges.has((forwarded[0] as string).trim());
  if (forwarded.length > 0 || peer === undefined) return false;
  return peer === "" ? addresses.unixSockets : addresses.ranges.has(peer);
}

/** Says so to whoever gets the request. What a client from outside says for the mesh alone to hear is taken off. */
export function markOrigin(headers: Headers, internal: boolean): void {
  if (internal) headers.set("x-envoy-internal", "true");
  else if (hasOwnFields(headers)) for (const name of INTERNAL_ONLY) headers.delete(name);
}

/**
 * Whether a field begins with `x-envoy-`: one walk over the names, where a look-up for each of those that count would
 * walk a dozen times and nearly never find one.
 */
export function hasOwnFields(headers: Headers): boolean {
  const flat = headers.flat();
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    // Most names of that kind differ at the second dash.
    if (name.charCodeAt(7) === DASH && /^x-envoy-/i.test(name)) return true;
  }
  return false;
}

const DASH = 45;

const INTERNAL_ONLY: readonly string[] = [
  "x-envoy-internal",
  "x-envoy-retry-on",
  "x-envoy-retry-grpc-on",
  "x-envoy-max-retries",
  "x-envoy-retriable-status-codes",
  "x-envoy-retriable-header-names",
  "x-envoy-hedge-on-per-try-timeout",
  "x-envoy-upstream-alt-stat-name",
  "x-envoy-upstream-rq-timeout-ms",
  "x-envoy-upstream-rq-per-try-timeout-ms",
  "x-envoy-upstream-rq-timeout-alt-response",
  "x-envoy-expected-rq-timeout-ms",
  "x-envoy-force-trace",
  "x-envoy-ip-tags",
  "x-envoy-original-url",
];

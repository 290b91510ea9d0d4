import { isIP } from "node:net";
import type { MatchFacts } from "@dualmesh/routing";
import { UserError } from "../user-error.ts";

/**
 * The facts of a request whose client has this address, without port; no proxy stands before it: the client is the peer.
 *
 * @throws {UserError} saying what was expected.
 */
export function clientFacts(address: string | undefined): MatchFacts {
  if (address === undefined) return {};
  if (isIP(address) === 0) {
    throw new UserError(`explain: expected an IP address without port, got "${address}"`);
  }
  return { remoteAddress: address, peerAddress: address };
}

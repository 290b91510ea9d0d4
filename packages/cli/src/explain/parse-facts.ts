import { isIP } from "node:net";
import type { MatchFacts } from "@dualmesh/routing";
import { UserError } from "../user-error.ts";

/** What is known of a request besides its head, as a person writes it. */
export interface FactWords {
  /** The client's address, without port. */
  readonly from?: string | undefined;
  /** `name=value`. */
  readonly sourceLabels?: readonly string[] | undefined;
}

/**
 * The facts of a request that no proxy stands before: the client is the peer.
 *
 * @throws {UserError} saying what was expected.
 */
export function parseFacts({ from, sourceLabels = [] }: FactWords): MatchFacts {
  if (from !== undefined && isIP(from) === 0) {
    throw new UserError(`explain: expected an IP address without port, got "${from}"`);
  }
  const labels = sourceLabels.map((text): [string, string] => {
    const equals = text.indexOf("=");
    if (equals < 1) throw new UserError(`explain: expected a label name=value, got "${text}"`);
    return [text.slice(0, equals), text.slice(equals + 1)];
  });
  return {
    ...(from === undefined ? {} : { remoteAddress: from, peerAddress: from }),
    ...(labels.length === 0 ? {} : { sourceLabels: new Map(labels) }),
  };
}

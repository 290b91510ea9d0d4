import { shortTypeName } from "../type-url.ts";
import type { XdsNode } from "../xds-node.ts";
import type { Nack } from "./subscription.ts";
import type { VariantName } from "./variant.ts";

/** One connected stream. Gone with it: nothing is kept of clients that left. */
export interface NodeStatus {
  /** `node.id`; empty if the client gave none. */
  readonly id: string;
  readonly node: XdsNode;
  readonly group: string;
  /** Which variant of the protocol it speaks. */
  readonly variant: VariantName;
  readonly peer: string;
  /** Milliseconds since the Unix epoch. */
  readonly connectedWallMs: number;
  readonly types: readonly NodeTypeStatus[];
}

export interface NodeTypeStatus {
  readonly typeUrl: string;
  readonly wildcard: boolean;
  /** Sorted. */
  readonly names: readonly string[];
  /**
   * Of the newest response; empty before the first. With delta too it is that of the type as a whole, to which the client was
   * brought.
   */
  readonly sentVersion: string;
  readonly ackedVersion: string;
  readonly awaitsAnswer: boolean;
  /** Until the next version is accepted; with delta, the next of what was refused. */
  readonly nack?: Nack;
}

/**
 * ```text
 * web-1 (web) at 10.0.0.7:51812, delta
 *   Cluster: all, sent 9WkFqKm1pK2xQw0b, accepted
 *   RouteConfiguration: 2 names, sent hT3…, refused: route "a": no such cluster
 * ```
 */
export function formatNodeStatus(status: NodeStatus): string {
  const lines = [`${status.id} (${status.group}) at ${status.peer}, ${status.variant}`];
  for (const { typeUrl, wildcard, names, sentVersion, awaitsAnswer, nack } of status.types) {
    const count = names.length === 1 ? "1 name" : `${names.length} names`;
    const wanted = wildcard ? (names.length === 0 ? "all" : `all and ${count}`) : count;
    const sent = sentVersion === "" ? "nothing sent" : `sent ${sentVersion}`;
    const answer =
      sentVersion === "" ? "" : awaitsAnswer ? ", not answered" : nack === undefined ? ", accepted" : "";
    const refused = nack === undefined ? "" : `, ${nack.version} refused: ${nack.message}`;
    lines.push(`  ${shortTypeName(typeUrl)}: ${wanted}, ${sent}${answer}${refused}`);
  }
  return lines.join("\n");
}

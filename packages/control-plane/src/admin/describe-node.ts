import type { NodeStatus } from "@dualmesh/xds/server";

/** A connected node as the page `/nodes` shows it. Of what it says of itself only the names: the rest may be secret. */
export function describeNode({
  id,
  node,
  group,
  variant,
  peer,
  connectedWallMs,
  types,
}: NodeStatus): unknown {
  return {
    id,
    cluster: node.cluster ?? "",
    group,
    variant,
    peer,
    connected: new Date(connectedWallMs).toISOString(),
    types: types.map(({ typeUrl, wildcard, names, sentVersion, ackedVersion, awaitsAnswer, nack }) => ({
      typeUrl,
      names: wildcard ? ["*", ...names] : names,
      sentVersion,
      ackedVersion,
      awaitsAnswer,
      ...(nack === undefined ? {} : { nackedVersion: nack.version, error: nack.message }),
    })),
  };
}

/** What a client wants of one type. */
export interface Wanted {
  readonly wildcard: boolean;
  readonly names: readonly string[];
  readonly fullState: boolean;
  /** Whether an answer is still expected for any of the names. */
  readonly waiting: boolean;
}

/**
 * The list of names to put into a request, or `undefined` where there is nothing to ask.
 *
 * An empty list means "all" if no name was ever sent for the type on this stream, and "nothing" afterwards; from then on
 * all is `*`. The empty form is preferred, since every server knows it (go-control-plane answers `*` with nothing).
 *
 * For types whose responses are complete the wildcard covers every name, so names are left out beside it.
 *
 * @param sent what the last request of this stream listed; `undefined` if there was none.
 * @param everNamed whether any request of this stream listed a name.
 * @see Envoy, "xDS REST and gRPC protocol", "How the client specifies what resources to return"
 */
export function subscriptionNames(
  wanted: Wanted,
  sent: readonly string[] | undefined,
  everNamed: boolean,
): readonly string[] | undefined {
  const { wildcard, names, fullState } = wanted;
  if (wildcard) {
    if (fullState || names.length === 0) return everNamed ? ["*"] : [];
    return ["*", ...names];
  }
  if (names.length > 0) return names;
  // A wildcard in the empty form cannot be taken back by an empty list; what still comes is ignored.
  return sent === undefined || !everNamed ? sent : [];
}

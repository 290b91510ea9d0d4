/**
 * The key that marks what Dualmesh opens for itself with a library that the SDK puts into the mesh: in the options of a
 * grpc-js client, for instance. Calls that Dualmesh makes for itself bypass the chain, which may need them to come about.
 * A registered symbol, so that two installed copies agree.
 */
export const OWN_CONNECTION: unique symbol = Symbol.for("dualmesh.ownConnection") as never;

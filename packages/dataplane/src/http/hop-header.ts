/**
 * On requests from a sidecar to its own application: a secret that the sidecar tells only on this machine. The
 * application's own chain lets such a request pass, since the sidecar has run it already.
 */
export const HOP_HEADER = "x-dualmesh-hop";

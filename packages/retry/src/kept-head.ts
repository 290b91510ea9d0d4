import { createHeaders, type RequestHead } from "@dualmesh/core";

/**
 * Remembers a head as it is now, and makes fresh ones of it: filters further in may change the head that they get, and
 * a second attempt must not see what was done to the first.
 */
export function keepHead(head: RequestHead): () => RequestHead {
  const { protocol, exchange, method, scheme, authority, path, headers } = head;
  // A list that nobody has changed so far is never written to; one that was changed still may be.
  const flat = headers.changed ? headers.flat().slice() : headers.flat();
  return () => ({ protocol, exchange, method, scheme, authority, path, headers: createHeaders(flat) });
}

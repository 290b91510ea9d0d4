import type { Headers } from "@dualmesh/core";

/**
 * Fields that have a meaning only in front of a body: of its framing, of whom the message is for, and of the connection
 * (RFC 9110, section 6.5.1). Whoever merged them into the head would read another message.
 */
const NOT_IN_TRAILERS = [
  "connection",
  "content-length",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
] as const;

/** Trailers without what cannot stand in them; `undefined` when none are left. */
export function trailersOf(fields: Headers): Headers | undefined {
  for (const name of NOT_IN_TRAILERS) fields.delete(name);
  return fields.size === 0 ? undefined : fields;
}

import type { Headers } from "@dualmesh/core";
import { malformed, type ProtocolError } from "./protocol-error.ts";
import type { Http1Rules } from "./rules.ts";

/** Fields of framing: whoever merged them into the head would read another message. */
const FRAMING = ["content-length", "transfer-encoding"] as const;

/** More that has a meaning only in front of a body: whom it is for, and its connection (RFC 9110, section 6.5.1). */
const NOT_IN_TRAILERS = [
  "connection",
  "host",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
] as const;

/** Trailers without what cannot stand in them; `undefined` when none are left. */
export function trailersOf(fields: Headers, rules: Http1Rules): Headers | undefined | ProtocolError {
  for (const name of FRAMING) {
    if (fields.delete(name) && !rules.lenientChunks) return malformed(`http/1 trailers: ${name} among them`);
  }
  for (const name of NOT_IN_TRAILERS) fields.delete(name);
  return fields.size === 0 ? undefined : fields;
}

import type { Headers } from "@dualmesh/core";

/** Fields that speak of one connection (RFC 9110, section 7.6.1). */
const CONNECTION_FIELDS = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
] as const;

/**
 * Takes out of a request what was meant for this hop: the fields above, those that `connection` names, `expect`, which was
 * answered here, and `te` except for `trailers`. `trailer` and `proxy-authorization` pass on, as with Envoy.
 */
export function stripRequestHopByHop(headers: Headers): void {
  for (const value of headers.getAll("connection")) {
    if (value === "keep-alive" || value === "close") continue;
    for (const name of value.split(",")) {
      const field = name.trim().toLowerCase();
      if (field !== "" && field !== "te" && field !== "connection") headers.delete(field);
    }
  }
  for (const field of CONNECTION_FIELDS) headers.delete(field);
  headers.delete("expect");
  if (!headers.has("te")) return;
  const codings = headers.getAll("te").flatMap((value) => value.split(","));
  if (codings.some((coding) => coding.trim().toLowerCase() === "trailers")) headers.set("te", "trailers");
  else headers.delete("te");
}

/** Takes the connection's own fields out of a response; the ones that `connection` names stay, as with Envoy. */
export function stripResponseHopByHop(headers: Headers): void {
  for (const field of CONNECTION_FIELDS) headers.delete(field);
}

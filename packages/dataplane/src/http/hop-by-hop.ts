import type { Headers } from "@dualmesh/core";

/** Fields that speak of one connection (RFC 9110, section 7.6.1). */
const CONNECTION_FIELDS: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
];

/** Was answered on this hop; the next one is not asked again. */
const EXPECT = "expect";

/**
 * Takes out of a request what was meant for this hop: the fields above, those that `connection` names, and `te` except
 * for `trailers`. `trailer` and `proxy-authorization` pass on, as with Envoy.
 */
export function stripRequestHopByHop(headers: Headers): void {
  const named = headers.get("connection");
  if (named !== undefined) {
    for (const values of headers.getAll("connection")) {
      for (const name of values.split(",")) {
        const field = name.trim().toLowerCase();
        if (field !== "" && field !== "te") headers.delete(field);
      }
    }
  }
  for (const field of CONNECTION_FIELDS) headers.delete(field);
  headers.delete(EXPECT);
  const te = headers.get("te");
  if (te === undefined) return;
  if (te.split(",").some((coding) => coding.trim().toLowerCase() === "trailers"))
    headers.set("te", "trailers");
  else headers.delete("te");
}

/** Takes the connection's own fields out of a response; the ones that `connection` names stay, as with Envoy. */
export function stripResponseHopByHop(headers: Headers): void {
  for (const field of CONNECTION_FIELDS) headers.delete(field);
}

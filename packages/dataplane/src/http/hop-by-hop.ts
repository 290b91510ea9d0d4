import type { Headers } from "@dualmesh/core";

/** Fields that speak of one connection (RFC 9110, section 7.6.1). */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
]);

/** The same for a request; `expect` was answered on this hop, and `te` is looked at closer. */
const REQUEST_FIELDS: ReadonlySet<string> = new Set([...CONNECTION_FIELDS, "expect", "te"]);

/** The lengths of those names: most fields are told apart without a look at their letters. */
const LENGTHS: ReadonlySet<number> = new Set([...REQUEST_FIELDS].map((name) => name.length));

/**
 * Takes out of a request what was meant for this hop: the fields above, those that `connection` names, and `te` except
 * for `trailers`. `trailer` and `proxy-authorization` pass on, as with Envoy.
 */
export function stripRequestHopByHop(headers: Headers): void {
  const found = fieldsAmong(headers, REQUEST_FIELDS);
  if (found === undefined) return;
  if (found.has("connection")) {
    for (const values of headers.getAll("connection")) {
      for (const name of values.split(",")) {
        const field = name.trim().toLowerCase();
        if (field !== "" && field !== "te" && !found.has(field)) headers.delete(field);
      }
    }
  }
  for (const field of found) if (field !== "te") headers.delete(field);
  if (!found.has("te")) return;
  const codings = headers.getAll("te").flatMap((value) => value.split(","));
  if (codings.some((coding) => coding.trim().toLowerCase() === "trailers")) headers.set("te", "trailers");
  else headers.delete("te");
}

/** Takes the connection's own fields out of a response; the ones that `connection` names stay, as with Envoy. */
export function stripResponseHopByHop(headers: Headers): void {
  const found = fieldsAmong(headers, CONNECTION_FIELDS);
  if (found !== undefined) for (const field of found) headers.delete(field);
}

/** Which of the names occur, in one walk; `undefined` for none. */
function fieldsAmong(headers: Headers, names: ReadonlySet<string>): Set<string> | undefined {
  const flat = headers.flat();
  let found: Set<string> | undefined;
  for (let i = 0; i < flat.length; i += 2) {
    const name = flat[i] as string;
    if (!LENGTHS.has(name.length)) continue;
    const lower = name.toLowerCase();
    if (!names.has(lower)) continue;
    found ??= new Set();
    found.add(lower);
  }
  return found;
}

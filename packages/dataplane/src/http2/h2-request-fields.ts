import { isToken } from "@dualmesh/codecs/http1";
import { type Headers, MeshError, type RequestHead } from "@dualmesh/core";
import { NOT_IN_HTTP2, NOT_IN_VALUES, TAKEN_ONCE } from "./h2-fields.ts";

/** What neither a path nor an authority has: white space, controls, DEL, and whatever is no byte. */
const NOT_IN_TARGETS = /[^\x21-\x7e\x80-\xff]/;

/** Names that were found to be tokens, as they are spelt, in lower case: a program's are few. Bounded, a client's are not. */
const knownNames = new Map<string, string>();
const MAX_KNOWN_NAMES = 1_000;

/**
 * A head as a flat list, pseudo-fields first.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` for what cannot be written.
 */
export function h2RequestFields({ method, scheme, authority, path, headers }: RequestHead): string[] {
  if (!isToken(method) || NOT_IN_TARGETS.test(path) || NOT_IN_TARGETS.test(authority)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      "http/2 request: its method, path or authority cannot be written",
    );
  }
  const fields = [":method", method, ":scheme", scheme === "" ? "http" : scheme];
  if (authority !== "") fields.push(":authority", authority);
  fields.push(":path", path);
  pushH2Fields(fields, headers);
  return fields;
}

/**
 * Adds fields to a flat list; what belongs to a connection of HTTP/1 is left out.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` for what is no field.
 */
export function pushH2Fields(fields: string[], headers: Headers): void {
  const flat = headers.flat();
  for (let i = 0; i < flat.length; i += 2) {
    const name = knownNames.get(flat[i] as string) ?? learn(flat[i] as string);
    const value = flat[i + 1] as string;
    if (NOT_IN_VALUES.test(value)) throw unwritable(name);
    if (name === "te") {
      // Of what it may say, HTTP/2 leaves this alone (RFC 9113, section 8.2.2).
      if (value.toLowerCase() === "trailers") fields.push(name, "trailers");
    } else if (!NOT_IN_HTTP2.has(name)) {
      // Where a server takes the first alone, it gets all of them in one (RFC 9110, section 5.3).
      const before = TAKEN_ONCE.has(name) ? fields.indexOf(name) : -1;
      if (before < 0) fields.push(name, value);
      else fields[before + 1] += `, ${value}`;
    }
  }
}

function learn(spelt: string): string {
  const name = spelt.toLowerCase();
  if (!isToken(name)) throw unwritable(name);
  if (knownNames.size < MAX_KNOWN_NAMES) knownNames.set(spelt, name);
  return name;
}

function unwritable(name: string): MeshError {
  return new MeshError("INVALID_ARGUMENT", `http/2 field ${JSON.stringify(name)}: it cannot be written`);
}

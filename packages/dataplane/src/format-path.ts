import type { RequestHead } from "@dualmesh/core";
import { findQueryParameter, pathWithoutQuery } from "@dualmesh/matching";
import { percentDecode } from "./percent-decode.ts";

/** All but control characters, which no field may hold, and which a client might smuggle in by encoding them. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Text that is none of a head's, such as a claim of a token: the bytes of its UTF-8, one in a character, as heads have it.
 * Text with control characters counts as missing.
 */
export function fieldText(text: string | undefined): string | undefined {
  const bytes = text === undefined ? undefined : Buffer.from(text, "utf8").toString("latin1");
  return bytes !== undefined && FIELD_VALUE.test(bytes) ? bytes : undefined;
}

/** `%PATH(NQ:ORIG)%`: without or with its query, and which one where it was rewritten. */
export function pathCommand({ headers, path }: RequestHead, argument = ""): string | undefined {
  const [query = "", which = ""] = argument.split(":");
  const original = headers.get("x-envoy-original-path");
  const meant = which === "PATH" ? path : which === "ORIG" ? original : (original ?? path);
  return query === "NQ" && meant !== undefined ? pathWithoutQuery(meant) : meant;
}

/** `%QUERY_PARAM(name)%`: the first of that name, decoded. One that holds control characters counts as missing. */
export function queryParameter({ path }: RequestHead, name: string): string | undefined {
  const value = findQueryParameter(path, name);
  const decoded = value === undefined ? undefined : percentDecode(value);
  return decoded !== undefined && FIELD_VALUE.test(decoded) ? decoded : undefined;
}

/** `%QUERY_PARAMS%`: the query as it is. */
export function queryParameters({ path }: RequestHead): string | undefined {
  const start = path.indexOf("?");
  return start < 0 ? undefined : path.slice(start + 1);
}

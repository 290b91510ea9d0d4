import type { RequestHead } from "@dualmesh/core";
import { findQueryParameter, pathWithoutQuery } from "@dualmesh/matching";
import { percentDecode } from "./percent-decode.ts";

/** All but control characters, which no field may hold, and which a client might smuggle in by encoding them. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** `%PATH(WQ:ORIG)%`: with the query (`WQ`, the default) or without (`NQ`); before rewriting, after it, or before if there was one. */
export function formatPath(head: RequestHead, argument = ""): string | undefined {
  const [query = "", which = ""] = argument.split(":");
  const original = which === "PATH" ? undefined : head.headers.get("x-envoy-original-path");
  const path = original ?? (which === "ORIG" ? undefined : head.path);
  return query === "NQ" && path !== undefined ? pathWithoutQuery(path) : path;
}

/** `%QUERY_PARAM(q)%`: the first of several, decoded. One that holds control characters counts as missing. */
export function formatQueryParameter({ path }: RequestHead, name: string): string | undefined {
  const value = findQueryParameter(path, name);
  const decoded = value === undefined ? undefined : percentDecode(value);
  return decoded !== undefined && FIELD_VALUE.test(decoded) ? decoded : undefined;
}

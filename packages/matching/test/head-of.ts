import { createHeaders } from "@dualmesh/core";
import type { MatchableHead } from "../src/index.ts";

/** A head with only what a test is about. */
export function headOf(
  parts: Partial<Omit<MatchableHead, "headers">> & { headers?: string[] } = {},
): MatchableHead {
  const { method = "GET", scheme = "http", authority = "a.test", path = "/", headers = [] } = parts;
  return { method, scheme, authority, path, headers: createHeaders(headers) };
}

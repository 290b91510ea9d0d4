import { createHeaders, type RequestHead } from "@dualmesh/core";

/** A head with only what a test is about. */
export function headOf(
  parts: Partial<Pick<RequestHead, "method" | "scheme" | "authority" | "path">> & { headers?: string[] } = {},
): RequestHead {
  const { method = "GET", scheme = "http", authority = "a.test", path = "/", headers = [] } = parts;
  return {
    protocol: "http/1.1",
    exchange: "unary",
    method,
    scheme,
    authority,
    path,
    headers: createHeaders(headers),
  };
}

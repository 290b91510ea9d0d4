import type { RequestHead } from "@dualmesh/core";

/** What matchers read of a request. */
export type MatchableHead = Pick<RequestHead, "method" | "scheme" | "authority" | "path" | "headers">;

/**
 * The form in which matchers know a header's name: lower case, and `host` as `:authority`, since the head holds that
 * only once.
 */
export function fieldName(name: string): string {
  const lower = name.toLowerCase();
  return lower === "host" ? ":authority" : lower;
}

/**
 * The first value of a field. `name` must come from {@link fieldName}.
 *
 * A pseudo header that a protocol does not have is empty in the head, and counts as missing.
 */
export function firstValue(head: MatchableHead, name: string): string | undefined {
  if (name.charCodeAt(0) !== 0x3a /* : */) return head.headers.get(name);
  return pseudoHeader(head, name) || undefined;
}

function pseudoHeader(head: MatchableHead, name: string): string {
  switch (name) {
    case ":authority":
      return head.authority;
    case ":method":
      return head.method;
    case ":path":
      return head.path;
    case ":scheme":
      return head.scheme;
    default:
      return "";
  }
}

import type { FormatContext, Hash64, Headers, RequestHead, RouteEntry } from "@dualmesh/core";
import type { MatchableHead } from "@dualmesh/matching";
import type { ForwardSettings } from "../forward/forward-settings.ts";
import type { MatchFacts } from "./match-facts.ts";

/**
 * The route of a request. Shared by all requests that take it: it holds nothing of a single one, and most matches
 * allocate nothing.
 */
export type RouteMatch<Retry = unknown, Extra = unknown> =
  | ForwardMatch<Retry, Extra>
  | RedirectMatch<Extra>
  | DirectResponseMatch<Extra>
  | NonForwardingMatch<Extra>;

/** What all routes have. */
interface AnyMatch<Extra> extends RouteEntry {
  /** What the caller attached to the route. */
  readonly extra: Extra | undefined;
  /** What the caller attached to the virtual host. */
  readonly virtualHostExtra: Extra | undefined;
  /** The HTTP filters that the route, or a level around it, has settings for or switches off. In no order. */
  readonly filterNames: ReadonlySet<string>;
  /** Whether {@link changeResponseHeaders} does anything: whoever waits for responses need not where it does not. */
  readonly changesResponseHeaders: boolean;
  /** Changes the headers of a response as weighted cluster, route, virtual host and table say. */
  changeResponseHeaders(headers: Headers, context: FormatContext): void;
  /** What was matched and what is done, in one line. Stable. */
  toString(): string;
}

/** Goes to a cluster. */
export interface ForwardMatch<Retry = unknown, Extra = unknown>
  extends AnyMatch<Extra>,
    ForwardSettings<Retry> {
  readonly kind: "forward";
  /** Whether {@link hash} may give anything. */
  readonly hashesRequests: boolean;
  /** What the caller attached to the weighted cluster that was drawn. */
  readonly clusterExtra: Extra | undefined;
  /**
   * The key by which balancers choose; `undefined` where nothing of the request makes one. Pure.
   *
   * @param head the request as the upstream sees it: after {@link prepareRequest}.
   * @param setCookie takes the value of a field `set-cookie` for each cookie that the client is to be given with the
   * upstream's answer. Default: it is given none, and what hashes a missing cookie makes no key.
   */
  hash(head: MatchableHead, facts: MatchFacts, setCookie?: (value: string) => void): Hash64 | undefined;
  /** The path with query that the upstream sees; `undefined` where there is nothing to rewrite. */
  rewrittenPath(head: MatchableHead, context?: FormatContext): string | undefined;
  /** The authority that the upstream sees; `undefined` where there is nothing to rewrite. */
  rewrittenHost(head: MatchableHead, context?: FormatContext): string | undefined;
  /**
   * Makes the request what the upstream is to see, once per request and not per try: headers, then host, then path.
   * Values of headers so still speak of the request as it came.
   */
  prepareRequest(head: RequestHead, context: FormatContext, options?: PrepareRequestOptions): void;
}

export interface PrepareRequestOptions {
  /** Writes `x-envoy-original-path` and `x-envoy-original-host`. Default true. */
  readonly originalHeaders?: boolean;
}

/** Sends the client elsewhere, with an empty body. */
export interface RedirectMatch<Extra = unknown> extends AnyMatch<Extra> {
  readonly kind: "redirect";
  readonly status: 301 | 302 | 303 | 307 | 308;
  /** The value of the header `location`. */
  location(head: MatchableHead): string;
  /**
   * Makes the request what the answer's headers speak of: with its path rewritten, where the redirect rewrites rather than
   * replaces it. For after {@link location}, which reads the path as it came.
   */
  prepareRequest(head: RequestHead, options?: PrepareRequestOptions): void;
}

/** Answers at once. */
export interface DirectResponseMatch<Extra = unknown> extends AnyMatch<Extra> {
  readonly kind: "direct-response";
  readonly status: number;
  /** That of the body, whatever {@link changeResponseHeaders} says; `undefined`: what that says, else text. */
  readonly contentType: string | undefined;
  body(context: FormatContext): string | Uint8Array;
}

/** Is for a server that handles the request itself; a proxy answers 503. */
export interface NonForwardingMatch<Extra = unknown> extends AnyMatch<Extra> {
  readonly kind: "non-forwarding";
}

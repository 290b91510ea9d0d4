import { type Hash64, MeshError, systemRandom, xxhash64 } from "@dualmesh/core";
import {
  checkKind,
  checkText,
  compileRegexReplace,
  fieldName,
  findCookie,
  findQueryParameter,
  firstValue,
  knownKeys,
  type MatchableHead,
  type RegexLimits,
  type RegexReplaceConfig,
  unknownKind,
} from "@dualmesh/matching";
import type { MatchFacts } from "../route/match-facts.ts";

/**
 * What of a request makes its key, by which balancers send equal requests to the same endpoint.
 *
 * @see Envoy, `envoy.config.route.v3.RouteAction.HashPolicy`
 */
export type HashPolicy = HashSource & {
  /** The policies behind it do not count once there is a key, of whichever policy. Default false. */
  readonly terminal?: boolean;
};

type HashSource =
  /** All values of a field, in whatever order they come; an empty one is a value. */
  | { readonly kind: "header"; readonly headerName: string; readonly rewrite?: RegexReplaceConfig }
  | CookieHash
  /** The client's address, without port. */
  | { readonly kind: "source-address" }
  /** The first parameter of that name, as it stands in the path. */
  | { readonly kind: "query-parameter"; readonly name: string }
  /** The text of an object that filters share. */
  | { readonly kind: "filter-state"; readonly key: string };

interface CookieHash {
  readonly kind: "cookie";
  readonly name: string;
  /**
   * A client without the cookie, or with an empty one, is given one that lasts so long: milliseconds, of which whole seconds
   * count; below one, until the browser ends. Default: it is given none, and the policy has no hash.
   */
  readonly ttlMs?: number;
  /** For which paths a client sends a given cookie back. Default: it decides. */
  readonly path?: string;
  /** What else a given cookie says: `SameSite=Strict`, or a bare `Secure` where the value is empty. */
  readonly attributes?: readonly { readonly name: string; readonly value: string }[];
}

/**
 * Gives the key of a request; `undefined` where no policy finds anything to hash.
 *
 * @param setCookie takes the value of a field `set-cookie` for each cookie that a client is to be given. Default: nobody is
 * given any, and the policy has no hash.
 */
export type KeyOfRequest = (
  head: MatchableHead,
  facts: MatchFacts,
  setCookie?: (value: string) => void,
) => Hash64 | undefined;

/**
 * Compiles the policies of a route: each hash is joined to those before it, which are rotated by one bit so that equal ones
 * do not cancel each other out.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on an empty name, a bad expression or duration, and on a cookie of which no field
 * can be made. (Envoy makes such a field.)
 */
export function compileHashPolicies(policies: readonly HashPolicy[], limits: RegexLimits): KeyOfRequest {
  const steps = policies.map((policy) => ({
    hash: compileSource(policy, limits),
    terminal: policy.terminal ?? false,
  }));
  return (head, facts, setCookie) => {
    let key: Hash64 | undefined;
    for (const { hash, terminal } of steps) {
      const next = hash(head, facts, setCookie);
      if (next !== undefined) key = key === undefined ? next : join(key, next);
      if (terminal && key !== undefined) break;
    }
    return key;
  };
}

/** `header x-user, then cookie sid`. Stable. */
export function hashPoliciesText(policies: readonly HashPolicy[]): string {
  return policies.map(sourceText).join(", then ");
}

function sourceText(source: HashSource): string {
  switch (source.kind) {
    case "header":
      return `header ${source.headerName}`;
    case "cookie":
      return `cookie ${source.name}`;
    case "source-address":
      return "source address";
    case "query-parameter":
      return `query parameter ${source.name}`;
    case "filter-state":
      return `filter state ${source.key}`;
    default:
      return source satisfies never;
  }
}

function join({ high, low }: Hash64, next: Hash64): Hash64 {
  return {
    high: (((high << 1) | (low >>> 31)) ^ next.high) >>> 0,
    low: (((low << 1) | (high >>> 31)) ^ next.low) >>> 0,
  };
}

function compileSource(source: HashSource, limits: RegexLimits): KeyOfRequest {
  checkKind("hash policy", source, KINDS);
  switch (source.kind) {
    case "header":
      return compileHeader(named("header", source.headerName), source.rewrite, limits);
    case "cookie":
      return compileCookie(source);
    case "source-address":
      return (_, { remoteAddress }) => optional(remoteAddress || undefined);
    case "query-parameter": {
      const name = named("query parameter", source.name);
      return ({ path }) => optional(findQueryParameter(path, name));
    }
    case "filter-state": {
      const key = named("filter state", source.key);
      return (_, facts) => optional(facts.filterState?.(key));
    }
    default:
      throw unknownKind("hash policy", source);
  }
}

const KINDS: Readonly<Record<HashPolicy["kind"], ReadonlySet<string>>> = {
  header: knownKeys<HashPolicy>("kind", "headerName", "rewrite", "terminal"),
  cookie: knownKeys<HashPolicy>("kind", "name", "ttlMs", "path", "attributes", "terminal"),
  "source-address": knownKeys<HashPolicy>("kind", "terminal"),
  "query-parameter": knownKeys<HashPolicy>("kind", "name", "terminal"),
  "filter-state": knownKeys<HashPolicy>("kind", "key", "terminal"),
};

function optional(text: string | undefined): Hash64 | undefined {
  return text === undefined ? undefined : xxhash64(text);
}

function named(what: string, name: string): string {
  checkText("hash policy", `the name of the ${what}`, name);
  if (name !== "") return name;
  throw new MeshError("INVALID_ARGUMENT", `hash policy: the name of the ${what} is empty`);
}

function compileHeader(
  name: string,
  rewrite: RegexReplaceConfig | undefined,
  limits: RegexLimits,
): KeyOfRequest {
  const field = fieldName(name);
  const replace = rewrite && compileRegexReplace(rewrite, limits);
  const rewritten = (value: string): string => replace?.replace(value) ?? value;
  return (head) => {
    const values = field.startsWith(":") ? [] : head.headers.getAll(field);
    if (values.length <= 1) {
      const value = firstValue(head, field);
      return value === undefined ? undefined : xxhash64(rewritten(value));
    }
    // Each value is the next one's seed: `one` and `two` are not `onetwo`.
    let hash: Hash64 | undefined;
    for (const value of values.map(rewritten).sort()) hash = xxhash64(value, hash);
    return hash;
  };
}

function compileCookie(cookie: CookieHash): KeyOfRequest {
  const name = named("cookie", cookie.name);
  const { ttlMs } = cookie;
  const behind = ttlMs === undefined ? "" : lifeText(cookie, ttlMs);
  return ({ headers }, facts, setCookie) => {
    const sent = findCookie(headers.getAll("cookie"), name);
    if (sent !== undefined && sent !== "") return xxhash64(sent);
    if (ttlMs === undefined || setCookie === undefined) return undefined;
    const value = newValue(facts);
    setCookie(`${name}="${value}"${behind}`);
    return xxhash64(value);
  };
}

const CONTROL = /\p{Cc}/u;

/** What a given cookie says behind its value. */
function lifeText({ name, path = "", attributes = [] }: CookieHash, ttlMs: number): string {
  if (!(ttlMs >= 0 && Number.isFinite(ttlMs))) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `hash policy: ttlMs must be 0 or more milliseconds, got ${ttlMs}`,
    );
  }
  const seconds = Math.trunc(ttlMs / 1_000);
  const parts = [
    ...(seconds === 0 ? [] : [`Max-Age=${seconds}`]),
    ...(path === "" ? [] : [`Path=${path}`]),
    ...attributes.map((one) => named("attribute", one.name) + (one.value === "" ? "" : `=${one.value}`)),
    "HttpOnly",
  ];
  const text = parts.map((part) => `; ${part}`).join("");
  if (!CONTROL.test(name + text)) return text;
  throw new MeshError("INVALID_ARGUMENT", `hash policy: cookie "${name}" has control characters`);
}

/**
 * The value of a cookie that is given: that of the connection, so that requests which come at once are given the same. A call
 * of the application itself has none, and draws.
 */
function newValue({
  peerAddress,
  peerPort,
  localAddress,
  localPort,
  random = systemRandom,
}: MatchFacts): string {
  const ends =
    peerAddress === undefined ? `${random()}` : `${peerAddress}:${peerPort}${localAddress}:${localPort}`;
  const { high, low } = xxhash64(ends);
  return `${hex(high)}${hex(low)}`;
}

function hex(half: number): string {
  return half.toString(16).padStart(8, "0");
}

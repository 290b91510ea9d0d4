import { findQueryParameter, firstValue, type MatchableHead } from "@dualmesh/matching";
import { LRUCache } from "lru-cache";
import type { CompiledRoute } from "../route/compiled-route.ts";
import type { MatchFacts } from "../route/match-facts.ts";
import { matchablePath } from "../route/route-path.ts";
import type { CompiledVirtualHost } from "./compiled-virtual-host.ts";
import type { RouteReadings } from "./route-readings.ts";

type Routes<Retry, Extra> = readonly CompiledRoute<Retry, Extra>[];

/** Decisions about one path: by virtual host, and by what else its routes look at. */
interface Decision<Retry, Extra> {
  readonly host: CompiledVirtualHost<Retry, Extra>;
  readonly parts: readonly Part[];
  readonly routes: Routes<Retry, Extra>;
}

/** Of one path. Beyond that the oldest goes: a header with a value for each request must not fill the memory. */
const MAX_DECISIONS = 8;

/** A longer key is not remembered: nor must long values fill it, 17 MB being the most for 1024 paths. */
const MAX_KEY_CHARS = 2_048;

/** What a request has of what is looked at. Absence and "none of those told apart" are no texts: a client may write any. */
type Part = string | undefined | typeof OTHER;

const OTHER = Symbol("other");

/**
 * Remembers which routes a request can take: those between which chance decides, and the first that is sure. Chance is
 * drawn anew each time, so that with and without a cache the same draws lead to the same route.
 *
 * Found by the path without query and, where the routes of the virtual host look at it, by method, headers, query
 * parameters and certificate: never by what they do not look at, and by no more of a header than they tell apart. A virtual
 * host whose routes look at other facts is not remembered, nor a request in which a header that counts is repeated.
 */
export class RouteCache<Retry, Extra> {
  readonly #byPath: LRUCache<string, Decision<Retry, Extra>[]>;
  readonly #ignoreParameters: boolean;

  constructor(maxPaths: number, ignoreParameters: boolean) {
    this.#byPath = new LRUCache({ max: maxPaths });
    this.#ignoreParameters = ignoreParameters;
  }

  /** The routes that a request can take, from memory or found now. */
  routes(
    host: CompiledVirtualHost<Retry, Extra>,
    head: MatchableHead,
    facts: MatchFacts,
  ): Routes<Retry, Extra> {
    const { readings } = host;
    const parts = readings.pathAlone ? NO_PARTS : readParts(readings, head, facts);
    let path = head.path;
    // Without a path it is the method that decides: see `RouteList`.
    if (parts === undefined || path === "") {
      return find(host, head, matchablePath(path, this.#ignoreParameters), facts);
    }
    // No key has a query: a path that is found needs no look for one. 20 ns less where there is none.
    let known = path.includes("?") ? undefined : this.#byPath.get(path);
    if (known === undefined) {
      path = matchablePath(path, this.#ignoreParameters);
      known = this.#byPath.get(path);
    }
    if (known !== undefined) {
      for (let i = 0; i < known.length; i++) {
        const decision = known[i] as Decision<Retry, Extra>;
        if (decision.host === host && equals(decision.parts, parts)) return decision.routes;
      }
    }
    const routes = find(host, head, path, facts);
    if (lengthOf(path, parts) > MAX_KEY_CHARS) return routes;
    const decision = { host, parts: parts.length === 0 ? parts : parts.map(ownPart), routes };
    if (known === undefined) this.#byPath.set(ownText(path), [decision]);
    else {
      if (known.length === MAX_DECISIONS) known.shift();
      known.push(decision);
    }
    return routes;
  }
}

const NO_PARTS: readonly Part[] = [];
const NO_ROUTES: readonly never[] = [];

function find<Retry, Extra>(
  host: CompiledVirtualHost<Retry, Extra>,
  head: MatchableHead,
  path: string,
  facts: MatchFacts,
): Routes<Retry, Extra> {
  return host.listFor(head, facts)?.candidates(head, path, facts) ?? NO_ROUTES;
}

/** `undefined` where no key can stand for the request. */
function readParts(
  { headers, queryParameters, certificate, facts: needsFacts }: RouteReadings,
  head: MatchableHead,
  facts: MatchFacts,
): readonly Part[] | undefined {
  if (needsFacts) return undefined;
  const parts: Part[] = [];
  for (const { name, values } of headers) {
    const value = firstValue(head, name);
    if (value === undefined) parts.push(undefined);
    else if (name.charCodeAt(0) !== COLON && head.headers.getAll(name).length > 1) return undefined;
    else parts.push(values === undefined || values.has(value) ? value : OTHER);
  }
  for (const name of queryParameters) parts.push(findQueryParameter(head.path, name));
  if (certificate) parts.push(facts.clientCertificate ?? "none");
  return parts;
}

const COLON = 0x3a;

function lengthOf(path: string, parts: readonly Part[]): number {
  let length = path.length;
  for (const part of parts) if (typeof part === "string") length += part.length;
  return length;
}

function ownPart(part: Part): Part {
  return typeof part === "string" ? ownText(part) : part;
}

/**
 * A copy. What a codec gives is a window on the text of a whole head, and would keep that: 60 kB for each decision. V8 makes
 * no window for less than 13 characters.
 */
function ownText(text: string): string {
  return text.length < 13 ? text : (JSON.parse(JSON.stringify(text)) as string);
}

function equals(a: readonly Part[], b: readonly Part[]): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}

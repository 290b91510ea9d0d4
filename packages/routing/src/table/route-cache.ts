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
  readonly parts: readonly string[];
  readonly routes: Routes<Retry, Extra>;
}

/** Of one path. Beyond that the oldest goes: a header with a value for each request must not fill the memory. */
const MAX_DECISIONS = 8;

/** Stand for a value; no header has them. */
const MISSING = "\0missing";
const OTHER = "\0other";

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
    // No key has a query: a path that is found needs no look for one. 20 ns less where there is none.
    let known = path.includes("?") ? undefined : this.#byPath.get(path);
    if (known === undefined) {
      path = matchablePath(path, this.#ignoreParameters);
      known = this.#byPath.get(path);
    }
    if (parts === undefined) return find(host, head, path, facts);
    if (known !== undefined) {
      for (let i = 0; i < known.length; i++) {
        const decision = known[i] as Decision<Retry, Extra>;
        if (decision.host === host && equals(decision.parts, parts)) return decision.routes;
      }
    }
    const routes = find(host, head, path, facts);
    const decision = { host, parts, routes };
    if (known === undefined) this.#byPath.set(path, [decision]);
    else {
      if (known.length === MAX_DECISIONS) known.shift();
      known.push(decision);
    }
    return routes;
  }
}

const NO_PARTS: readonly string[] = [];
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
): readonly string[] | undefined {
  if (needsFacts) return undefined;
  const parts: string[] = [];
  for (const { name, values } of headers) {
    const value = firstValue(head, name);
    if (value === undefined) parts.push(MISSING);
    else if (name.charCodeAt(0) !== COLON && head.headers.getAll(name).length > 1) return undefined;
    else parts.push(values === undefined || values.has(value) ? value : OTHER);
  }
  for (const name of queryParameters) parts.push(findQueryParameter(head.path, name) ?? MISSING);
  if (certificate) parts.push(facts.clientCertificate ?? "none");
  return parts;
}

const COLON = 0x3a;

function equals(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return a.length === b.length;
}

import { MeshError } from "@dualmesh/core";
import { type CompiledMatcherTree, compileMatcherTree, type MatchableHead } from "@dualmesh/matching";
import { buildRouteList, type RouteList } from "../find/route-list.ts";
import { compileTlsRedirect } from "../local/local-match.ts";
import type { CompiledRoute, RoutePlace } from "../route/compiled-route.ts";
import type { MatchFacts } from "../route/match-facts.ts";
import type { RouteConfig } from "../route/route-config.ts";
import type { RedirectMatch } from "../route/route-match.ts";
import { joinReadings, type RouteReadings } from "./route-readings.ts";
import type { VirtualHostConfig } from "./route-table-config.ts";

/** Lists that a tree of matchers leads to. */
interface Forest<Retry, Extra> {
  readonly tree: CompiledMatcherTree<readonly RouteConfig<Retry, Extra>[]>;
  readonly lists: ReadonlyMap<readonly RouteConfig<Retry, Extra>[], RouteList<Retry, Extra>>;
}

/** A virtual host, compiled once. Its routes are one list, or those that a tree of matchers leads to. */
export class CompiledVirtualHost<Retry, Extra> {
  readonly config: VirtualHostConfig<Retry, Extra>;
  readonly place: RoutePlace<Retry, Extra>;
  /** The list, where there is no tree. */
  readonly list: RouteList<Retry, Extra> | undefined;
  readonly #forest: Forest<Retry, Extra> | undefined;
  readonly #redirect: RedirectMatch<Extra> | undefined;
  #all: readonly CompiledRoute<Retry, Extra>[] | undefined;
  #clusters: ReadonlySet<string> | undefined;
  #readings: RouteReadings | undefined;

  constructor(
    config: VirtualHostConfig<Retry, Extra>,
    place: RoutePlace<Retry, Extra>,
    routes: RouteList<Retry, Extra> | Forest<Retry, Extra>,
  ) {
    const { requireTls = "none" } = config;
    this.config = config;
    this.place = place;
    this.list = "tree" in routes ? undefined : routes;
    this.#forest = "tree" in routes ? routes : undefined;
    this.#redirect = requireTls === "none" ? undefined : httpsRedirect(place);
  }

  get name(): string {
    return this.config.name;
  }

  /** The tree that leads to the routes, if there is one. */
  get tree(): Forest<Retry, Extra>["tree"] | undefined {
    return this.#forest?.tree;
  }

  /** The list, or those at the ends of the tree. */
  get lists(): readonly RouteList<Retry, Extra>[] {
    return this.list === undefined ? [...(this.#forest?.lists.values() ?? [])] : [this.list];
  }

  /** All routes, in order of listing. */
  get routes(): readonly CompiledRoute<Retry, Extra>[] {
    this.#all ??= this.list?.routes ?? this.lists.flatMap(({ routes }) => routes);
    return this.#all;
  }

  /** Clusters that the routes name. */
  get clusters(): ReadonlySet<string> {
    this.#clusters ??= new Set(this.routes.flatMap(({ clusters }) => clusters));
    return this.#clusters;
  }

  /** What of a request decides between the routes. */
  get readings(): RouteReadings {
    this.#readings ??= joinReadings(this.tree?.reads ?? [], this.routes);
    return this.#readings;
  }

  /** The routes among which a request finds its own; `undefined` where a tree leads nowhere. */
  listFor(head: MatchableHead, facts: MatchFacts): RouteList<Retry, Extra> | undefined {
    if (this.#forest === undefined) return this.list;
    const configs = this.#forest.tree.find(head, facts);
    return configs && this.#forest.lists.get(configs);
  }

  /** The redirect for a plain request where TLS is required; else `undefined`. */
  tlsRedirect(head: MatchableHead): RedirectMatch<Extra> | undefined {
    if (this.#redirect === undefined || head.scheme === "https") return undefined;
    const spared = this.config.requireTls === "external-only";
    return spared && head.headers.get("x-envoy-internal") === "true" ? undefined : this.#redirect;
  }
}

/**
 * Compiles a virtual host, a few routes at each step. `before` is what was compiled for the same place; what has not changed
 * is used again.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` without a name or a domain, with both routes and a tree, or on a bad route.
 */
export function* buildVirtualHost<Retry, Extra>(
  config: VirtualHostConfig<Retry, Extra>,
  place: RoutePlace<Retry, Extra>,
  before: CompiledVirtualHost<Retry, Extra> | undefined,
): Generator<void, CompiledVirtualHost<Retry, Extra>> {
  const { name, routes = [], matcher } = config;
  if (name === "") throw new MeshError("INVALID_ARGUMENT", "a virtual host has no name");
  checkVirtualHost(config);
  if (matcher === undefined) {
    return new CompiledVirtualHost(config, place, yield* buildRouteList(routes, place, before?.list));
  }
  const tree = compileTree(matcher, config, place);
  const lists = new Map<readonly RouteConfig<Retry, Extra>[], RouteList<Retry, Extra>>();
  for (const configs of tree.actions) lists.set(configs, yield* buildRouteList(configs, place, undefined));
  return new CompiledVirtualHost(config, place, { tree, lists });
}

/**
 * Checks what of a virtual host is neither in its routes nor in its tree.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function checkVirtualHost({ name, domains, routes = [], matcher }: VirtualHostConfig): void {
  if (domains.length === 0) throw new MeshError("INVALID_ARGUMENT", `virtual host "${name}" has no domain`);
  if (matcher !== undefined && routes.length > 0) {
    throw new MeshError("INVALID_ARGUMENT", `virtual host "${name}" has both routes and a matcher`);
  }
}

function compileTree<Retry, Extra>(
  matcher: NonNullable<VirtualHostConfig<Retry, Extra>["matcher"]>,
  { name }: VirtualHostConfig<Retry, Extra>,
  { limits }: RoutePlace<Retry, Extra>,
): Forest<Retry, Extra>["tree"] {
  try {
    return compileMatcherTree(matcher, limits);
  } catch (cause) {
    const reason = MeshError.is(cause) ? cause.rawMessage : String(cause);
    throw new MeshError("INVALID_ARGUMENT", `virtual host "${name}", matcher: ${reason}`, { cause });
  }
}

function httpsRedirect<Retry, Extra>(place: RoutePlace<Retry, Extra>): RedirectMatch<Extra> {
  return compileTlsRedirect({ ...place, route: {}, text: () => "TLS required" });
}

import { type MatchableHead, NO_FACTS } from "@dualmesh/matching";
import type { CompiledRoute } from "../route/compiled-route.ts";
import type { MatchFacts } from "../route/match-facts.ts";
import type { RouteMatch } from "../route/route-match.ts";
import { matchablePath } from "../route/route-path.ts";
import type { TableScope } from "../route/route-scope.ts";
import type { CompiledVirtualHost } from "./compiled-virtual-host.ts";
import type { Domain, DomainIndex, DomainKind } from "./domain-index.ts";
import { explainRoute, type RouteExplanation } from "./explanation.ts";
import { RouteCache } from "./route-cache.ts";
import type { RouteTableConfig } from "./route-table-config.ts";

/** Finds the route of a request. Immutable: a new configuration is a new table. */
export interface RouteTable<Retry = unknown, Extra = unknown> {
  readonly name: string;
  /** How many routes it has, those at the ends of trees included. */
  readonly size: number;
  /** What it was built of. */
  readonly config: RouteTableConfig<Retry, Extra>;
  /** Clusters that routes name; what a header names is not among them. */
  readonly clusters: ReadonlySet<string>;
  /**
   * The first route that matches, in the most specific virtual host; `undefined` if there is neither.
   *
   * Chance is drawn once for each share that stands in the way and once for weighted clusters, and by nothing else.
   */
  match(head: MatchableHead, facts?: MatchFacts): RouteMatch<Retry, Extra> | undefined;
  /** Which virtual host an authority belongs to, and how it claims it; `undefined` if none does. */
  claims(authority: string): Claim | undefined;
  /** Clusters that the routes of an authority's virtual host name; what a header names is not among them. */
  clustersOf(authority: string): ReadonlySet<string>;
  /** Why a request goes where it goes. For people: it looks at everything. */
  explain(head: MatchableHead, facts?: MatchFacts): RouteExplanation;
  /** All virtual hosts and routes, one in a line. Stable. */
  toString(): string;
}

/** How a virtual host claims an authority; `any` is a bare `*`. */
export interface Claim {
  readonly kind: DomainKind;
  readonly virtualHost: string;
  /** Clusters that its routes name. */
  readonly clusters: ReadonlySet<string>;
}

/** What may become of a request. */
export interface PossibleRoutes<Retry, Extra> {
  readonly host: CompiledVirtualHost<Retry, Extra>;
  readonly redirectsToTls: boolean;
  /** Those between which chance decides, and the first that is sure. */
  readonly routes: readonly CompiledRoute<Retry, Extra>[];
}

interface TableParts<Retry, Extra> {
  readonly config: RouteTableConfig<Retry, Extra>;
  readonly scope: TableScope;
  readonly domains: DomainIndex;
  readonly hosts: readonly CompiledVirtualHost<Retry, Extra>[];
  readonly cachePaths: number;
}

/** A table with what is compiled of it, so that the next one can take over what has not changed. */
export class CompiledTable<Retry, Extra> implements RouteTable<Retry, Extra> {
  readonly name: string;
  readonly config: RouteTableConfig<Retry, Extra>;
  readonly scope: TableScope;
  readonly domains: DomainIndex;
  readonly hosts: readonly CompiledVirtualHost<Retry, Extra>[];
  readonly #ignoreParameters: boolean;
  readonly #cache: RouteCache<Retry, Extra> | undefined;
  #clusters: ReadonlySet<string> | undefined;

  constructor(parts: TableParts<Retry, Extra>) {
    const { config, cachePaths } = parts;
    this.name = config.name ?? "";
    this.config = config;
    this.scope = parts.scope;
    this.domains = parts.domains;
    this.hosts = parts.hosts;
    this.#ignoreParameters = config.ignorePathParametersInPathMatching ?? false;
    this.#cache = cachePaths === 0 ? undefined : new RouteCache(cachePaths, this.#ignoreParameters);
  }

  get size(): number {
    return this.hosts.reduce((sum, { routes }) => sum + routes.length, 0);
  }

  get clusters(): ReadonlySet<string> {
    this.#clusters ??= new Set(this.hosts.flatMap(({ clusters }) => [...clusters]));
    return this.#clusters;
  }

  match(head: MatchableHead, facts: MatchFacts = NO_FACTS): RouteMatch<Retry, Extra> | undefined {
    const host = this.#hostOf(this.domains.find(head.authority));
    if (host === undefined) return undefined;
    const redirect = host.tlsRedirect(head);
    if (redirect !== undefined) return redirect;
    if (this.#cache === undefined) {
      const path = matchablePath(head.path, this.#ignoreParameters);
      return host.listFor(head, facts)?.find(head, path, facts)?.choose(head, facts);
    }
    const routes = this.#cache.routes(host, head, facts);
    for (let i = 0; i < routes.length; i++) {
      const route = routes[i] as CompiledRoute<Retry, Extra>;
      if (route.matcher.draw(facts)) return route.choose(head, facts);
    }
    return undefined;
  }

  /** All that chance may choose for a request; `undefined` where no virtual host is for it. */
  possibleRoutes(head: MatchableHead, facts: MatchFacts): PossibleRoutes<Retry, Extra> | undefined {
    const host = this.#hostOf(this.domains.find(head.authority));
    if (host === undefined) return undefined;
    const redirectsToTls = host.tlsRedirect(head) !== undefined;
    const path = matchablePath(head.path, this.#ignoreParameters);
    const routes = redirectsToTls ? undefined : host.listFor(head, facts)?.candidates(head, path, facts);
    return { host, redirectsToTls, routes: routes ?? [] };
  }

  claims(authority: string): Claim | undefined {
    const domain = this.domains.find(authority);
    const host = this.#hostOf(domain);
    return domain && host && { kind: domain.kind, virtualHost: host.name, clusters: host.clusters };
  }

  clustersOf(authority: string): ReadonlySet<string> {
    return this.#hostOf(this.domains.find(authority))?.clusters ?? NO_CLUSTERS;
  }

  explain(head: MatchableHead, facts: MatchFacts = NO_FACTS): RouteExplanation {
    return explainRoute(this, head, matchablePath(head.path, this.#ignoreParameters), facts);
  }

  toString(): string {
    const lines = this.hosts.flatMap((host, i) => {
      const domains = this.domains.domains.filter((domain) => domain.host === i);
      const title = `  virtual host "${host.name}": ${domains.map(({ pattern }) => pattern).join(", ")}`;
      const tree = host.tree === undefined ? [] : String(host.tree).split("\n");
      return [
        title,
        ...tree.map((line) => `    ${line}`),
        ...host.routes.map(({ text }, at) => `    ${at + 1}. ${text}`),
      ];
    });
    return [`route table "${this.name}"`, ...lines].join("\n");
  }

  #hostOf(domain: Domain | undefined): CompiledVirtualHost<Retry, Extra> | undefined {
    return domain && this.hosts[domain.host];
  }
}

const NO_CLUSTERS: ReadonlySet<string> = new Set();

import { type MatchableHead, NO_FACTS } from "@dualmesh/matching";
import { type CompiledVirtualHost, compileVirtualHost } from "./compiled-virtual-host.ts";
import { createDomainIndex, type DomainIndex, type DomainKind } from "./domain-index.ts";
import { explainRoute, type RouteExplanation } from "./explanation.ts";
import type { MatchFacts } from "./match-facts.ts";
import { REQUEST_COMMANDS } from "./request-format.ts";
import type { RouteMatch } from "./route-match.ts";
import { matchablePath } from "./route-path.ts";
import type { RouteTableConfig, RouteTableOptions } from "./route-table-config.ts";

/** Finds the route of a request. Immutable: a new configuration is a new table. */
export interface RouteTable<Retry = unknown, Extra = unknown> {
  readonly name: string;
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
  explain(head: MatchableHead): RouteExplanation;
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

/**
 * Builds a table.
 *
 * ```ts
 * import { createRouteTable } from "@dualmesh/routing";
 * import { textRequest } from "@dualmesh/testkit";
 *
 * const table = createRouteTable({
 *   virtualHosts: [
 *     {
 *       name: "shop",
 *       domains: ["*.shop.test"],
 *       routes: [
 *         {
 *           match: { path: { kind: "separated-prefix", value: "/api" } },
 *           action: { kind: "forward", clusters: { kind: "single", name: "api" } },
 *         },
 *       ],
 *     },
 *   ],
 * });
 * const { head } = textRequest({ authority: "eu.shop.test", path: "/api/cart" });
 * const match = table.match(head);
 * console.log(match?.kind === "forward" && match.cluster); // => api
 * ```
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on what Envoy refuses too: a domain that occurs twice, weights whose sum is 0 or
 * over 2³²−1, a bad expression, header or format. The message names table, virtual host and route.
 */
export function createRouteTable<Retry = unknown, Extra = unknown>(
  config: RouteTableConfig<Retry, Extra>,
  options: RouteTableOptions = {},
): RouteTable<Retry, Extra> {
  const { name = "", virtualHosts, ignorePortInHostMatching: ignorePort = false } = config;
  const { formatCommands: commands = REQUEST_COMMANDS, regexLimits: limits = {} } = options;
  const hosts = virtualHosts.map((virtualHost) => ({
    host: compileVirtualHost({ table: config, virtualHost, commands, limits }),
    domains: virtualHost.domains,
  }));
  const subject = name === "" ? "route table" : `route table "${name}"`;
  return new CompiledTable(name, createDomainIndex(hosts, { ignorePort, subject }), {
    ignoreParameters: config.ignorePathParametersInPathMatching ?? false,
    hosts: hosts.map(({ host }) => host),
  });
}

class CompiledTable<Retry, Extra> implements RouteTable<Retry, Extra> {
  readonly name: string;
  readonly clusters: ReadonlySet<string>;
  readonly #domains: DomainIndex<CompiledVirtualHost<Retry, Extra>>;
  readonly #hosts: readonly CompiledVirtualHost<Retry, Extra>[];
  readonly #ignoreParameters: boolean;

  constructor(
    name: string,
    domains: DomainIndex<CompiledVirtualHost<Retry, Extra>>,
    rest: {
      readonly ignoreParameters: boolean;
      readonly hosts: readonly CompiledVirtualHost<Retry, Extra>[];
    },
  ) {
    this.name = name;
    this.#domains = domains;
    this.#hosts = rest.hosts;
    this.#ignoreParameters = rest.ignoreParameters;
    this.clusters = new Set(rest.hosts.flatMap(({ clusters }) => [...clusters]));
  }

  match(head: MatchableHead, facts: MatchFacts = NO_FACTS): RouteMatch<Retry, Extra> | undefined {
    const host = this.#domains.find(head.authority)?.host;
    if (host === undefined) return undefined;
    const redirect = host.tlsRedirect(head);
    if (redirect !== undefined) return redirect;
    const path = matchablePath(head.path, this.#ignoreParameters);
    return host.index.find(head, path, facts)?.choose(head, facts);
  }

  claims(authority: string): Claim | undefined {
    const domain = this.#domains.find(authority);
    return domain && { kind: domain.kind, virtualHost: domain.host.name, clusters: domain.host.clusters };
  }

  clustersOf(authority: string): ReadonlySet<string> {
    return this.#domains.find(authority)?.host.clusters ?? NO_CLUSTERS;
  }

  explain(head: MatchableHead): RouteExplanation {
    return explainRoute(head, matchablePath(head.path, this.#ignoreParameters), this.#domains);
  }

  toString(): string {
    const lines = this.#hosts.flatMap((host) => {
      const domains = this.#domains.domains.filter((domain) => domain.host === host);
      const title = `  virtual host "${host.name}": ${domains.map(({ pattern }) => pattern).join(", ")}`;
      return [title, ...host.routes.map(({ order, text }) => `    ${order + 1}. ${text}`)];
    });
    return [`route table "${this.name}"`, ...lines].join("\n");
  }
}

const NO_CLUSTERS: ReadonlySet<string> = new Set();

import type { MatcherTree, RegexLimits } from "@dualmesh/matching";
import type { MirrorPolicy } from "../forward/mirror-policy.ts";
import type { HeaderMutations } from "../headers/header-mutations.ts";
import type { LabelSettings } from "../headers/label-settings.ts";
import type { RouteConfig } from "../route/route-config.ts";
import type { RouteTable } from "./route-table.ts";

/**
 * A route configuration. Nothing in it is written to, or read after the table was built.
 *
 * @see Envoy, `envoy.config.route.v3.RouteConfiguration`
 */
export interface RouteTableConfig<Retry = unknown, Extra = unknown> {
  /** For errors and `explain`. Default: empty. */
  readonly name?: string;
  readonly virtualHosts: readonly VirtualHostConfig<Retry, Extra>[];
  /** Finds virtual hosts without the port of the authority. Default false. */
  readonly ignorePortInHostMatching?: boolean;
  /** Matches paths without what comes after a `;` in each of their segments; templates see it. Default false. */
  readonly ignorePathParametersInPathMatching?: boolean;
  /** For virtual hosts that have none of their own. */
  readonly mirrors?: readonly MirrorPolicy[];
  readonly requestHeaders?: HeaderMutations;
  readonly responseHeaders?: HeaderMutations;
  /** The route's headers win over the virtual host's, and those over the table's. Default false: the other way. */
  readonly mostSpecificHeaderMutationsWins?: boolean;
  /** Configuration for HTTP filters, by the filter's name; `FILTER_OFF` switches one off. */
  readonly typedPerFilter?: ReadonlyMap<string, unknown>;
}

/**
 * Routes for some authorities.
 *
 * @see Envoy, `envoy.config.route.v3.VirtualHost`
 */
export interface VirtualHostConfig<Retry = unknown, Extra = unknown> {
  readonly name: string;
  /** Authorities, in any case: `a.test`, `*.a.test`, `a.*`, `*`. At least one; each only once in a table. */
  readonly domains: readonly string[];
  /** The first that matches is taken. Default: none. */
  readonly routes?: readonly RouteConfig<Retry, Extra>[];
  /**
   * In place of `routes`, a tree that leads to them: the first of the list at its end is taken, and none is if that list has
   * none for the request.
   *
   * @see Envoy, `VirtualHost.matcher`
   */
  readonly matcher?: MatcherTree<readonly RouteConfig<Retry, Extra>[]>;
  /**
   * Redirects plain requests to https: all of them, or only those that are not marked `x-envoy-internal: true`.
   * Default `none`.
   */
  readonly requireTls?: "none" | "external-only" | "all";
  /** For routes that have none of their own. */
  readonly retryPolicy?: Retry;
  /** For routes that have none of their own. Default: the table's. */
  readonly mirrors?: readonly MirrorPolicy[];
  readonly requestHeaders?: HeaderMutations;
  /** Labels that travel with the calls of its routes from here on. */
  readonly setLabels?: LabelSettings;
  readonly responseHeaders?: HeaderMutations;
  /** Configuration for HTTP filters, by the filter's name; `FILTER_OFF` switches one off. */
  readonly typedPerFilter?: ReadonlyMap<string, unknown>;
  readonly extra?: Extra;
}

export interface RouteTableOptions<Retry = unknown, Extra = unknown> {
  /**
   * The commands that header values and bodies may use, which the context of each request must answer.
   * Default: `REQ` alone, which `requestFormat` answers.
   */
  readonly formatCommands?: ReadonlySet<string>;
  /** How large regular expressions may be. */
  readonly regexLimits?: RegexLimits;
  /**
   * The table that this one takes the place of. Virtual hosts and routes whose configuration is the same object are taken
   * over as they are compiled, so that a change of one route costs no more than that, however many there are.
   */
  readonly previous?: RouteTable<Retry, Extra>;
  /** Of how many paths the decision is remembered. Integer from 0, which switches it off. Default 1024. */
  readonly cachePaths?: number;
}

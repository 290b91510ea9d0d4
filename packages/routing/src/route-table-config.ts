import type { RegexLimits } from "@dualmesh/matching";
import type { HeaderMutations } from "./header-mutations.ts";
import type { MirrorPolicy } from "./mirror-policy.ts";
import type { RouteConfig } from "./route-config.ts";

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
  /** Matches paths without what comes after their first `;`. Default false. */
  readonly ignorePathParametersInPathMatching?: boolean;
  /** For virtual hosts that have none of their own. */
  readonly mirrors?: readonly MirrorPolicy[];
  readonly requestHeaders?: HeaderMutations;
  readonly responseHeaders?: HeaderMutations;
  /** The route's headers win over the virtual host's, and those over the table's. Default false: the other way. */
  readonly mostSpecificHeaderMutationsWins?: boolean;
  /** Configuration for HTTP filters, by the filter's name. */
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
  /** The first that matches is taken. */
  readonly routes: readonly RouteConfig<Retry, Extra>[];
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
  readonly responseHeaders?: HeaderMutations;
  /** Configuration for HTTP filters, by the filter's name. */
  readonly typedPerFilter?: ReadonlyMap<string, unknown>;
  readonly extra?: Extra;
}

export interface RouteTableOptions {
  /**
   * The commands that header values and bodies may use, which the context of each request must answer.
   * Default: `REQ` alone, which `requestFormat` answers.
   */
  readonly formatCommands?: ReadonlySet<string>;
  /** How large regular expressions may be. */
  readonly regexLimits?: RegexLimits;
}

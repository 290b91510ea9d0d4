import { MeshError } from "@dualmesh/core";
import type { MatchableHead } from "@dualmesh/matching";
import { actionText } from "./action-text.ts";
import { compileClusterChooser, namedClusters } from "./cluster-chooser.ts";
import { compileDirectResponse, compileNonForwarding, compileRedirectMatch } from "./local-match.ts";
import type { MatchFacts } from "./match-facts.ts";
import type { RouteConfig } from "./route-config.ts";
import type { RouteMatch } from "./route-match.ts";
import { compileRouteMatcher, type RouteMatcher } from "./route-matcher.ts";
import { compileRoutePath, type RoutePath } from "./route-path.ts";
import type { RouteScope } from "./route-scope.ts";

/** A route, compiled once. */
export interface CompiledRoute<Retry, Extra> {
  /** Its place among the routes of its virtual host, from 0. */
  readonly order: number;
  readonly name: string;
  readonly matcher: RouteMatcher;
  /** See `RoutePath.segments`. */
  readonly segments: readonly string[];
  /** Clusters that the configuration names. */
  readonly clusters: readonly string[];
  /** The match of a request that `matcher` accepts. */
  choose(head: MatchableHead, facts: MatchFacts): RouteMatch<Retry, Extra>;
  /** `name: matcher -> action`. Stable. */
  readonly text: string;
}

/** Where a route stands. */
export type RoutePlace<Retry, Extra> = Omit<RouteScope<Retry, Extra>, "route" | "text">;

/**
 * Compiles a route.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`, naming virtual host and route.
 */
export function compileRoute<Retry, Extra>(
  config: RouteConfig<Retry, Extra>,
  order: number,
  place: RoutePlace<Retry, Extra>,
): CompiledRoute<Retry, Extra> {
  const { name = "", action, match } = config;
  try {
    const path = compileRoutePath(
      match.path,
      place.table.ignorePathParametersInPathMatching ?? false,
      place.limits,
    );
    const matcher = compileRouteMatcher(match, path, place.limits);
    const text = `${name === "" ? "" : `${name}: `}${matcher} -> ${actionText(action)}`;
    const choose = compileAction(config, path, { ...place, route: config, text });
    const clusters = action.kind === "forward" ? namedClusters(action.clusters) : [];
    return { order, name, matcher, segments: path.segments, clusters, choose, text };
  } catch (cause) {
    const which = name === "" ? `route ${order + 1}` : `route ${order + 1} ("${name}")`;
    const reason = MeshError.is(cause) ? cause.rawMessage : String(cause);
    throw new MeshError("INVALID_ARGUMENT", `virtual host "${place.virtualHost.name}", ${which}: ${reason}`, {
      cause,
    });
  }
}

function compileAction<Retry, Extra>(
  { action }: RouteConfig<Retry, Extra>,
  path: RoutePath,
  scope: RouteScope<Retry, Extra>,
): CompiledRoute<Retry, Extra>["choose"] {
  switch (action.kind) {
    case "forward":
      return compileClusterChooser(action, path, scope);
    case "redirect":
      return always(compileRedirectMatch(action, path, scope));
    case "direct-response":
      return always(compileDirectResponse(action, scope));
    case "non-forwarding":
      return always(compileNonForwarding(scope));
    default:
      return action satisfies never;
  }
}

function always<Match>(match: Match): () => Match {
  return () => match;
}

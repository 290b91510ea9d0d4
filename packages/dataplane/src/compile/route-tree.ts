import type { MessageTypes } from "@dualmesh/envoy-api";
import type { MatcherTree } from "@dualmesh/matching";
import type { RetryPolicy } from "@dualmesh/retry";
import type { RouteConfig } from "@dualmesh/routing";
import { matcherTree } from "./matcher-tree.ts";
import { compileRoute, type RouteContext } from "./route.ts";

const ROUTE = "envoy.config.route.v3.Route";
const ROUTE_LIST = "envoy.config.route.v3.RouteList";

type Routes = readonly RouteConfig<RetryPolicy, never>[];

/** Compiles the tree of a virtual host, whose branches end at a route or at a list of them. */
export function routeTree(
  message: MessageTypes["xds.type.matcher.v3.Matcher"],
  path: string,
  context: RouteContext,
): MatcherTree<Routes> | undefined {
  const action = (type: string, value: unknown, here: string): Routes | undefined => {
    if (type === ROUTE) return [compileRoute(value as MessageTypes[typeof ROUTE], here, context)];
    if (type === ROUTE_LIST) {
      const { routes } = value as MessageTypes[typeof ROUTE_LIST];
      return routes.map((route, i) => compileRoute(route, `${here}.routes[${i}]`, context));
    }
    context.report.refuse(here, `expected ${ROUTE} or ${ROUTE_LIST}, got ${type}`);
    return undefined;
  };
  return matcherTree(message, path, { report: context.report, action });
}

import { MeshError } from "@dualmesh/core";
import type { MatchableHead } from "@dualmesh/matching";
import { type CompiledRoute, compileRoute, type RoutePlace } from "./compiled-route.ts";
import { compileRedirectMatch } from "./local-match.ts";
import { createRouteIndex, type RouteIndex } from "./route-index.ts";
import type { RedirectMatch } from "./route-match.ts";
import { compileRoutePath } from "./route-path.ts";

/** A virtual host, compiled once. */
export interface CompiledVirtualHost<Retry, Extra> {
  readonly name: string;
  readonly routes: readonly CompiledRoute<Retry, Extra>[];
  readonly index: RouteIndex<Retry, Extra>;
  /** Clusters that its routes name. */
  readonly clusters: ReadonlySet<string>;
  /** The redirect for a plain request where TLS is required; else `undefined`. */
  tlsRedirect(head: MatchableHead): RedirectMatch<Extra> | undefined;
}

/**
 * Compiles a virtual host.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` without a name or a domain, or on a bad route.
 */
export function compileVirtualHost<Retry, Extra>(
  place: RoutePlace<Retry, Extra>,
): CompiledVirtualHost<Retry, Extra> {
  const { name, domains, routes: configs, requireTls = "none" } = place.virtualHost;
  if (name === "") throw new MeshError("INVALID_ARGUMENT", "a virtual host has no name");
  if (domains.length === 0) throw new MeshError("INVALID_ARGUMENT", `virtual host "${name}" has no domain`);
  const routes = configs.map((config, order) => compileRoute(config, order, place));
  const redirect = requireTls === "none" ? undefined : httpsRedirect(place);
  return {
    name,
    routes,
    index: createRouteIndex(routes),
    clusters: new Set(routes.flatMap(({ clusters }) => clusters)),
    tlsRedirect(head) {
      if (redirect === undefined || head.scheme === "https") return undefined;
      const internal = requireTls === "external-only" && head.headers.get("x-envoy-internal") === "true";
      return internal ? undefined : redirect;
    },
  };
}

function httpsRedirect<Retry, Extra>(place: RoutePlace<Retry, Extra>): RedirectMatch<Extra> {
  const path = compileRoutePath({ kind: "prefix", value: "" }, false, place.limits);
  return compileRedirectMatch({ scheme: "https" }, path, { ...place, route: {}, text: "TLS required" });
}

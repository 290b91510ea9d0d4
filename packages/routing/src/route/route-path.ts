import { MeshError } from "@dualmesh/core";
import {
  checkKind,
  checkText,
  compilePathMatcher,
  compileUriTemplate,
  knownKeys,
  PATH_KINDS,
  type PathMatcher,
  type PathPredicate,
  pathEnd,
  type RegexLimits,
  type UriTemplate,
} from "@dualmesh/matching";

/** How the path of a request is judged. */
export type RoutePathMatcher =
  | PathMatcher
  /**
   * A call by its service, and by its method if one is given: `/service/method`, as gRPC, Bolt and Dubbo have it here.
   */
  | { readonly kind: "rpc"; readonly service: string; readonly method?: string }
  /**
   * Requests of the method CONNECT, whatever their path. One without a path is matched by nothing else.
   *
   * @see Envoy, `envoy.config.route.v3.RouteMatch.ConnectMatcher`
   */
  | { readonly kind: "connect" };

/** A route's judgement of paths. */
export interface RoutePath {
  readonly predicate: PathPredicate;
  /** Whether a path that begins with the predicate's literal (or is it, where that is the whole) needs no further look. */
  readonly literalDecides: boolean;
  /** Whose variables a rewrite may use. */
  readonly template: UriTemplate | undefined;
  /** How much of a path with query a prefix rewrite replaces; -1 if the path does not match. */
  matchedLength(path: string): number;
}

/**
 * Compiles a path matcher for routing.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad pattern, or the name of a service or method that is empty or has a slash.
 */
export function compileRoutePath(
  config: RoutePathMatcher,
  ignoreParameters: boolean,
  limits: RegexLimits,
): RoutePath {
  checkKind("path matcher", config, KINDS);
  const plain = plainMatcher(config);
  const predicate = plain === undefined ? ANY_CONNECT : compilePathMatcher(plain, limits);
  return {
    predicate,
    template: config.kind === "template" ? compileUriTemplate(config.template) : undefined,
    literalDecides: plain === undefined || plain.kind === "exact" || plain.kind === "prefix",
    matchedLength(path) {
      const length = predicate.match(matchablePath(path, ignoreParameters));
      // A regular expression has always matched the whole, parameters that were ignored included.
      return length >= 0 && config.kind === "regex" ? pathEnd(path) : length;
    },
  };
}

const KINDS: Readonly<Record<RoutePathMatcher["kind"], ReadonlySet<string>>> = {
  ...PATH_KINDS,
  rpc: knownKeys<RoutePathMatcher>("kind", "service", "method"),
  connect: knownKeys<RoutePathMatcher>("kind"),
};

/** What of a path takes part in matching: not the query, and nothing from the first `;` on where that is ignored. */
export function matchablePath(path: string, ignoreParameters: boolean): string {
  const end = pathEnd(path);
  const parameters = ignoreParameters ? path.indexOf(";") : -1;
  const stop = parameters >= 0 && parameters < end ? parameters : end;
  return stop === path.length ? path : path.slice(0, stop);
}

const ANY_CONNECT: PathPredicate = {
  literal: "",
  whole: false,
  ignoresCase: false,
  match: (path) => path.length,
  toString: () => "CONNECT",
};

/** `undefined` for CONNECT, which goes by the method. */
function plainMatcher(config: RoutePathMatcher): PathMatcher | undefined {
  if (config.kind === "connect") return undefined;
  if (config.kind !== "rpc") return config;
  const { service, method } = config;
  for (const [what, name] of [
    ["service", service],
    ["method", method ?? "-"],
  ] as const) {
    checkText("rpc matcher", what, name);
    if (name === "" || name.includes("/")) {
      throw new MeshError("INVALID_ARGUMENT", `rpc matcher: "${name}" is no name of a ${what}`);
    }
  }
  if (method === undefined) return { kind: "prefix", value: `/${service}/` };
  return { kind: "exact", value: `/${service}/${method}` };
}

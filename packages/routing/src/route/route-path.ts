import { MeshError } from "@dualmesh/core";
import {
  checkKind,
  checkText,
  compilePathMatcher,
  compileUriTemplate,
  foldAscii,
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
  /** Whether path parameters take part in matching although the table ignores them: templates see them. */
  readonly seesParameters: boolean;
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
  const seesParameters = ignoreParameters && config.kind === "template";
  const compiled = plain === undefined ? ANY_CONNECT : compilePathMatcher(plain, limits);
  const predicate = seesParameters ? foundWithoutParameters(compiled) : compiled;
  return {
    predicate,
    seesParameters,
    template: config.kind === "template" ? compileUriTemplate(config.template) : undefined,
    literalDecides: plain === undefined || plain.kind === "exact" || plain.kind === "prefix",
    matchedLength(path) {
      const length = predicate.match(matchablePath(path, ignoreParameters && !seesParameters));
      // A regular expression has always matched the whole, parameters that were ignored included.
      if (length >= 0 && config.kind === "regex") return pathEnd(path);
      // Parameters within what was matched leave nothing that could be replaced as text.
      return ignoreParameters && !beginsWith(path, predicate) ? -1 : length;
    },
  };
}

const KINDS: Readonly<Record<RoutePathMatcher["kind"], ReadonlySet<string>>> = {
  ...PATH_KINDS,
  rpc: knownKeys<RoutePathMatcher>("kind", "service", "method"),
  connect: knownKeys<RoutePathMatcher>("kind"),
};

/** What of a path takes part in matching: not the query, and of each segment nothing from its `;` on where that is ignored. */
export function matchablePath(path: string, ignoreParameters: boolean): string {
  const end = pathEnd(path);
  const parameters = ignoreParameters ? path.indexOf(";") : -1;
  if (parameters >= 0 && parameters < end) return path.slice(0, end).replace(PARAMETERS, "");
  return end === path.length ? path : path.slice(0, end);
}

const PARAMETERS = /;[^/]*/g;

function beginsWith(path: string, { literal, ignoresCase }: PathPredicate): boolean {
  return (ignoresCase ? foldAscii(path) : path).startsWith(literal);
}

/** An index looks for paths without parameters: of a literal that has some, it gets what is in front of them. */
function foundWithoutParameters(predicate: PathPredicate): PathPredicate {
  const { literal, ignoresCase } = predicate;
  return {
    literal: literal.replace(/;.*$/s, ""),
    whole: false,
    ignoresCase,
    match: (path) => predicate.match(path),
    toString: () => String(predicate),
  };
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

import {
  compilePathMatcher,
  type PathMatcher,
  type PathPredicate,
  pathEnd,
  type RegexLimits,
} from "@dualmesh/matching";

/** A route's judgement of paths, and what it knows of their index. */
export interface RoutePath {
  readonly predicate: PathPredicate;
  /** The whole segments that every matching path begins with, as far as can be told: `api`, `v1` of `/api/v1/`. */
  readonly segments: readonly string[];
  /** How much of a path with query a prefix rewrite replaces; -1 if the path does not match. */
  matchedLength(path: string): number;
}

/** Compiles a path matcher for routing. */
export function compileRoutePath(
  config: PathMatcher,
  ignoreParameters: boolean,
  limits: RegexLimits,
): RoutePath {
  const predicate = compilePathMatcher(config, limits);
  return {
    predicate,
    segments: leadingSegments(predicate, config.kind === "separated-prefix"),
    matchedLength(path) {
      const length = predicate.match(matchablePath(path, ignoreParameters));
      // A regular expression has always matched the whole, parameters that were ignored included.
      return length >= 0 && config.kind === "regex" ? pathEnd(path) : length;
    },
  };
}

/** What of a path takes part in matching: not the query, and nothing from the first `;` on where that is ignored. */
export function matchablePath(path: string, ignoreParameters: boolean): string {
  const end = pathEnd(path);
  const parameters = ignoreParameters ? path.indexOf(";") : -1;
  const stop = parameters >= 0 && parameters < end ? parameters : end;
  return stop === path.length ? path : path.slice(0, stop);
}

/** A plain prefix ends anywhere, so that what stands behind its last slash may be half of a segment. */
function leadingSegments({ literal, whole }: PathPredicate, separated: boolean): readonly string[] {
  if (!literal.startsWith("/")) return [];
  const end = whole || separated ? literal.length : literal.lastIndexOf("/");
  return end === 0 ? [] : literal.slice(1, end).split("/");
}

import { compileFormat, type FormatContext, type RequestHead } from "@dualmesh/core";
import {
  checkKind,
  checkText,
  compileRegexReplace,
  knownKeys,
  pathEnd,
  type RegexLimits,
} from "@dualmesh/matching";
import type { PrepareRequestOptions } from "../route/route-match.ts";
import type { RoutePath } from "../route/route-path.ts";
import { compileTemplateRewrite } from "./template-rewrite.ts";

/** How the path of a request changes on its way upstream. */
export type PathRewrite =
  /** Puts `value` in the place of what was matched, as text: `/strip` to `/` turns `/strip/x` into `//x`. */
  | { readonly kind: "prefix"; readonly value: string }
  /** Replaces every match in the path, whatever was matched. `\1` is the first group. Never touches the query. */
  | { readonly kind: "regex"; readonly pattern: string; readonly substitution: string }
  /** Writes a new path out of the variables of the route's template: `/people/{id}/profile`. Keeps the query. */
  | { readonly kind: "template"; readonly template: string }
  /** Writes a new path by a format string: `/tenants/%REQ(x-tenant)%`. Keeps the query. One that gives nothing changes nothing. */
  | { readonly kind: "format"; readonly format: string };

/** Computes the new path with its query; `undefined` where there is nothing to rewrite. */
export type PathRewriter = (path: string, context: FormatContext) => string | undefined;

/** What a rewrite is compiled with. */
export interface RewriteScope {
  readonly limits: RegexLimits;
  /** The commands that formats may use. */
  readonly commands: ReadonlySet<string>;
}

/**
 * Compiles a rewrite. An empty prefix is no rewrite, and an empty result of an expression is dropped, as in Envoy.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad pattern, or a template that is malformed, names a variable which the
 * route's does not have, or belongs to a route that has none.
 */
export function compilePathRewrite(
  rewrite: PathRewrite,
  matched: RoutePath,
  { limits, commands }: RewriteScope,
): PathRewriter {
  checkKind("path rewrite", rewrite, PATH_REWRITE_KINDS);
  if (rewrite.kind === "format") {
    checkText("path rewrite", "format", rewrite.format);
    const format = compileFormat(rewrite.format, commands);
    return (path, context) => {
      const written = format.evaluate(context);
      return written === "" ? undefined : written + path.slice(pathEnd(path));
    };
  }
  if (rewrite.kind === "regex") {
    const replacer = compileRegexReplace(rewrite, limits);
    return (path) => {
      const end = pathEnd(path);
      const result = replacer.replace(path.slice(0, end));
      return result === "" ? undefined : result + path.slice(end);
    };
  }
  if (rewrite.kind === "template") {
    checkText("path rewrite", "template", rewrite.template);
    return compileTemplateRewrite(rewrite.template, matched);
  }
  const { value } = rewrite;
  checkText("path rewrite", "value", value);
  if (value === "") return () => undefined;
  return (path) => {
    // Measured again, since a route is shared by all calls and keeps nothing of one. A filter may have changed the path
    // since: what no longer fits, stays.
    const length = matched.matchedLength(path);
    return length < 0 ? undefined : value + path.slice(length);
  };
}

/** The keys of each {@link PathRewrite}. */
export const PATH_REWRITE_KINDS: Readonly<Record<PathRewrite["kind"], ReadonlySet<string>>> = {
  prefix: knownKeys<PathRewrite>("kind", "value"),
  regex: knownKeys<PathRewrite>("kind", "pattern", "substitution"),
  template: knownKeys<PathRewrite>("kind", "template"),
  format: knownKeys<PathRewrite>("kind", "format"),
};

/** Gives a request another path, and remembers the one before in `x-envoy-original-path`. */
export function rewritePath(head: RequestHead, path: string, options: PrepareRequestOptions): void {
  const { originalHeaders = true } = options;
  if (originalHeaders) head.headers.set("x-envoy-original-path", head.path);
  head.path = path;
}

import { MeshError } from "@dualmesh/core";
import { checkKind, checkOneOf, checkText, knownKeys, type MatchableHead, pathEnd } from "@dualmesh/matching";
import {
  compilePathRewrite,
  PATH_REWRITE_KINDS,
  type PathRewrite,
  type PathRewriter,
  type RewriteScope,
} from "../forward/path-rewrite.ts";
import { requestFormat } from "../headers/request-format.ts";
import type { RoutePath } from "../route/route-path.ts";
import { portStart } from "../table/authority.ts";

/**
 * Sends the client elsewhere. What is not set, stays as the request has it.
 *
 * @see Envoy, `envoy.config.route.v3.RedirectAction`
 */
export interface RedirectAction {
  readonly kind: "redirect";
  /** `https` is Envoy's `https_redirect`. Applies to requests that have this scheme already, too. */
  readonly scheme?: string;
  /** With its port, if it is to have one. */
  readonly host?: string;
  /** Takes the place of a port in the request's authority, and is written even where the scheme implies it. */
  readonly port?: number;
  /**
   * A whole path, or a rewrite of the request's. A whole path with a query of its own keeps it and drops the request's;
   * without, the request's is kept.
   */
  readonly path?: { readonly kind: "whole"; readonly value: string } | PathRewrite;
  /** Drops the query, save that of a whole path. Default false. */
  readonly stripQuery?: boolean;
  /** Default 301. */
  readonly status?: 301 | 302 | 303 | 307 | 308;
}

/** A redirect, compiled. */
export interface Redirector {
  /** The value of `Location`. */
  location(head: MatchableHead): string;
  /** The request's path by a rewrite, its query kept; `undefined` where a whole path, or none, takes its place. */
  rewrittenPath(head: MatchableHead): string | undefined;
}

/**
 * Compiles a redirect.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad pattern, or a port that is none.
 */
export function compileRedirect(
  action: Omit<RedirectAction, "kind">,
  matched: RoutePath,
  rewriting: RewriteScope,
): Redirector {
  const { scheme, host, port, stripQuery = false } = action;
  checkOneOf("redirect", "status", action.status, STATUSES);
  if (action.path !== undefined) checkKind("redirect path", action.path, PATH_KINDS);
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `redirect: the port must be an integer from 1 to 65535, got ${port}`,
    );
  }
  const newPath = compilePath(action, matched, rewriting);
  const keepsQuery = !stripQuery || (action.path?.kind === "whole" && action.path.value.includes("?"));
  const rewrites = action.path !== undefined && action.path.kind !== "whole";
  return {
    location(head) {
      const newScheme = scheme ?? head.scheme;
      const newHost = host ?? requestHost(head, newScheme, port !== undefined);
      const path = newPath(head.path, requestFormat(head)) ?? head.path;
      const rooted = path.startsWith("/") ? path : `/${path}`;
      const query = keepsQuery ? -1 : rooted.indexOf("?");
      const location = query < 0 ? rooted : rooted.slice(0, query);
      return `${newScheme}://${newHost}${port === undefined ? "" : `:${port}`}${location}`;
    },
    rewrittenPath: (head) => (rewrites ? newPath(head.path, requestFormat(head)) : undefined),
  };
}

const STATUSES = [301, 302, 303, 307, 308] as const;

const PATH_KINDS = { ...PATH_REWRITE_KINDS, whole: PATH_REWRITE_KINDS.prefix } as const;

/** The keys of a {@link RedirectAction}. */
export const REDIRECT_KEYS: ReadonlySet<string> = knownKeys<RedirectAction>(
  "kind",
  "scheme",
  "host",
  "port",
  "path",
  "stripQuery",
  "status",
);

function compilePath(
  { path }: Pick<RedirectAction, "path">,
  matched: RoutePath,
  rewriting: RewriteScope,
): PathRewriter {
  if (path === undefined) return () => undefined;
  if (path.kind !== "whole") return compilePathRewrite(path, matched, rewriting);
  const { value } = path;
  checkText("redirect path", "value", value);
  if (value.includes("?")) return () => value;
  return (requested) => {
    const query = requested.indexOf("?", pathEnd(requested));
    return query < 0 ? value : value + requested.slice(query);
  };
}

/**
 * The request's authority: without its port if there is a new one, or if it is the default port of a scheme that
 * changes. Port 80 leaves on the way from http, but 443 and 8080 stay.
 */
function requestHost(head: MatchableHead, newScheme: string, newPort: boolean): string {
  const { authority, scheme } = head;
  const start = portStart(authority);
  const port = authority.slice(start);
  const implied =
    newScheme !== scheme &&
    ((scheme === "https" && port === ":443") || (scheme === "http" && port === ":80"));
  return newPort || implied ? authority.slice(0, start) : authority;
}

import { type FormatContext, MeshError, type RequestHead } from "@dualmesh/core";
import type { MatchableHead } from "@dualmesh/matching";
import { rewritePath } from "../forward/path-rewrite.ts";
import { compileMatchParts, MatchBase, type MatchParts } from "../route/match-base.ts";
import type {
  DirectResponseMatch,
  NonForwardingMatch,
  PrepareRequestOptions,
  RedirectMatch,
} from "../route/route-match.ts";
import type { RoutePath } from "../route/route-path.ts";
import type { RouteScope } from "../route/route-scope.ts";
import { compileBodyFormat } from "./body-format.ts";
import type { DirectResponseAction } from "./local-action.ts";
import { compileRedirect, type RedirectAction, type Redirector } from "./redirect.ts";

/** Compiles a redirect of a route. */
export function compileRedirectMatch<Retry, Extra>(
  action: RedirectAction,
  path: RoutePath,
  scope: RouteScope<Retry, Extra>,
): RedirectMatch<Extra> {
  const redirector = compileRedirect(action, path, scope);
  return new Redirect(compileMatchParts(scope), action.status ?? 301, redirector);
}

/** Compiles the redirect of a virtual host that requires TLS: to the same authority, whatever its port, as in Envoy. */
export function compileTlsRedirect<Retry, Extra>(scope: RouteScope<Retry, Extra>): RedirectMatch<Extra> {
  return new Redirect(compileMatchParts(scope), 301, {
    location: ({ authority, path }) => `https://${authority}${path.startsWith("/") ? "" : "/"}${path}`,
    rewrittenPath: () => undefined,
  });
}

/**
 * Compiles a direct response.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a status that is none, or a bad format.
 */
export function compileDirectResponse<Retry, Extra>(
  action: DirectResponseAction,
  scope: RouteScope<Retry, Extra>,
): DirectResponseMatch<Extra> {
  const { status, body = "", bodyFormat } = action;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `direct response: the status must be from 200 to 599, got ${status}`,
    );
  }
  if (typeof body !== "string" && !(body instanceof Uint8Array)) {
    throw new MeshError("INVALID_ARGUMENT", "direct response: the body must be a text or bytes");
  }
  const parts = compileMatchParts(scope);
  if (bodyFormat === undefined) return new DirectResponse(parts, status, undefined, () => body);
  const { contentType, write } = compileBodyFormat(bodyFormat, scope.commands);
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return new DirectResponse(parts, status, contentType, (context) => write(context, bytes));
}

/** Compiles a route that a server handles by itself. */
export function compileNonForwarding<Retry, Extra>(
  scope: RouteScope<Retry, Extra>,
): NonForwardingMatch<Extra> {
  return new NonForwarding(compileMatchParts(scope));
}

class Redirect<Extra> extends MatchBase<Extra> implements RedirectMatch<Extra> {
  readonly kind = "redirect";
  readonly cluster = "";
  readonly status: RedirectMatch["status"];
  readonly #redirector: Redirector;

  constructor(parts: MatchParts<Extra>, status: RedirectMatch["status"], redirector: Redirector) {
    super(parts);
    this.status = status;
    this.#redirector = redirector;
  }

  location(head: MatchableHead): string {
    return this.#redirector.location(head);
  }

  prepareRequest(head: RequestHead, options: PrepareRequestOptions = {}): void {
    const path = this.#redirector.rewrittenPath(head);
    if (path !== undefined) rewritePath(head, path, options);
  }
}

class DirectResponse<Extra> extends MatchBase<Extra> implements DirectResponseMatch<Extra> {
  readonly kind = "direct-response";
  readonly cluster = "";
  readonly status: number;
  readonly contentType: string | undefined;
  readonly #body: (context: FormatContext) => string | Uint8Array;

  constructor(
    parts: MatchParts<Extra>,
    status: number,
    contentType: string | undefined,
    body: (context: FormatContext) => string | Uint8Array,
  ) {
    super(parts);
    this.status = status;
    this.contentType = contentType;
    this.#body = body;
  }

  body(context: FormatContext): string | Uint8Array {
    return this.#body(context);
  }
}

class NonForwarding<Extra> extends MatchBase<Extra> implements NonForwardingMatch<Extra> {
  readonly kind = "non-forwarding";
  readonly cluster = "";
}

import { MeshError } from "@dualmesh/core";
import { pathEnd } from "@dualmesh/matching";
import type { RoutePath } from "../route/route-path.ts";
import type { PathRewriter } from "./path-rewrite.ts";

/** Literal text, or a variable. */
const PIECE = /\{([^{}]*)\}|[^{}]+/y;
const LITERAL = /^[a-zA-Z0-9\-._~%!$&'()*+,;:@=/]+$/;

/**
 * Compiles a path that is made of the variables of the route's template.
 *
 * @see Envoy, `envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig`
 */
export function compileTemplateRewrite(rewrite: string, { template }: RoutePath): PathRewriter {
  const refuse = (reason: string): never => {
    throw new MeshError("INVALID_ARGUMENT", `template rewrite "${rewrite}": ${reason}`);
  };
  if (template === undefined) return refuse("the route has no template to take variables from");
  if (!rewrite.startsWith("/") || rewrite.includes("//")) {
    refuse("begins with a slash, and has no two of them in a row");
  }
  const pieces: (string | number)[] = [];
  for (let at = 0; at < rewrite.length; at = PIECE.lastIndex) {
    PIECE.lastIndex = at;
    const found = PIECE.exec(rewrite);
    if (found === null) return refuse(`expected text or a variable at "${rewrite.slice(at)}"`);
    const [piece, name] = found;
    if (name === undefined) {
      if (!LITERAL.test(piece)) refuse(`"${piece}" may not stand in a path`);
      pieces.push(piece);
      continue;
    }
    const variable = template.variables.indexOf(name);
    if (variable < 0) refuse(`the route's template ${template} has no variable "${name}"`);
    pieces.push(variable);
  }
  return (path) => {
    const end = pathEnd(path);
    const values = template.capture(path.slice(0, end));
    if (values === undefined) return undefined;
    const written = pieces.map((piece) => (typeof piece === "string" ? piece : (values[piece] ?? "")));
    return written.join("") + path.slice(end);
  };
}

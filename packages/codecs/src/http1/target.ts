/** A request target by its form (RFC 9112, section 3.2). */
export type Target =
  | { readonly form: "origin"; readonly path: string }
  /** Its authority replaces Host. */
  | {
      readonly form: "absolute";
      readonly scheme: "http" | "https";
      readonly authority: string;
      readonly path: string;
    }
  | { readonly form: "authority"; readonly authority: string }
  /** The server as a whole: for OPTIONS alone. */
  | { readonly form: "asterisk" };

const ABSOLUTE = /^(https?):\/\/([^/?#]*)(.*)$/i;

/** @returns `undefined` for a target that the method cannot have. */
export function parseTarget(method: string, target: string): Target | undefined {
  if (method === "CONNECT")
    return target.includes("/") ? undefined : { form: "authority", authority: target };
  if (target.startsWith("/")) return { form: "origin", path: target };
  if (target === "*") return method === "OPTIONS" ? { form: "asterisk" } : undefined;
  const found = ABSOLUTE.exec(target);
  if (found === null) return undefined;
  const [, scheme = "", authority = "", rest = ""] = found;
  return {
    form: "absolute",
    scheme: scheme.toLowerCase() === "https" ? "https" : "http",
    authority,
    path: rest.startsWith("/") ? rest : `/${rest}`,
  };
}

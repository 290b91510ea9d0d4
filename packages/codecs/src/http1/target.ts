import { isAuthority } from "./octets.ts";

/** A request target by its form (RFC 9112, section 3.2). */
export type Target =
  | { readonly form: "origin"; readonly path: string }
  /** Its authority replaces Host. It has no userinfo, which nobody may use (RFC 9110, section 4.2.4). */
  | {
      readonly form: "absolute";
      readonly scheme: "http" | "https";
      readonly authority: string;
      readonly path: string;
    }
  | { readonly form: "authority"; readonly authority: string }
  /** The server as a whole: for OPTIONS alone. */
  | { readonly form: "asterisk" };

/** A fragment is never sent (RFC 9110, section 4.2.5). One behind a path is left to those who judge paths. */
const ABSOLUTE = /^(https?):\/\/([^/?#]*)((?:[/?].*)?)$/i;

/** @returns `undefined` for a target that the method cannot have, or whose authority is none. */
export function parseTarget(method: string, target: string): Target | undefined {
  if (method === "CONNECT") return isHost(target) ? { form: "authority", authority: target } : undefined;
  if (target.startsWith("/")) return { form: "origin", path: target };
  if (target === "*") return method === "OPTIONS" ? { form: "asterisk" } : undefined;
  const found = ABSOLUTE.exec(target);
  if (found === null) return undefined;
  const [, scheme = "", claimed = "", rest = ""] = found;
  const authority = claimed.slice(claimed.lastIndexOf("@") + 1);
  if (!isHost(authority)) return undefined;
  return {
    form: "absolute",
    scheme: scheme.toLowerCase() === "https" ? "https" : "http",
    authority,
    path: rest.startsWith("/") ? rest : `/${rest}`,
  };
}

/** A scheme of HTTP needs a host (RFC 9110, section 4.2.1). */
function isHost(authority: string): boolean {
  return authority !== "" && isAuthority(authority);
}

import type { RequestHead } from "@dualmesh/core";
import { pathWithoutQuery } from "@dualmesh/matching";

/** `%PATH(NQ:ORIG)%`: without or with its query, and which one where it was rewritten. */
export function pathCommand({ headers, path }: RequestHead, argument = ""): string | undefined {
  const [query = "", which = ""] = argument.split(":");
  const original = headers.get("x-envoy-original-path");
  const meant = which === "PATH" ? path : which === "ORIG" ? original : (original ?? path);
  return query === "NQ" && meant !== undefined ? pathWithoutQuery(meant) : meant;
}

/** `%QUERY_PARAM(name)%`: the first of that name, decoded. */
export function queryParameter({ path }: RequestHead, name: string): string | undefined {
  for (const pair of queryOf(path).split("&")) {
    const equals = pair.indexOf("=");
    if ((equals < 0 ? pair : pair.slice(0, equals)) !== name) continue;
    const value = equals < 0 ? "" : pair.slice(equals + 1);
    // What is no encoding stands for itself.
    return value.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
      Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"),
    );
  }
  return undefined;
}

/** `%QUERY_PARAMS%`: the query as it is. */
export function queryParameters({ path }: RequestHead): string | undefined {
  return path.includes("?") ? queryOf(path) : undefined;
}

function queryOf(path: string): string {
  const start = path.indexOf("?");
  return start < 0 ? "" : path.slice(start + 1);
}

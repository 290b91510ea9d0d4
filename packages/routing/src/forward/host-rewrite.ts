import { compileFormat, type FormatContext, type RequestHead } from "@dualmesh/core";
import {
  checkKind,
  checkText,
  compileRegexReplace,
  fieldName,
  firstValue,
  knownKeys,
  type MatchableHead,
  pathWithoutQuery,
  unknownKind,
} from "@dualmesh/matching";
import type { RewriteScope } from "./path-rewrite.ts";

/** How the authority of a request changes on its way upstream. */
export type HostRewrite =
  | { readonly kind: "literal"; readonly value: string }
  /** The first value of a header; nothing changes where it is missing or empty. */
  | { readonly kind: "header"; readonly name: string }
  /** The path after a replacement. One that does not match makes the *path* the host, as in Envoy. */
  | { readonly kind: "path-regex"; readonly pattern: string; readonly substitution: string }
  /** A format string: `%REQ(x-tenant)%.shop.test`. A command without a value gives `-`. */
  | { readonly kind: "format"; readonly format: string }
  /** The host name of the endpoint, which only the data plane knows: see `rewriteAuthority`. */
  | { readonly kind: "endpoint" };

/** Computes the new authority; `undefined` where there is nothing to rewrite. */
export type HostRewriter = (head: MatchableHead, context: FormatContext) => string | undefined;

/** Compiles a rewrite; `undefined` for `endpoint`, which is not known while routing. */
export function compileHostRewrite(rewrite: HostRewrite, scope: RewriteScope): HostRewriter | undefined {
  checkKind("host rewrite", rewrite, KINDS);
  switch (rewrite.kind) {
    case "literal":
      checkText("host rewrite", "value", rewrite.value);
      return () => rewrite.value || undefined;
    case "header": {
      checkText("host rewrite", "name", rewrite.name);
      const name = fieldName(rewrite.name);
      return (head) => firstValue(head, name) || undefined;
    }
    case "path-regex": {
      const replacer = compileRegexReplace(rewrite, scope.limits);
      return (head) => replacer.replace(pathWithoutQuery(head.path)) || undefined;
    }
    case "format": {
      checkText("host rewrite", "format", rewrite.format);
      const format = compileFormat(rewrite.format, scope.commands);
      return (_, context) => format.evaluate(context, "-") || undefined;
    }
    case "endpoint":
      return undefined;
    default:
      throw unknownKind("host rewrite", rewrite);
  }
}

const KINDS: Readonly<Record<HostRewrite["kind"], ReadonlySet<string>>> = {
  literal: knownKeys<HostRewrite>("kind", "value"),
  header: knownKeys<HostRewrite>("kind", "name"),
  "path-regex": knownKeys<HostRewrite>("kind", "pattern", "substitution"),
  format: knownKeys<HostRewrite>("kind", "format"),
  endpoint: knownKeys<HostRewrite>("kind"),
};

export interface RewriteAuthorityOptions {
  /** Adds the old authority to `x-forwarded-host`. Default false. */
  readonly appendForwardedHost?: boolean;
  /** Writes the old authority into `x-envoy-original-host`. Default true. */
  readonly originalHeaders?: boolean;
}

/** Replaces the authority, and leaves word of the old one, also where both are equal: Envoy's rule. */
export function rewriteAuthority(
  head: RequestHead,
  host: string,
  options: RewriteAuthorityOptions = {},
): void {
  const { headers, authority } = head;
  if (options.appendForwardedHost ?? false) {
    const before = headers.getAll("x-forwarded-host").filter((value) => value !== "");
    headers.set("x-forwarded-host", [...before, authority].join(","));
  }
  if (options.originalHeaders ?? true) headers.set("x-envoy-original-host", authority);
  head.authority = host;
}

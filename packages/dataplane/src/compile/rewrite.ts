import type { MessageTypes } from "@dualmesh/envoy-api";
import type { HostRewrite, PathRewrite } from "@dualmesh/routing";
import type { CompileReport } from "./report.ts";

type Substitution = MessageTypes["envoy.type.matcher.v3.RegexMatchAndSubstitute"];

/** The rewrite of a path: by prefix or by regular expression, of which a route may have one. */
export function pathRewrite(
  prefix: string | undefined,
  regex: Substitution | undefined,
  path: string,
  report: CompileReport,
): PathRewrite | undefined {
  if (prefix !== undefined && prefix !== "" && regex !== undefined) {
    report.refuse(path, "prefix_rewrite and regex_rewrite exclude each other");
  }
  if (regex !== undefined) return { kind: "regex", ...substitution(regex) };
  return prefix === undefined || prefix === "" ? undefined : { kind: "prefix", value: prefix };
}

/** The rewrite of the authority. */
export function hostRewrite(
  action: MessageTypes["envoy.config.route.v3.RouteAction"],
): HostRewrite | undefined {
  const { host_rewrite_literal: value, host_rewrite_header: name, host_rewrite_path_regex: regex } = action;
  if (value !== undefined) return { kind: "literal", value };
  if (name !== undefined) return { kind: "header", name };
  if (regex !== undefined) return { kind: "path-regex", ...substitution(regex) };
  return action.auto_host_rewrite === true ? { kind: "endpoint" } : undefined;
}

function substitution(message: Substitution): { readonly pattern: string; readonly substitution: string } {
  return { pattern: message.pattern?.regex ?? "", substitution: message.substitution };
}

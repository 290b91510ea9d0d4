import type { MessageTypes } from "@dualmesh/envoy-api";
import type { HostRewrite, PathRewrite } from "@dualmesh/routing";
import type { CompileReport } from "./report.ts";
import { TEMPLATE_REWRITE, uriTemplate } from "./uri-template.ts";

type Substitution = MessageTypes["envoy.type.matcher.v3.RegexMatchAndSubstitute"];

/** Where a rewrite may stand: in an action that forwards, or in a redirect, which has no policies. */
interface PathRewriteFields {
  readonly prefix_rewrite?: string | undefined;
  readonly regex_rewrite?: Substitution | undefined;
  readonly path_rewrite_policy?: MessageTypes["envoy.config.core.v3.TypedExtensionConfig"] | undefined;
}

/** The rewrite of a path: by prefix, by regular expression or by template, of which a route may have one. */
export function pathRewrite(
  { prefix_rewrite: prefix, regex_rewrite: regex, path_rewrite_policy: policy }: PathRewriteFields,
  path: string,
  report: CompileReport,
): PathRewrite | undefined {
  const set = [prefix === "" ? undefined : prefix, regex, policy].filter((one) => one !== undefined);
  if (set.length > 1) {
    report.refuse(path, "prefix_rewrite, regex_rewrite and path_rewrite_policy exclude each other");
  }
  if (policy !== undefined) {
    const template = uriTemplate(policy, TEMPLATE_REWRITE, `${path}.path_rewrite_policy`, report);
    return template && { kind: "template", template: template.path_template_rewrite };
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

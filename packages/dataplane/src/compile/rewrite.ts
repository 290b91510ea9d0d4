import { asBytes } from "@dualmesh/core";
import type { MessageTypes } from "@dualmesh/envoy-api";
import type { HostRewrite, PathRewrite } from "@dualmesh/routing";
import type { CompileReport } from "./report.ts";
import { checkTemplateLength, TEMPLATE_REWRITE, uriTemplate } from "./uri-template.ts";

type Substitution = MessageTypes["envoy.type.matcher.v3.RegexMatchAndSubstitute"];

/** Where a rewrite may stand: in an action that forwards, or in a redirect, which has no policies. */
interface PathRewriteFields {
  readonly prefix_rewrite?: string | undefined;
  readonly regex_rewrite?: Substitution | undefined;
  readonly path_rewrite_policy?: MessageTypes["envoy.config.core.v3.TypedExtensionConfig"] | undefined;
  readonly path_rewrite?: string;
}

/** The rewrite of a path: by prefix, by regular expression or by template, of which a route may have one. */
export function pathRewrite(
  fields: PathRewriteFields,
  path: string,
  report: CompileReport,
): PathRewrite | undefined {
  const { prefix_rewrite: prefix = "", regex_rewrite: regex, path_rewrite_policy: policy } = fields;
  const { path_rewrite: format = "" } = fields;
  const set = [prefix || undefined, regex, policy, format || undefined].filter((one) => one !== undefined);
  if (set.length > 1) {
    report.refuse(
      path,
      "prefix_rewrite, regex_rewrite, path_rewrite_policy and path_rewrite exclude each other",
    );
  }
  if (format !== "") return { kind: "format", format: asBytes(format) };
  if (policy !== undefined) {
    const template = uriTemplate(policy, TEMPLATE_REWRITE, `${path}.path_rewrite_policy`, report);
    if (template === undefined) return undefined;
    const { path_template_rewrite: value } = template;
    checkTemplateLength(value, `${path}.path_rewrite_policy.typed_config.path_template_rewrite`, report);
    return { kind: "template", template: value };
  }
  if (regex !== undefined) return { kind: "regex", ...substitution(regex) };
  return prefix === "" ? undefined : { kind: "prefix", value: asBytes(prefix) };
}

/** The rewrite of the authority. */
export function hostRewrite(
  action: MessageTypes["envoy.config.route.v3.RouteAction"],
): HostRewrite | undefined {
  const { host_rewrite_literal: value, host_rewrite_header: name, host_rewrite_path_regex: regex } = action;
  if (value !== undefined) return { kind: "literal", value: asBytes(value) };
  if (name !== undefined) return { kind: "header", name };
  if (regex !== undefined) return { kind: "path-regex", ...substitution(regex) };
  if (action.host_rewrite !== undefined) return { kind: "format", format: asBytes(action.host_rewrite) };
  return action.auto_host_rewrite === true ? { kind: "endpoint" } : undefined;
}

/** What is sought, and what stands in its place. */
export function substitution(message: Substitution): {
  readonly pattern: string;
  readonly substitution: string;
} {
  return { pattern: message.pattern?.regex ?? "", substitution: asBytes(message.substitution) };
}

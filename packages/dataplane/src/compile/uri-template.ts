import type { MessageTypes } from "@dualmesh/envoy-api";
import type { CompileReport } from "./report.ts";
import { readTypedConfig } from "./typed-config.ts";

export const TEMPLATE_MATCH = "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";
export const TEMPLATE_REWRITE = "envoy.extensions.path.rewrite.uri_template.v3.UriTemplateRewriteConfig";

/** Characters, as Envoy's own rules for the two messages have it. */
const MAX_LENGTH = 256;

/** Refuses a template that Envoy would not take. */
export function checkTemplateLength(template: string, path: string, report: CompileReport): void {
  if (template.length < 1 || template.length > MAX_LENGTH) {
    report.refuse(path, `expected 1 to ${MAX_LENGTH} characters, got ${template.length}`);
  }
}

/** Opens a policy of paths, of which Envoy has one kind for each purpose. `undefined` where it was refused. */
export function uriTemplate<Type extends typeof TEMPLATE_MATCH | typeof TEMPLATE_REWRITE>(
  message: MessageTypes["envoy.config.core.v3.TypedExtensionConfig"],
  type: Type,
  path: string,
  report: CompileReport,
): MessageTypes[Type] | undefined {
  const any = message.typed_config;
  if (any === undefined) {
    report.refuse(`${path}.typed_config`, "it is missing");
    return undefined;
  }
  const typed = report.attempt(`${path}.typed_config`, () => readTypedConfig(any));
  if (typed === undefined) return undefined;
  if (typed.type === type) return typed.value as MessageTypes[Type];
  report.refuse(`${path}.typed_config`, `expected ${type}, got ${typed.type}`);
  return undefined;
}

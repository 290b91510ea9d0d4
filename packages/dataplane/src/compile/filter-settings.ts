import type { MessageTypes } from "@dualmesh/envoy-api";
import type { ExtensionRegistry } from "../extensions/extension-registry.ts";
import type { CompileReport } from "./report.ts";
import { readTypedConfig } from "./typed-config.ts";

const WRAPPER = "envoy.config.route.v3.FilterConfig";

/** Compiles what one level of routing sets for HTTP filters, by the filters' names. */
export function compileFilterSettings(
  configs: ReadonlyMap<string, MessageTypes["google.protobuf.Any"]>,
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): ReadonlyMap<string, unknown> {
  const settings = new Map<string, unknown>();
  for (const [name, any] of configs) {
    const here = `${path}.typed_per_filter_config["${name}"]`;
    const typed = report.attempt(here, () => readTypedConfig(any));
    if (typed === undefined) continue;
    if (typed.type === WRAPPER) {
      report.refuse(here, `${WRAPPER} is not supported`);
      continue;
    }
    const factory = registry.findRouteFilter(typed.type);
    if (factory?.parseRoute === undefined) {
      report.refuse(here, `the setting ${typed.type} is not supported`);
      continue;
    }
    report.attempt(here, () => settings.set(name, factory.parseRoute?.(typed.value)));
  }
  return settings;
}

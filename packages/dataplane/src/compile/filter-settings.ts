import type { MessageTypes } from "@dualmesh/envoy-api";
import { FILTER_OFF } from "@dualmesh/routing";
import type { ExtensionRegistry } from "../extensions/extension-registry.ts";
import type { CompileReport } from "./report.ts";
import { readTypedConfig } from "./typed-config.ts";

type Any = MessageTypes["google.protobuf.Any"];

const WRAPPER = "envoy.config.route.v3.FilterConfig";

/**
 * Compiles what one level of routing sets for HTTP filters, by the filters' names: a configuration, which also switches
 * the filter on, or that it is off.
 */
export function compileFilterSettings(
  configs: ReadonlyMap<string, Any>,
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): ReadonlyMap<string, unknown> {
  const settings = new Map<string, unknown>();
  for (const [name, any] of configs) {
    const here = `${path}.typed_per_filter_config["${name}"]`;
    const setting = compileSetting(any, here, report, registry);
    if (setting !== undefined) settings.set(name, setting);
  }
  return settings;
}

function compileSetting(any: Any, path: string, report: CompileReport, registry: ExtensionRegistry): unknown {
  const typed = report.attempt(path, () => readTypedConfig(any));
  if (typed === undefined) return undefined;
  if (typed.type !== WRAPPER) return compileConfig(typed.type, typed.value, path, report, registry);
  const { config, disabled, is_optional: isOptional } = typed.value as MessageTypes[typeof WRAPPER];
  // With Envoy, too, what stands beside it is not looked at then.
  if (disabled) return FILTER_OFF;
  if (config === undefined) {
    report.refuse(`${path}.config`, "it is missing, and the filter is not disabled");
    return undefined;
  }
  const inner = report.attempt(`${path}.config`, () => readTypedConfig(config));
  if (inner === undefined) return undefined;
  if (isOptional && registry.findRouteFilter(inner.type)?.parseRoute === undefined) {
    report.warn(path, `${inner.type} is not known; it is optional and left out`);
    return undefined;
  }
  return compileConfig(inner.type, inner.value, `${path}.config`, report, registry);
}

function compileConfig(
  type: string,
  value: unknown,
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): unknown {
  const factory = registry.findRouteFilter(type);
  if (factory?.parseRoute === undefined) {
    report.refuse(path, `the setting ${type} is not supported`);
    return undefined;
  }
  const setting = report.attempt(path, () => factory.parseRoute?.(value));
  if (typeof setting === "object" && setting !== null) sources.set(setting, { type, value });
  return setting;
}

/** What a setting was compiled of: the setting itself need not show it. */
const sources = new WeakMap<object, { readonly type: string; readonly value: unknown }>();

/** A setting as it was configured, for those who compare; `undefined` for one that was made in another way. */
export function filterSettingText(setting: unknown): string | undefined {
  const source = typeof setting === "object" && setting !== null ? sources.get(setting) : undefined;
  return source && JSON.stringify(source, (_, inner) => (inner instanceof Map ? [...inner] : plain(inner)));
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

import type { MessageTypes } from "@dualmesh/envoy-api";
import type { ExtensionRegistry } from "../extensions/extension-registry.ts";
import type { HttpFilterFactory } from "../extensions/http-filter-factory.ts";
import type { CompileReport } from "./report.ts";
import { readTypedConfig } from "./typed-config.ts";

type HttpFilterMessage =
  MessageTypes["envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter"];

/** An HTTP filter of a chain, with its configuration checked. */
export interface HttpFilterPlan {
  readonly name: string;
  readonly factory: HttpFilterFactory;
  readonly config: unknown;
  /** Whether it runs only where a route switches it on. */
  readonly disabled: boolean;
}

const ROUTER = "envoy.extensions.filters.http.router.v3.Router";

/** The filters of a connection manager, and what the router at their end is told. */
export interface HttpFiltersPlan {
  readonly filters: readonly HttpFilterPlan[];
  readonly suppressEnvoyHeaders: boolean;
}

/**
 * Compiles the filters of a connection manager, in order. The router ends the chain and is no filter here: the chain is
 * built over it. Nothing may follow it, and it may not be missing, as with Envoy.
 */
export function compileHttpFilters(
  messages: readonly HttpFilterMessage[],
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): HttpFiltersPlan {
  const plans: HttpFilterPlan[] = [];
  const names = new Set<string>();
  let routers = 0;
  let suppressEnvoyHeaders = false;
  messages.forEach((message, i) => {
    const here = `${path}[${i}]`;
    report.checkFields(here, message, { uses: ["name", "typed_config", "is_optional", "disabled"] });
    if (names.has(message.name)) report.refuse(`${here}.name`, `"${message.name}" occurs twice`);
    names.add(message.name);
    if (routers > 0) report.refuse(here, "nothing may follow the router");
    if (message.typed_config === undefined) {
      report.refuse(`${here}.typed_config`, "it is missing");
      return;
    }
    const any = message.typed_config;
    const typed = report.attempt(`${here}.typed_config`, () => readTypedConfig(any));
    if (typed === undefined) return;
    if (typed.type === ROUTER) {
      routers++;
      if (message.disabled) report.refuse(`${here}.disabled`, "the router cannot be switched off");
      const router = typed.value as MessageTypes[typeof ROUTER];
      checkRouter(router, here, report);
      suppressEnvoyHeaders = router.suppress_envoy_headers;
      return;
    }
    const factory = registry.findHttpFilter(typed.type);
    if (factory === undefined) {
      if (message.is_optional) report.warn(here, `${typed.type} is not known; it is optional and left out`);
      else report.refuse(here, `the HTTP filter ${typed.type} is not supported`);
      return;
    }
    report.attempt(`${here}.typed_config`, () => {
      const { name, disabled } = message;
      plans.push({ name, factory, config: factory.parse(typed.value), disabled });
    });
  });
  if (routers === 0) report.refuse(path, `expected ${ROUTER} at the end`);
  return { filters: plans, suppressEnvoyHeaders };
}

function checkRouter(message: MessageTypes[typeof ROUTER], path: string, report: CompileReport): void {
  report.checkFields(`${path}.typed_config`, message, {
    uses: ["suppress_envoy_headers"],
    ignores: [
      "dynamic_stats",
      "start_child_span",
      "upstream_log",
      "upstream_log_options",
      "strict_check_headers",
      "respect_expected_rq_timeout",
      "suppress_grpc_request_failure_code_stats",
    ],
  });
}

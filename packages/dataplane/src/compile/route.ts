import type { MessageTypes } from "@dualmesh/envoy-api";
import type { RetryPolicy } from "@dualmesh/retry";
import type { RouteAction, RouteConfig } from "@dualmesh/routing";
import { bodyFormat } from "./body-format.ts";
import { forwardAction } from "./forward-action.ts";
import { headerMutations, MUTATION_FIELDS } from "./header-mutations.ts";
import { labelSettings } from "./labels.ts";
import { redirectAction } from "./redirect.ts";
import type { CompileReport } from "./report.ts";
import { compileRouteMatch } from "./route-match.ts";

type RouteMessage = MessageTypes["envoy.config.route.v3.Route"];

/** What compiling one route configuration needs and collects. */
export interface RouteContext {
  readonly report: CompileReport;
  /** Takes the clusters that routes can choose, each with the first place that names it. */
  readonly clusters: Map<string, string>;
  /** Compiles what a level of routing sets for HTTP filters. */
  readonly filterSettings: (
    configs: ReadonlyMap<string, MessageTypes["google.protobuf.Any"]>,
    path: string,
  ) => ReadonlyMap<string, unknown>;
}

/** Compiles a Route. */
export function compileRoute(
  message: RouteMessage,
  path: string,
  context: RouteContext,
): RouteConfig<RetryPolicy, never> {
  const { report } = context;
  report.checkFields(path, message, {
    uses: [
      "match",
      "route",
      "redirect",
      "direct_response",
      "non_forwarding_action",
      "typed_per_filter_config",
      "name",
      // For labels that travel with the call; what else it says is for others.
      "metadata",
      ...MUTATION_FIELDS,
    ],
    ignores: ["decorator", "tracing", "per_request_buffer_limit_bytes", "stat_prefix"],
  });
  return {
    name: message.name,
    match: compileRouteMatch(message.match, `${path}.match`, report),
    action: compileAction(message, path, context),
    typedPerFilter: context.filterSettings(message.typed_per_filter_config, path),
    ...headerMutations(message, path, report),
    ...labelSettings(message.metadata, `${path}.metadata`, report),
  };
}

function compileAction(
  message: RouteMessage,
  path: string,
  context: RouteContext,
): RouteAction<RetryPolicy, never> {
  const { report } = context;
  if (message.route !== undefined) return forwardAction(message.route, `${path}.route`, context);
  if (message.redirect !== undefined) return redirectAction(message.redirect, `${path}.redirect`, report);
  if (message.direct_response !== undefined) return directResponse(message.direct_response, path, report);
  if (message.non_forwarding_action !== undefined) return { kind: "non-forwarding" };
  report.refuse(path, "expected route, redirect, direct_response or non_forwarding_action");
  return { kind: "non-forwarding" };
}

function directResponse(
  message: NonNullable<RouteMessage["direct_response"]>,
  path: string,
  report: CompileReport,
): RouteAction<RetryPolicy, never> {
  const here = `${path}.direct_response`;
  const { status, body, body_format: formatMessage } = message;
  report.checkFields(here, message, { uses: ["status", "body", "body_format"] });
  if (body !== undefined) {
    report.checkFields(`${here}.body`, body, { uses: ["inline_string", "inline_bytes"] });
  }
  const format = formatMessage && bodyFormat(formatMessage, `${here}.body_format`, report);
  return {
    kind: "direct-response",
    status,
    body: body?.inline_string ?? body?.inline_bytes ?? "",
    ...(format === undefined ? {} : { bodyFormat: format }),
  };
}

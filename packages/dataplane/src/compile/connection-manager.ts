import { durationMs, type MessageTypes } from "@dualmesh/envoy-api";
import type { ExtensionRegistry } from "../extensions/extension-registry.ts";
import type { HostRules } from "../filters/normalize-host.ts";
import type { StreamLimits } from "../filters/stream-limits.ts";
import { enumValue } from "./enum-value.ts";
import { compileHttpFilters, type HttpFilterPlan } from "./http-filters.ts";
import { compileHttp2Options } from "./http2-options.ts";
import { compileInternalAddresses, type InternalAddresses } from "./internal-addresses.ts";
import type { CompileReport } from "./report.ts";
import { compileRouteConfiguration, type RoutesPlan } from "./routes.ts";

type HcmMessage =
  MessageTypes["envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"];

/** Where the routes of a connection manager are. */
export type RouteSource =
  | { readonly kind: "inline"; readonly routes: RoutesPlan }
  | { readonly kind: "rds"; readonly name: string };

/** How paths are brought to their normal form before anybody reads them. */
export interface PathRules {
  readonly normalize: boolean;
  readonly mergeSlashes: boolean;
  readonly escapedSlashes: "keep" | "reject" | "unescape-and-redirect" | "unescape-and-forward";
}

/** How answers name who serves. */
export interface ServerField {
  readonly name: string;
  /** `if-absent`: unless the upstream has named itself. */
  readonly when: "always" | "if-absent" | "never";
}

/** An HTTP connection manager as configured. */
export interface ConnectionManagerPlan {
  readonly statPrefix: string;
  readonly routes: RouteSource;
  readonly filters: readonly HttpFilterPlan[];
  readonly paths: PathRules;
  readonly hosts: HostRules;
  /** Whether the peer is a client of the edge: its address is appended to x-forwarded-for. */
  readonly useRemoteAddress: boolean;
  readonly skipXffAppend: boolean;
  /** Whose requests are internal: what they ask of the router is done. `undefined`: nobody's. */
  readonly internalAddresses: InternalAddresses | undefined;
  readonly generateRequestId: boolean;
  readonly preserveExternalRequestId: boolean;
  readonly via: string;
  readonly server: ServerField;
  /** Whether the router adds fields of Envoy's own to requests and answers (`x-envoy-…`). */
  readonly envoyFields: boolean;
  /** What connections speak; `auto`: whichever of the two a client begins with. */
  readonly protocol: "auto" | "http1" | "http2";
  readonly maxConcurrentStreams: number;
  readonly streamWindowBytes: number;
  readonly maxHeadBytes: number;
  readonly maxHeadFields: number;
  readonly acceptHttp10: boolean;
  readonly defaultHost: string;
  readonly dropLengthBesideChunks: boolean;
  readonly keepAfterNoHost: boolean;
  readonly requestHeadersTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** Of the calls of routes that have none of their own. */
  readonly streamLimits: StreamLimits;
  readonly delayedCloseMs: number;
  /** How long a draining listener lets its connections finish. */
  readonly drainTimeoutMs: number;
}

/** Compiles an HttpConnectionManager. */
export function compileConnectionManager(
  message: HcmMessage,
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): ConnectionManagerPlan {
  report.checkFields(path, message, FIELDS);
  const protocol = compileProtocol(message, path, report);
  const common = message.common_http_protocol_options;
  if (common !== undefined) {
    report.checkFields(`${path}.common_http_protocol_options`, common, {
      uses: ["idle_timeout", "max_headers_count", "max_stream_duration"],
      ignores: ["headers_with_underscores_action", "max_connection_duration"],
    });
  }
  const { filters, suppressEnvoyHeaders } = compileHttpFilters(
    message.http_filters,
    `${path}.http_filters`,
    report,
    registry,
  );
  const http1 = message.http_protocol_options;
  if (http1 !== undefined) compileHttp1Options(http1, `${path}.http_protocol_options`, report);
  const http2 = message.http2_protocol_options;
  return {
    statPrefix: message.stat_prefix,
    routes: compileRouteSource(message, path, report, registry),
    filters,
    envoyFields: !suppressEnvoyHeaders,
    paths: {
      normalize: message.normalize_path ?? false,
      mergeSlashes: message.merge_slashes,
      escapedSlashes: enumValue(
        message.path_with_escaped_slashes_action,
        ESCAPED_SLASHES,
        `${path}.path_with_escaped_slashes_action`,
        report,
      ),
    },
    hosts: compileHosts(message, path, report),
    useRemoteAddress: message.use_remote_address ?? false,
    skipXffAppend: message.skip_xff_append,
    internalAddresses: compileInternalAddresses(
      message.internal_address_config,
      `${path}.internal_address_config`,
      report,
    ),
    generateRequestId: message.generate_request_id ?? true,
    preserveExternalRequestId: message.preserve_external_request_id,
    via: message.via,
    server: compileServer(message, path, report),
    protocol,
    maxConcurrentStreams: http2?.max_concurrent_streams ?? 1_024,
    ...compileHttp2Options(http2, `${path}.http2_protocol_options`, report, ["max_concurrent_streams"]),
    maxHeadBytes: (message.max_request_headers_kb ?? 60) * 1024,
    maxHeadFields: common?.max_headers_count ?? 100,
    acceptHttp10: http1?.accept_http_10 ?? false,
    defaultHost: http1?.default_host_for_http_10 ?? "",
    dropLengthBesideChunks: http1?.allow_chunked_length ?? false,
    keepAfterNoHost:
      http1?.override_stream_error_on_invalid_http_message ??
      message.stream_error_on_invalid_http_message ??
      false,
    requestHeadersTimeoutMs:
      message.request_headers_timeout === undefined ? 60_000 : durationMs(message.request_headers_timeout),
    idleTimeoutMs: common?.idle_timeout === undefined ? 3_600_000 : durationMs(common.idle_timeout),
    streamLimits: {
      // Envoy's default of five minutes would cost each call a timer.
      idleTimeoutMs: limitMs(message.stream_idle_timeout),
      maxDurationMs: limitMs(common?.max_stream_duration),
    },
    delayedCloseMs:
      message.delayed_close_timeout === undefined ? 1_000 : durationMs(message.delayed_close_timeout),
    drainTimeoutMs: message.drain_timeout === undefined ? 5_000 : durationMs(message.drain_timeout),
  };
}

const FIELDS = {
  uses: [
    "codec_type",
    "http2_protocol_options",
    "stat_prefix",
    "rds",
    "route_config",
    "http_filters",
    "use_remote_address",
    "skip_xff_append",
    "internal_address_config",
    "generate_request_id",
    "preserve_external_request_id",
    "via",
    "server_name",
    "server_header_transformation",
    "max_request_headers_kb",
    "normalize_path",
    "merge_slashes",
    "path_with_escaped_slashes_action",
    "strip_matching_host_port",
    "strip_any_host_port",
    "strip_trailing_host_dot",
    "request_headers_timeout",
    "common_http_protocol_options",
    "drain_timeout",
    "stream_idle_timeout",
    "delayed_close_timeout",
    "http_protocol_options",
    "stream_error_on_invalid_http_message",
  ],
  ignores: [
    "access_log",
    "access_log_options",
    "access_log_flush_interval",
    "flush_access_log_on_new_request",
    "tracing",
    "add_user_agent",
    "proxy_100_continue",
    "request_timeout",
    "always_set_request_id_in_response",
    "append_x_forwarded_port",
    "proxy_status_config",
  ],
} as const;

/** Trailers pass whatever `enable_trailers` says: without it Envoy drops them, and a message is not what was sent. */
function compileHttp1Options(
  message: NonNullable<HcmMessage["http_protocol_options"]>,
  path: string,
  report: CompileReport,
): void {
  report.checkFields(path, message, {
    uses: [
      "accept_http_10",
      "default_host_for_http_10",
      "allow_chunked_length",
      "override_stream_error_on_invalid_http_message",
      "enable_trailers",
      "allow_absolute_url",
    ],
    ignores: ["header_key_format", "use_balsa_parser", "allow_custom_methods", "ignore_http_11_upgrade"],
  });
  // Every server must take them (RFC 9112, section 3.2.2).
  if (message.allow_absolute_url === false) {
    report.refuse(`${path}.allow_absolute_url`, "expected true: absolute targets are always taken");
  }
}

function compileRouteSource(
  message: HcmMessage,
  path: string,
  report: CompileReport,
  registry: ExtensionRegistry,
): RouteSource {
  if (message.route_config !== undefined) {
    const routes = compileRouteConfiguration(message.route_config, `${path}.route_config`, report, registry);
    return { kind: "inline", routes };
  }
  const { rds } = message;
  if (rds === undefined) report.refuse(path, "expected route_config or rds");
  else if (rds.config_source?.ads === undefined && rds.config_source?.self === undefined) {
    report.refuse(`${path}.rds.config_source`, "expected ads: {}; other sources are not supported");
  }
  return { kind: "rds", name: rds?.route_config_name ?? "" };
}

const ESCAPED_SLASHES: Readonly<Record<string, PathRules["escapedSlashes"]>> = {
  IMPLEMENTATION_SPECIFIC_DEFAULT: "keep",
  KEEP_UNCHANGED: "keep",
  REJECT_REQUEST: "reject",
  UNESCAPE_AND_REDIRECT: "unescape-and-redirect",
  UNESCAPE_AND_FORWARD: "unescape-and-forward",
};

function compileHosts(message: HcmMessage, path: string, report: CompileReport): HostRules {
  const { strip_matching_host_port: matching, strip_any_host_port: any = false } = message;
  if (matching && any) {
    report.refuse(`${path}.strip_any_host_port`, "excludes strip_matching_host_port, which is set");
  }
  const stripPort = any ? "any" : matching ? "matching" : "never";
  return { stripPort, stripTrailingDot: message.strip_trailing_host_dot };
}

function compileProtocol(
  { codec_type }: HcmMessage,
  path: string,
  report: CompileReport,
): ConnectionManagerPlan["protocol"] {
  switch (codec_type) {
    case "AUTO":
      return "auto";
    case "HTTP1":
      return "http1";
    case "HTTP2":
      return "http2";
    default:
      report.refuse(`${path}.codec_type`, `expected AUTO, HTTP1 or HTTP2, got ${codec_type}`);
      return "auto";
  }
}

function limitMs(limit: HcmMessage["stream_idle_timeout"]): number {
  return limit === undefined ? 0 : durationMs(limit);
}

function compileServer(message: HcmMessage, path: string, report: CompileReport): ServerField {
  const { server_name: name, server_header_transformation: how } = message;
  return {
    name: name === "" ? "envoy" : name,
    when: enumValue(how, SERVER_FIELD, `${path}.server_header_transformation`, report),
  };
}

const SERVER_FIELD: Readonly<Record<string, ServerField["when"]>> = {
  OVERWRITE: "always",
  APPEND_IF_ABSENT: "if-absent",
  PASS_THROUGH: "never",
};

import { durationMs, type MessageTypes } from "@dualmesh/envoy-api";
import { STREAM_WINDOW } from "../http2/windows.ts";
import type { KeepaliveOptions } from "../transport/http2/keepalive.ts";
import type { CompileReport } from "./report.ts";

type Options = MessageTypes["envoy.config.core.v3.Http2ProtocolOptions"];

/** What of Http2ProtocolOptions is obeyed at either end. */
export interface Http2Plan {
  /** Bytes that a peer may send on one stream before somebody reads it. */
  readonly streamWindowBytes: number;
  /** Pings on its connections; `undefined`: none. */
  readonly keepalive: KeepaliveOptions | undefined;
}

/** As Envoy: what HTTP/2 begins with, and the most that it can say (RFC 9113, section 6.9.1). */
const MIN_WINDOW = 65_535;
const MAX_WINDOW = 0x7fff_ffff;

/** @param uses What else the caller reads of them. */
export function compileHttp2Options(
  options: Options | undefined,
  path: string,
  report: CompileReport,
  uses: readonly string[] = [],
): Http2Plan {
  if (options === undefined) return { streamWindowBytes: STREAM_WINDOW, keepalive: undefined };
  report.checkFields(path, options, { uses: ["initial_stream_window_size", ...uses], ignores: IGNORED });
  const { initial_stream_window_size: window = STREAM_WINDOW } = options;
  if (window < MIN_WINDOW || window > MAX_WINDOW) {
    report.refuse(
      `${path}.initial_stream_window_size`,
      `expected ${MIN_WINDOW} to ${MAX_WINDOW} bytes, got ${window}`,
    );
  }
  const keepalive = uses.includes("connection_keepalive")
    ? compileKeepalive(options, `${path}.connection_keepalive`, report)
    : undefined;
  return { streamWindowBytes: window, keepalive };
}

function compileKeepalive(
  { connection_keepalive: message }: Options,
  path: string,
  report: CompileReport,
): KeepaliveOptions | undefined {
  if (message === undefined) return undefined;
  report.checkFields(path, message, {
    uses: ["interval", "timeout"],
    ignores: ["interval_jitter", "connection_idle_interval"],
  });
  const { interval, timeout } = message;
  if (timeout === undefined || durationMs(timeout) < 1)
    report.refuse(`${path}.timeout`, "expected at least 1 ms");
  // Without an interval Envoy pings only connections that were idle for a while, of which nothing is known here.
  if (interval === undefined) return undefined;
  if (durationMs(interval) < 1) report.refuse(`${path}.interval`, "expected at least 1 ms");
  const timeoutMs = timeout === undefined ? 1 : durationMs(timeout);
  return { intervalMs: durationMs(interval), timeoutMs, whenIdle: true };
}

/** Floods are ended by node:http2 and nghttp2, by limits of their own. */
const IGNORED = [
  "hpack_table_size",
  "max_concurrent_streams",
  "initial_connection_window_size",
  "allow_connect",
  "allow_metadata",
  "max_outbound_frames",
  "max_outbound_control_frames",
  "max_consecutive_inbound_frames_with_empty_payload",
  "max_inbound_priority_frames_per_stream",
  "max_inbound_window_update_frames_per_data_frame_sent",
  "stream_error_on_invalid_http_messaging",
  "override_stream_error_on_invalid_http_message",
  "custom_settings_parameters",
  "connection_keepalive",
  "use_oghttp2_codec",
  "max_metadata_size",
  "enable_huffman_encoding",
];

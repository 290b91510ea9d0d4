import { expect, test } from "vitest";
import { compiled } from "./compile-json.ts";
import { listener, NO_ROUTES } from "./listener-json.ts";

test.each([
  [{ codec_type: "HTTP1" }, { protocol: "http1" }],
  [{ codec_type: "HTTP2" }, { protocol: "http2" }],
  [{ http2_protocol_options: { max_concurrent_streams: 7 } }, { protocol: "auto", maxConcurrentStreams: 7 }],
  [{}, { maxConcurrentStreams: 1_024, streamWindowBytes: 262_144 }],
  [{ http2_protocol_options: { initial_stream_window_size: 65_535 } }, { streamWindowBytes: 65_535 }],
  [{ normalize_path: true, merge_slashes: true }, { paths: { normalize: true, mergeSlashes: true } }],
  [{ path_with_escaped_slashes_action: "REJECT_REQUEST" }, { paths: { escapedSlashes: "reject" } }],
  [
    { path_with_escaped_slashes_action: "UNESCAPE_AND_REDIRECT" },
    { paths: { escapedSlashes: "unescape-and-redirect" } },
  ],
  [
    { path_with_escaped_slashes_action: "UNESCAPE_AND_FORWARD" },
    { paths: { escapedSlashes: "unescape-and-forward" } },
  ],
  [
    { use_remote_address: true, skip_xff_append: true },
    { useRemoteAddress: true, skipXffAppend: true },
  ],
  [{ generate_request_id: false }, { generateRequestId: false }],
  [{ preserve_external_request_id: true }, { preserveExternalRequestId: true }],
  [{ via: "mesh" }, { via: "mesh" }],
  [{}, { hosts: { stripPort: "never", stripTrailingDot: false } }],
  [{ strip_any_host_port: true }, { hosts: { stripPort: "any" } }],
  [{ strip_matching_host_port: true }, { hosts: { stripPort: "matching" } }],
  [{ strip_trailing_host_dot: true }, { hosts: { stripPort: "never", stripTrailingDot: true } }],
  [{ stream_idle_timeout: "5s" }, { streamLimits: { idleTimeoutMs: 5_000, maxDurationMs: 0 } }],
  [
    { common_http_protocol_options: { max_stream_duration: "9s" } },
    { streamLimits: { idleTimeoutMs: 0, maxDurationMs: 9_000 } },
  ],
  [{}, { internalAddresses: undefined }],
  // It names nobody.
  [{ internal_address_config: {} }, { internalAddresses: undefined }],
  [{ internal_address_config: { unix_sockets: true } }, { internalAddresses: { unixSockets: true } }],
  [
    { server_name: "shop", server_header_transformation: "APPEND_IF_ABSENT" },
    { server: { name: "shop", when: "if-absent" } },
  ],
  [{ server_header_transformation: "PASS_THROUGH" }, { server: { name: "envoy", when: "never" } }],
  [{ max_request_headers_kb: 10 }, { maxHeadBytes: 10_240 }],
  [{ request_headers_timeout: "2s" }, { requestHeadersTimeoutMs: 2_000 }],
  [{ common_http_protocol_options: { idle_timeout: "0s" } }, { idleTimeoutMs: 0 }],
  [{ drain_timeout: "1s" }, { drainTimeoutMs: 1_000 }],
  [{ delayed_close_timeout: "0.1s" }, { delayedCloseMs: 100 }],
  [{ common_http_protocol_options: { max_headers_count: 20 } }, { maxHeadFields: 20 }],
  [
    { http_protocol_options: { accept_http_10: true, default_host_for_http_10: "a.test" } },
    { acceptHttp10: true, defaultHost: "a.test" },
  ],
  [{ http_protocol_options: { allow_chunked_length: true } }, { dropLengthBesideChunks: true }],
  [
    { http_protocol_options: { override_stream_error_on_invalid_http_message: true } },
    { keepAfterNoHost: true },
  ],
  [{ stream_error_on_invalid_http_message: true }, { keepAfterNoHost: true }],
  [
    {
      stream_error_on_invalid_http_message: true,
      http_protocol_options: { override_stream_error_on_invalid_http_message: false },
    },
    { keepAfterNoHost: false },
  ],
  [{ http_protocol_options: { enable_trailers: true, allow_absolute_url: true } }, { acceptHttp10: false }],
])("of the connection manager %j is used", (more, expected) => {
  const { chains, warnings: said } = compiled("listener", listener({ ...NO_ROUTES, ...more }));
  expect(chains[0]?.http).toMatchObject(expected);
  expect(said).toEqual([]);
});

import { durationMs, type MessageTypes } from "@dualmesh/envoy-api";
import type { ForwardAction } from "@dualmesh/routing";
import type { CompileReport } from "./report.ts";

type RouteActionMessage = MessageTypes["envoy.config.route.v3.RouteAction"];
type Timeouts = Pick<
  ForwardAction,
  | "timeoutMs"
  | "idleTimeoutMs"
  | "maxStreamDurationMs"
  | "grpcTimeoutHeaderMaxMs"
  | "grpcTimeoutHeaderOffsetMs"
  | "maxGrpcTimeoutMs"
  | "grpcTimeoutOffsetMs"
>;

/**
 * Reads the timeouts of a RouteAction. One with `max_stream_duration` has no `timeout`, be it set or the default, and
 * none of the older ones for gRPC: Envoy's rule, so that nobody is bound by two clocks.
 */
export function routeTimeouts(message: RouteActionMessage, path: string, report: CompileReport): Timeouts {
  const { idle_timeout: idle, max_stream_duration: stream } = message;
  return {
    ...(idle === undefined ? {} : { idleTimeoutMs: durationMs(idle) }),
    ...(stream === undefined ? responseTimeouts(message) : streamTimeouts(stream, path, report)),
  };
}

function responseTimeouts(message: RouteActionMessage): Timeouts {
  const { timeout, max_grpc_timeout: max, grpc_timeout_offset: offset } = message;
  return {
    ...(timeout === undefined ? {} : { timeoutMs: durationMs(timeout) }),
    ...(max === undefined ? {} : { maxGrpcTimeoutMs: durationMs(max) }),
    ...(offset === undefined ? {} : { grpcTimeoutOffsetMs: durationMs(offset) }),
  };
}

function streamTimeouts(
  message: NonNullable<RouteActionMessage["max_stream_duration"]>,
  path: string,
  report: CompileReport,
): Timeouts {
  report.checkFields(`${path}.max_stream_duration`, message, {
    uses: ["max_stream_duration", "grpc_timeout_header_max", "grpc_timeout_header_offset"],
  });
  const {
    max_stream_duration: duration,
    grpc_timeout_header_max: max,
    grpc_timeout_header_offset: offset,
  } = message;
  return {
    timeoutMs: 0,
    ...(duration === undefined ? {} : { maxStreamDurationMs: durationMs(duration) }),
    ...(max === undefined ? {} : { grpcTimeoutHeaderMaxMs: durationMs(max) }),
    ...(offset === undefined ? {} : { grpcTimeoutHeaderOffsetMs: durationMs(offset) }),
  };
}

import { durationMs, type MessageTypes } from "@dualmesh/envoy-api";
import type { Fraction } from "@dualmesh/routing";
import {
  compileFault,
  type FaultAbort,
  type FaultDelay,
  type FaultPlan,
  type FaultRateLimit,
  type FaultRuntimeKeys,
} from "@dualmesh/routing/fault";
import { compileMessage } from "./filter-message.ts";
import { fractionalPercent } from "./fraction.ts";
import { headerMatcher } from "./matching.ts";
import type { CompileReport } from "./report.ts";

type FaultMessage = MessageTypes["envoy.extensions.filters.http.fault.v3.HTTPFault"];

/** A share that nobody draws: stands for a part that was refused. */
const NEVER: Fraction = { numerator: 0, denominator: 100 };

/**
 * Compiles an HTTPFault.
 *
 * @throws {MeshError} `INVALID_ARGUMENT`.
 */
export function faultPlan(message: FaultMessage): FaultPlan {
  return compileMessage((report) => {
    report.checkFields("fault", message, {
      uses: [
        "delay",
        "abort",
        "upstream_cluster",
        "headers",
        "downstream_nodes",
        "max_active_faults",
        "response_rate_limit",
        ...Object.values(RUNTIME_FIELDS),
      ],
      ignores: ["disable_downstream_cluster_stats", "filter_metadata"],
    });
    const { delay, abort, response_rate_limit: rateLimit } = message;
    return compileFault({
      delay: delay && compileDelay(delay, report),
      abort: abort && compileAbort(abort, report),
      rateLimit: rateLimit && compileRateLimit(rateLimit, report),
      headers: message.headers.map((one, i) => headerMatcher(one, `fault.headers[${i}]`, report)),
      upstreamCluster: message.upstream_cluster,
      downstreamNodes: message.downstream_nodes,
      maxActive: message.max_active_faults,
      runtimeKeys: runtimeKeys(message),
    });
  });
}

function compileDelay(message: NonNullable<FaultMessage["delay"]>, report: CompileReport): FaultDelay {
  report.checkFields("fault.delay", message, { uses: ["fixed_delay", "header_delay", "percentage"] });
  const { fixed_delay: fixed, header_delay: byHeader, percentage } = message;
  const share = fractionalPercent(percentage, "fault.delay.percentage", report);
  if (byHeader !== undefined) return { ms: "header", share };
  if (fixed === undefined) {
    report.refuse("fault.delay", "expected fixed_delay or header_delay");
    return { ms: 0, share: NEVER };
  }
  const ms = durationMs(fixed);
  if (!(ms > 0)) {
    report.refuse("fault.delay.fixed_delay", `expected more than 0 s, got ${ms} ms`);
    return { ms: 0, share: NEVER };
  }
  return { ms, share };
}

function compileAbort(message: NonNullable<FaultMessage["abort"]>, report: CompileReport): FaultAbort {
  report.checkFields("fault.abort", message, {
    uses: ["http_status", "grpc_status", "header_abort", "percentage"],
  });
  const { http_status: http, grpc_status: grpc, header_abort: byHeader, percentage } = message;
  const share = fractionalPercent(percentage, "fault.abort.percentage", report);
  if (byHeader !== undefined) return { with: { kind: "header" }, share };
  if (http !== undefined) return { with: { kind: "http", status: http }, share };
  if (grpc !== undefined) return { with: { kind: "grpc", status: grpc }, share };
  report.refuse("fault.abort", "expected http_status, grpc_status or header_abort");
  return { with: { kind: "header" }, share: NEVER };
}

function compileRateLimit(
  message: NonNullable<FaultMessage["response_rate_limit"]>,
  report: CompileReport,
): FaultRateLimit {
  const here = "fault.response_rate_limit";
  report.checkFields(here, message, { uses: ["fixed_limit", "header_limit", "percentage"] });
  const { fixed_limit: fixed, header_limit: byHeader, percentage } = message;
  const share = fractionalPercent(percentage, "fault.response_rate_limit.percentage", report);
  if (byHeader !== undefined) return { kibPerSecond: "header", share };
  if (fixed !== undefined) return { kibPerSecond: Number(fixed.limit_kbps), share };
  report.refuse(here, "expected fixed_limit or header_limit");
  return { kibPerSecond: "header", share: NEVER };
}

const RUNTIME_FIELDS = {
  delayShare: "delay_percent_runtime",
  delayMs: "delay_duration_runtime",
  abortShare: "abort_percent_runtime",
  abortHttpStatus: "abort_http_status_runtime",
  abortGrpcStatus: "abort_grpc_status_runtime",
  rateLimitShare: "response_rate_limit_percent_runtime",
  maxActive: "max_active_faults_runtime",
} as const satisfies Record<keyof FaultRuntimeKeys, keyof FaultMessage>;

function runtimeKeys(message: FaultMessage): Partial<FaultRuntimeKeys> {
  const named = Object.entries(RUNTIME_FIELDS).map(([key, field]) => [key, message[field]] as const);
  return Object.fromEntries(named.filter(([, name]) => name !== ""));
}

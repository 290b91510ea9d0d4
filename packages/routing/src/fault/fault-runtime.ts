import type { FaultRuntimeKeys } from "./fault-policy.ts";

/** The keys that are asked where a policy names none. */
export const DEFAULT_RUNTIME_KEYS: FaultRuntimeKeys = {
  delayShare: "fault.http.delay.fixed_delay_percent",
  delayMs: "fault.http.delay.fixed_duration_ms",
  abortShare: "fault.http.abort.abort_percent",
  abortHttpStatus: "fault.http.abort.http_status",
  abortGrpcStatus: "fault.http.abort.grpc_status",
  rateLimitShare: "fault.http.rate_limit.response_percent",
  maxActive: "fault.http.max_active_faults",
};

/**
 * The keys for requests of one calling service (`x-envoy-downstream-service-cluster`). They take the place of the
 * policy's own; only its delay is asked for first, and then the service's.
 */
export function serviceKeys(service: string): Omit<FaultRuntimeKeys, "rateLimitShare" | "maxActive"> {
  return {
    delayShare: `fault.http.${service}.delay.fixed_delay_percent`,
    delayMs: `fault.http.${service}.delay.fixed_duration_ms`,
    abortShare: `fault.http.${service}.abort.abort_percent`,
    abortHttpStatus: `fault.http.${service}.abort.http_status`,
    abortGrpcStatus: `fault.http.${service}.abort.grpc_status`,
  };
}

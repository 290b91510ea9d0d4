/**
 * Envoy's response flags: two or three letters that say who failed a call, in access logs, metrics and errors. The
 * empty flag means that nobody did.
 *
 * @see Envoy, "Access logging", RESPONSE_FLAGS
 */
export type ResponseFlag = "" | keyof typeof RESPONSE_FLAGS;

/** Each flag with its long form. */
export const RESPONSE_FLAGS = {
  UH: "no healthy upstream",
  UF: "upstream connection failure",
  UO: "upstream overflow (circuit breaking)",
  NR: "no route configured",
  URX: "upstream retry limit exceeded",
  NC: "upstream cluster not found",
  UT: "upstream request timeout",
  UC: "upstream connection termination",
  UR: "upstream remote reset",
  LR: "connection local reset",
  UPE: "upstream protocol error",
  DC: "downstream connection termination",
  DT: "downstream max duration reached",
  DPE: "downstream protocol error",
  UMSDR: "upstream max stream duration reached",
  SI: "stream idle timeout",
  DI: "delay injected",
  FI: "fault injected",
  RL: "rate limited",
  RLSE: "rate limit service error",
  UAEX: "unauthorized external service",
  IH: "invalid header value",
  OM: "overload manager",
  DF: "DNS resolution failure",
  DO: "drop overload",
  NFCF: "no filter configuration found",
  RFCF: "no cluster for a route's filter",
} as const;

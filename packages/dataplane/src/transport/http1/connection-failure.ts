import type { Reset } from "@dualmesh/core";
import type { AttemptFailure } from "../transport.ts";

/** What became of an attempt without a response head: what retry conditions read, and what the caller is told. */
export interface ConnectionFailure {
  readonly failure: AttemptFailure;
  readonly reset: Reset;
}

const PREFIX = "upstream connect error or disconnect/reset before headers. reset reason:";

/** No connection came about: nothing was sent. */
export function connectFailure(cause: Error): ConnectionFailure {
  const message = `${PREFIX} remote connection failure, transport failure reason: ${cause.message}`;
  return {
    failure: "connect-failure",
    reset: { code: "UNAVAILABLE", flag: "UF", execution: "not-executed", message, cause },
  };
}

/** The connection ended after the request was sent, or some of it. */
export function connectionLost(cause: Error | undefined): ConnectionFailure {
  return { failure: "reset", reset: upstreamReset("UC", "connection termination", cause) };
}

/** What came back is no response. */
export function protocolFailure(cause: Error): ConnectionFailure {
  return { failure: "protocol-error", reset: upstreamReset("UPE", "protocol error", cause) };
}

/** Envoy's texts, which clients and logs know. */
function upstreamReset(flag: "UC" | "UPE", reason: string, cause: Error | undefined): Reset {
  const message = `${PREFIX} ${reason}`;
  const reset = { code: "UNAVAILABLE", flag, execution: "in-doubt", message } as const;
  return cause === undefined ? reset : { ...reset, cause };
}

import type { Reset } from "@dualmesh/core";
import { tlsReason } from "../tls/tls-reason.ts";
import type { AttemptFailure } from "./transport.ts";

/** Envoy's words for what ended an attempt. */
const REASONS: Readonly<Record<AttemptFailure | "overflow", string>> = {
  "connect-failure": "remote connection failure",
  "reset-before-request": "connection termination",
  reset: "connection termination",
  "protocol-error": "protocol error",
  overflow: "overflow",
};

const FLAGS: Readonly<Record<AttemptFailure, Reset["flag"]>> = {
  "connect-failure": "UF",
  "reset-before-request": "UC",
  reset: "UC",
  "protocol-error": "UPE",
};

/**
 * The reset of an attempt, with Envoy's texts, which clients and logs know. Why no connection came about stands in the
 * message and the details, and not in what a client is told: it names addresses inside.
 *
 * @param responded Whether the response head had come.
 */
export function failureReset(failure: AttemptFailure, cause: Error, responded: boolean): Reset {
  const isUnconnected = failure === "connect-failure";
  const reply = responded ? brokenText(REASONS[failure]) : failureText(failure);
  // A peer may also turn this side's certificate down when the handshake is over (RFC 8446, appendix E.1).
  const reason = tlsReason(cause) ?? (isUnconnected ? cause.message : undefined);
  const why = reason === undefined ? "" : `|${reason}`;
  return {
    code: "UNAVAILABLE",
    flag: FLAGS[failure],
    execution: isUnconnected || failure === "reset-before-request" ? "not-executed" : "in-doubt",
    message: reason === undefined ? reply : `${reply}, transport failure reason: ${reason}`,
    reply,
    details: `upstream_reset_${responded ? "after" : "before"}_response_started{${REASONS[failure]}${why}}`,
    cause,
  };
}

/** What a client is told of an attempt that came to nothing. A later attempt says that it was not the first. */
export function failureText(failure: AttemptFailure | "overflow", attempt = 1): string {
  const latest = attempt > 1 ? "retried and the latest reset reason" : "reset reason";
  return `upstream connect error or disconnect/reset before headers. ${latest}: ${REASONS[failure]}`;
}

/** What is said of a response that was cut off: it reaches a client of gRPC as its status, and others not at all. */
export function brokenText(reason: string): string {
  return `upstream disconnect/reset after headers. reset reason: ${reason}`;
}

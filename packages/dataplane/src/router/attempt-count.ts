import type { Call, Headers } from "@dualmesh/core";

/** Writes the number of the attempt under way, or of the last one: into a request for its upstream, or into an answer. */
export function tellAttempt(headers: Headers, call: Call): void {
  headers.set("x-envoy-attempt-count", String(Math.max(call.attempt, 1)));
}

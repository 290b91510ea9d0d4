import { codeFromNumber } from "./code.ts";
import type { ResponseHead } from "./head.ts";
import type { Headers } from "./headers.ts";
import { type Outcome, responseOutcome } from "./outcome.ts";

/**
 * The outcome of a gRPC call whose response was delivered to its end: by `grpc-status` in the trailers, or in the head
 * where there is nothing but the head ("Trailers-Only"). Without one, HTTP's status decides, and a 200 is `UNKNOWN`:
 * the stream ended, but nobody said how.
 *
 * @see gRPC over HTTP/2, "Responses"
 */
export function grpcOutcome(head: ResponseHead, trailers: Headers | undefined): Outcome {
  const outcome = responseOutcome(head);
  if (head.local !== undefined) return outcome;
  const status = trailers?.get("grpc-status") ?? head.headers.get("grpc-status");
  if (status !== undefined) return { ...outcome, code: parseStatus(status) };
  return outcome.code === "OK" ? { ...outcome, code: "UNKNOWN" } : outcome;
}

/** `Number` alone would read an empty value as 0, which is OK. */
function parseStatus(text: string): Outcome["code"] {
  return /^\d{1,3}$/.test(text) ? codeFromNumber(Number(text)) : "UNKNOWN";
}

import type { Headers } from "@dualmesh/core";
import type { Fraction } from "../route/fraction.ts";

/** The fields by which a request asks for a fault, where its route lets it. */
export const FAULT_HEADERS = {
  delayMs: "x-envoy-fault-delay-request",
  delayShare: "x-envoy-fault-delay-request-percentage",
  abortHttp: "x-envoy-fault-abort-request",
  abortGrpc: "x-envoy-fault-abort-grpc-request",
  abortShare: "x-envoy-fault-abort-request-percentage",
  rateLimit: "x-envoy-fault-throughput-response",
  rateLimitShare: "x-envoy-fault-throughput-response-percentage",
} as const;

/** What a field may hold at most: Envoy reads 64 bits. */
const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * The whole number of a field: the first of several fields counts, a `+` and zeros in front do no harm. `undefined` for
 * everything else, also for `5x`, `5.0`, a number below 0 and one of over 64 bits.
 */
export function wholeNumber(headers: Headers, name: string): number | undefined {
  const text = headers.get(name)?.trim();
  if (text === undefined || !/^\+?\d+$/.test(text)) return undefined;
  return BigInt(text.replace("+", "")) > MAX_UINT64 ? undefined : Number(text);
}

/** The share that a field leaves: it may lower the numerator, whatever the denominator, and never raises it. */
export function loweredShare(share: Fraction, headers: Headers, name: string): Fraction {
  const wanted = wholeNumber(headers, name);
  if (wanted === undefined || wanted >= share.numerator) return share;
  return { numerator: wanted, denominator: share.denominator };
}

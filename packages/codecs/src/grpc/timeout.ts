/** Milliseconds in each unit, and the most of them that is read: eight digits. */
const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

const FORM = /^(\d{1,8})([HMSmun])$/;

/** The most that eight digits hold, of the largest unit. */
const MAX_TIMEOUT_MS = 99_999_999 * 3_600_000;

/**
 * A `grpc-timeout` in milliseconds, with fractions; `undefined` for what is none.
 *
 * @see gRPC over HTTP/2, "Timeout"
 */
export function parseGrpcTimeout(text: string): number | undefined {
  const [, digits, unit] = FORM.exec(text) ?? [];
  if (digits === undefined || unit === undefined) return undefined;
  return Number(digits) * (UNIT_MS[unit] as number);
}

/**
 * Milliseconds as a `grpc-timeout`, in the finest unit from milliseconds on that eight digits hold. Rounded up: a server
 * should not give up before its client. What is over is `0m`; what has no end is the longest there is.
 */
export function formatGrpcTimeout(timeoutMs: number): string {
  if (!(timeoutMs > 0)) return "0m";
  const limited = Math.min(timeoutMs, MAX_TIMEOUT_MS);
  for (const unit of ["m", "S", "M"] as const) {
    const amount = Math.ceil(limited / (UNIT_MS[unit] as number));
    if (amount < 1e8) return `${amount}${unit}`;
  }
  return `${Math.ceil(limited / 3_600_000)}H`;
}

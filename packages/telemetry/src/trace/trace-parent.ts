import { isLowerHex, lowerHexDigit } from "./hex.ts";

/** Who asks, as it stands in a `traceparent` header. */
export interface TraceParent {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** The caller's span ("parent-id"): 16 lower-case hexadecimal digits, not all zero. */
  readonly spanId: string;
  /** {@link SAMPLED} and {@link RANDOM_TRACE_ID}; other bits are not carried on. */
  readonly flags: number;
}

/** The caller may have recorded this call. */
export const SAMPLED = 0x01;
/** The right half of the trace id at least is random. */
export const RANDOM_TRACE_ID = 0x02;

/** All of them lie in the last digit. */
const KNOWN_FLAGS = SAMPLED | RANDOM_TRACE_ID;
const NO_TRACE = "0".repeat(32);
const NO_SPAN = "0".repeat(16);

/**
 * Reads a `traceparent`; `undefined` for an invalid one, which begins a new trace.
 *
 * ```text
 * 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
 * 0  3                               36               53    version, trace id, span id, flags
 * ```
 *
 * Version 00 is 55 characters long. A later version may be longer, after another `-`, and is read as far as it is known.
 * Version ff is invalid.
 *
 * @see W3C Trace Context, section 3.2
 */
export function parseTraceparent(text: string): TraceParent | undefined {
  if (text.length < 55 || !isFramed(text)) return undefined;
  if (text.startsWith("ff")) return undefined;
  if (text.length > 55 && (text.startsWith("00") || text[55] !== "-")) return undefined;
  const traceId = text.slice(3, 35);
  const spanId = text.slice(36, 52);
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, flags: lowerHexDigit(text, 54) & KNOWN_FLAGS };
}

/** Writes a `traceparent` of version 00, whatever version was read. */
export function formatTraceparent({ traceId, spanId, flags }: TraceParent): string {
  return `00-${traceId}-${spanId}-0${flags & KNOWN_FLAGS}`;
}

/** Whether the first 55 characters are four fields of the right length and alphabet. */
function isFramed(text: string): boolean {
  return (
    text[2] === "-" &&
    text[35] === "-" &&
    text[52] === "-" &&
    isLowerHex(text, 0, 2) &&
    isLowerHex(text, 3, 35) &&
    isLowerHex(text, 36, 52) &&
    isLowerHex(text, 53, 55)
  );
}

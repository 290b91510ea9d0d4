import type { Random } from "@dualmesh/core";
import { hexWord, randomWord } from "./hex.ts";
import { RANDOM_TRACE_ID, SAMPLED, type TraceParent } from "./trace-parent.ts";

/** Our span of a call: what is written out is a {@link TraceParent} for whoever is called. */
export interface Span extends TraceParent {
  /** The caller's span; `undefined` where the trace begins here. */
  readonly parentSpanId: string | undefined;
}

/** A span under a caller's: same trace, same flags, a span id of its own. */
export function childSpan(parent: TraceParent, random: Random): Span {
  const { traceId, spanId, flags } = parent;
  return { traceId, spanId: randomSpanId(random), flags, parentSpanId: spanId };
}

/** A span that begins a trace. */
export function rootSpan(random: Random, sampled: boolean): Span {
  const traceId = randomSpanId(random) + randomSpanId(random);
  return {
    traceId,
    spanId: randomSpanId(random),
    flags: RANDOM_TRACE_ID | (sampled ? SAMPLED : 0),
    parentSpanId: undefined,
  };
}

/** Whether a span is to be recorded, as the beginning of its trace decided. */
export function isSampled(trace: TraceParent): boolean {
  return (trace.flags & SAMPLED) !== 0;
}

/** 64 bits; all zero, which would mean none, becomes 1. */
function randomSpanId(random: Random): string {
  const high = randomWord(random);
  const low = randomWord(random);
  return hexWord(high) + hexWord((high | low) === 0 ? 1 : low);
}

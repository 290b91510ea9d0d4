// For those who look at bytes.

export { diffNotations, type NotationDifference } from "./diff-notation.ts";
export type { Span } from "./span.ts";
export { WIRE_FORMATS, type WireFormat } from "./wire-format.ts";
export { type Explanation, explainWire, readWire, type WireNotation, writeWire } from "./wire-notation.ts";

// For those who compare values.

export type { BoltNotation } from "./bolt-notation.ts";
export type { DubboNotation } from "./dubbo-notation.ts";
export { fromNotation } from "./from-notation.ts";
export { type HessianNotation, toNotation } from "./hessian-notation.ts";
export type { Http1Notation } from "./http1-notation.ts";
export type { TrNotation } from "./tr-notation.ts";

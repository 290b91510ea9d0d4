// For those who read frames, or pass them on.

export { DecodeError } from "../limits/decode-error.ts";
export { type DecodeLimits, decodeLimits } from "../limits/decode-limits.ts";
export type { Frame, FrameKind } from "./frame.ts";
export { FrameDecoder } from "./frame-decoder.ts";

// For those who bring a protocol of their own.

export type { FirstBytes } from "../detect/first-bytes.ts";
export type { FrameCodec, FrameRefusal } from "./frame-codec.ts";

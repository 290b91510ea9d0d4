// For those who pass frames on.

export { tr } from "./codec.ts";
export { readTrFrame, TR_HEARTBEAT_CLASS, TrFrame } from "./frame.ts";
export { type TrFields, writeTrFrame } from "./write-frame.ts";

// For those who handle bytes themselves.

export { createTrHead, readTrHead, TR_SERIALIZER, type TrHead } from "./head.ts";

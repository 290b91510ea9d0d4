// For tests of protocols of one's own: what holds for all codecs here.

export { type FrameCheck, frameConformance } from "./conformance.ts";

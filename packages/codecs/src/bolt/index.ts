// For those who read frames, or pass them on.

export { BOLT_REFUSAL_HEADER, type BoltCodecOptions, bolt, boltCodec } from "./codec.ts";
export { BOLT_COMMAND, BOLT_SERIALIZER, BOLT_TYPE } from "./command.ts";
export { BoltFrame } from "./frame.ts";
export { readBoltFrame } from "./read-frame.ts";
export { SOFA_BAGGAGE_PREFIX, SOFA_CLASS, SOFA_HEADER, type SofaCall, sofaCallHeaders } from "./sofa.ts";
export {
  createSofaContent,
  type SofaContent,
  type SofaContentOptions,
  type SofaInvocation,
  type SofaResult,
} from "./sofa-content.ts";
export { BOLT_STATUS, boltStatusOf, codeOfBoltStatus } from "./status.ts";
export { type BoltFields, writeBoltFrame } from "./write-frame.ts";

// For those who handle bytes themselves.

export { type BoltHead, createBoltHead, readBoltHead, writeBoltId } from "./head.ts";
export { type BoltHeader, findBoltHeader, readBoltHeaders, writeBoltHeaders } from "./header-map.ts";

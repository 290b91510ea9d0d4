// For those who read frames, or pass them on.

export { DUBBO_RESULT, type Invocation } from "./body-reader.ts";
export { type DubboCodecOptions, dubbo, dubboCodec } from "./codec.ts";
export {
  createDubboContent,
  type DubboContent,
  type DubboContentOptions,
  type DubboInvocation,
  type DubboResult,
} from "./dubbo-content.ts";
export { DubboFrame, readDubboFrame } from "./frame.ts";
export { type GenericCall, genericException, genericInvocation, readGenericCall } from "./generic-call.ts";
export { DUBBO_SERIALIZATION } from "./serialization.ts";
export { codeOfDubboStatus, DUBBO_STATUS, dubboStatusOf } from "./status.ts";
export { type DubboCall, type DubboFields, writeDubboCall, writeDubboFrame } from "./write-frame.ts";

// For those who handle bytes themselves.

export { parseDescriptor } from "./descriptor.ts";
export { createDubboHead, type DubboHead, readDubboHead, writeDubboId } from "./head.ts";

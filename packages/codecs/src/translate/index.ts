// For those who let clients of HTTP call Java, and Java call services of HTTP.

export { JAVA_EXCEPTION_HEADER } from "./http-answer.ts";
export type { HttpRequest, HttpResponse } from "./http-message.ts";
export type { HttpFront } from "./http-request.ts";
export { protoOf } from "./proto-text.ts";
export {
  createReverseTranslator,
  type ReverseCall,
  type ReverseRefusal,
  type ReverseTranslator,
  type ReverseTranslatorOptions,
  type Source,
  type SourceFrames,
} from "./reverse-translator.ts";
export type { HttpRule, MethodSchema, ServiceSchema } from "./service-schema.ts";
export type { CallFailure } from "./status-json.ts";
export { TranslateError } from "./translate-error.ts";
export {
  createTranslator,
  type Target,
  type TargetMessages,
  type TranslatedCall,
  type TranslatedRefusal,
  type Translator,
  type TranslatorOptions,
} from "./translator.ts";

// For those who pass TR on.

export { boltToTr, type TrToBoltOptions, trToBolt } from "./tr-to-bolt.ts";

// For those who translate values alone.

export { readJson } from "./json-reader.ts";
export { writeJson } from "./json-writer.ts";

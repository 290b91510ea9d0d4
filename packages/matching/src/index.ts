// For those who match requests.

export { type CidrSet, compileCidrSet } from "./address/cidr-set.ts";
export { type NormalizedPath, type NormalizePathOptions, normalizePath } from "./path/normalize-path.ts";
export {
  compilePathMatcher,
  type LiteralPathMatcher,
  type PathMatcher,
  type PathPredicate,
  type RegexPathMatcher,
  type TemplatePathMatcher,
} from "./path/path-matcher.ts";
export { pathEnd, pathWithoutQuery } from "./path/path-parts.ts";
export { compileUriTemplate, type UriTemplate } from "./path/uri-template.ts";
export { checkRegexLimits, compileRegex, type Regex, type RegexLimits } from "./regex/regex.ts";
export { compileRegexReplace, type RegexReplace, type RegexReplaceConfig } from "./regex/regex-replace.ts";
export { findCookie } from "./request/cookie.ts";
export { type CookieMatcher, compileCookieMatcher } from "./request/cookie-matcher.ts";
export {
  type ClientCertificateMatcher,
  compileFactMatcher,
  type FactMatcher,
  type FilterStateMatcher,
  type MetadataMatcher,
} from "./request/fact-matcher.ts";
export { isGrpcContentType } from "./request/grpc-content-type.ts";
export { fieldName, firstValue, type MatchableHead } from "./request/head-field.ts";
export {
  compileHeaderMatcher,
  type HeaderMatcher,
  type PresentHeaderMatcher,
  type RangeHeaderMatcher,
  type ValueHeaderMatcher,
} from "./request/header-matcher.ts";
export {
  compileLabelMatcher,
  compileSourceLabelMatcher,
  type LabelMatcher,
} from "./request/label-matcher.ts";
export { findQueryParameter } from "./request/query-parameter.ts";
export {
  compileQueryParameterMatcher,
  type QueryParameterMatcher,
} from "./request/query-parameter-matcher.ts";
export type { HeaderReading, Reading } from "./request/reading.ts";
export { NO_FACTS, type RequestFacts } from "./request/request-facts.ts";
export type { HeadPredicate, RequestPredicate } from "./request/request-predicate.ts";
export {
  compileStringMatcher,
  type LiteralStringMatcher,
  type RegexStringMatcher,
  type StringMatcher,
  type StringPredicate,
} from "./text/string-matcher.ts";
export { compileValueMatcher, type ValueMatcher, type ValuePredicate } from "./text/value-matcher.ts";
export { compileInputPredicate, type InputPredicate } from "./tree/input-predicate.ts";
export type { MatchInput } from "./tree/match-input.ts";
export {
  type CompiledMatcherTree,
  compileMatcherTree,
  type MatcherTree,
  type OnMatch,
} from "./tree/matcher-tree.ts";

// The pieces that others build on.

export { formatIpAddress, type IpWords, parseIpAddress } from "./address/ip-address.ts";
export {
  checkKeys,
  checkKind,
  checkList,
  checkMap,
  checkOneOf,
  checkText,
  knownKeys,
  unknownKind,
} from "./config/check-config.ts";
export { PATH_KINDS } from "./path/path-matcher.ts";
export { type PlainForm, plainForm } from "./regex/plain-form.ts";
export { regexExample } from "./regex/regex-example.ts";
export { findLabel, isLabelName, withLabel } from "./request/baggage.ts";
export { foldAscii } from "./text/ascii-fold.ts";
export { compileIntegerRange, type IntegerRange, type IntegerRangePredicate } from "./text/integer-range.ts";

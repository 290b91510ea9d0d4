// For those who match requests.

export { type CidrSet, compileCidrSet } from "./cidr-set.ts";
export { findCookie } from "./cookie.ts";
export { type CookieMatcher, compileCookieMatcher } from "./cookie-matcher.ts";
export {
  type ClientCertificateMatcher,
  compileFactMatcher,
  type FactMatcher,
  type FilterStateMatcher,
  type MetadataMatcher,
} from "./fact-matcher.ts";
export { isGrpcContentType } from "./grpc-content-type.ts";
export { fieldName, firstValue, type MatchableHead } from "./head-field.ts";
export {
  compileHeaderMatcher,
  type HeaderMatcher,
  type PresentHeaderMatcher,
  type RangeHeaderMatcher,
  type ValueHeaderMatcher,
} from "./header-matcher.ts";
export { compileInputPredicate, type InputPredicate } from "./input-predicate.ts";
export { compileLabelMatcher, compileSourceLabelMatcher, type LabelMatcher } from "./label-matcher.ts";
export type { MatchInput } from "./match-input.ts";
export {
  type CompiledMatcherTree,
  compileMatcherTree,
  type MatcherTree,
  type OnMatch,
} from "./matcher-tree.ts";
export { type NormalizedPath, type NormalizePathOptions, normalizePath } from "./normalize-path.ts";
export {
  compilePathMatcher,
  type LiteralPathMatcher,
  type PathMatcher,
  type PathPredicate,
  type RegexPathMatcher,
  type TemplatePathMatcher,
} from "./path-matcher.ts";
export { pathEnd, pathWithoutQuery } from "./path-parts.ts";
export { findQueryParameter } from "./query-parameter.ts";
export { compileQueryParameterMatcher, type QueryParameterMatcher } from "./query-parameter-matcher.ts";
export type { HeaderReading, Reading } from "./reading.ts";
export { compileRegex, type Regex, type RegexLimits } from "./regex.ts";
export { compileRegexReplace, type RegexReplace, type RegexReplaceConfig } from "./regex-replace.ts";
export { NO_FACTS, type RequestFacts } from "./request-facts.ts";
export type { HeadPredicate, RequestPredicate } from "./request-predicate.ts";
export {
  compileStringMatcher,
  type LiteralStringMatcher,
  type RegexStringMatcher,
  type StringMatcher,
  type StringPredicate,
} from "./string-matcher.ts";

export { compileUriTemplate, type UriTemplate } from "./uri-template.ts";
export { compileValueMatcher, type ValueMatcher, type ValuePredicate } from "./value-matcher.ts";

// The pieces that others build on.

export { foldAscii } from "./ascii-fold.ts";
export { findLabel, isLabelName, withLabel } from "./baggage.ts";
export { compileIntegerRange, type IntegerRange, type IntegerRangePredicate } from "./integer-range.ts";
export { formatIpAddress, type IpWords, parseIpAddress } from "./ip-address.ts";
export { type PlainForm, plainForm } from "./plain-form.ts";
export { regexExample } from "./regex-example.ts";

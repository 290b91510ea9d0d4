// For those who match requests.

export { type CidrSet, compileCidrSet } from "./cidr-set.ts";
export { isGrpcContentType } from "./grpc-content-type.ts";
export { fieldName, firstValue, type MatchableHead } from "./head-field.ts";
export {
  compileHeaderMatcher,
  type HeaderMatcher,
  type HeadPredicate,
  type PresentHeaderMatcher,
  type RangeHeaderMatcher,
  type ValueHeaderMatcher,
} from "./header-matcher.ts";
export { type NormalizedPath, type NormalizePathOptions, normalizePath } from "./normalize-path.ts";
export {
  compilePathMatcher,
  type LiteralPathMatcher,
  type PathMatcher,
  type PathPredicate,
  type RegexPathMatcher,
} from "./path-matcher.ts";
export { pathEnd, pathWithoutQuery } from "./path-parts.ts";
export { findQueryParameter } from "./query-parameter.ts";
export { compileQueryParameterMatcher, type QueryParameterMatcher } from "./query-parameter-matcher.ts";
export { compileRegex, type Regex, type RegexLimits } from "./regex.ts";
export { compileRegexReplace, type RegexReplace, type RegexReplaceConfig } from "./regex-replace.ts";
export { NO_FACTS, type RequestFacts } from "./request-facts.ts";
export {
  compileStringMatcher,
  type LiteralStringMatcher,
  type RegexStringMatcher,
  type StringMatcher,
  type StringPredicate,
} from "./string-matcher.ts";

// The pieces that others build on.

export { foldAscii } from "./ascii-fold.ts";
export { compileIntegerRange, type IntegerRange, type IntegerRangePredicate } from "./integer-range.ts";
export { formatIpAddress, type IpWords, parseIpAddress } from "./ip-address.ts";

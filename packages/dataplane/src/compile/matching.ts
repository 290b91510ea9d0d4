import type { MessageTypes } from "@dualmesh/envoy-api";
import type { HeaderMatcher, QueryParameterMatcher, StringMatcher } from "@dualmesh/matching";
import type { CompileReport } from "./report.ts";

type StringMatcherMessage = MessageTypes["envoy.type.matcher.v3.StringMatcher"];
type HeaderMatcherMessage = MessageTypes["envoy.config.route.v3.HeaderMatcher"];
type QueryMatcherMessage = MessageTypes["envoy.config.route.v3.QueryParameterMatcher"];

/** Matches anything: stands for a matcher that was refused, so that compiling can go on and find more. */
const ANYTHING: StringMatcher = { kind: "regex", pattern: ".*" };

/** Reads a StringMatcher. */
export function stringMatcher(
  message: StringMatcherMessage,
  path: string,
  report: CompileReport,
): StringMatcher {
  const { exact, prefix, suffix, contains, safe_regex: regex, ignore_case: ignoreCase } = message;
  if (exact !== undefined) return { kind: "exact", value: exact, ignoreCase };
  if (prefix !== undefined) return { kind: "prefix", value: prefix, ignoreCase };
  if (suffix !== undefined) return { kind: "suffix", value: suffix, ignoreCase };
  if (contains !== undefined) return { kind: "contains", value: contains, ignoreCase };
  if (regex !== undefined) return { kind: "regex", pattern: regex.regex };
  report.refuse(path, "expected exact, prefix, suffix, contains or safe_regex");
  return ANYTHING;
}

/** Reads a HeaderMatcher, also in its older forms. One that says nothing means that the header must be present. */
export function headerMatcher(
  message: HeaderMatcherMessage,
  path: string,
  report: CompileReport,
): HeaderMatcher {
  const { name, invert_match: invert, present_match: present, range_match: range } = message;
  if (present !== undefined) return { kind: "present", name, present, invert };
  const treatMissingAsEmpty = message.treat_missing_header_as_empty;
  if (range !== undefined) {
    return {
      kind: "range",
      name,
      range: { start: Number(range.start), end: Number(range.end) },
      invert,
      treatMissingAsEmpty,
    };
  }
  const value = headerValue(message, path, report);
  if (value === undefined) return { kind: "present", name, invert };
  return { kind: "value", name, value, invert, treatMissingAsEmpty };
}

function headerValue(
  message: HeaderMatcherMessage,
  path: string,
  report: CompileReport,
): StringMatcher | undefined {
  if (message.string_match !== undefined)
    return stringMatcher(message.string_match, `${path}.string_match`, report);
  if (message.exact_match !== undefined) return { kind: "exact", value: message.exact_match };
  if (message.prefix_match !== undefined) return { kind: "prefix", value: message.prefix_match };
  if (message.suffix_match !== undefined) return { kind: "suffix", value: message.suffix_match };
  if (message.contains_match !== undefined) return { kind: "contains", value: message.contains_match };
  if (message.safe_regex_match !== undefined)
    return { kind: "regex", pattern: message.safe_regex_match.regex };
  return undefined;
}

/** Reads a QueryParameterMatcher. */
export function queryParameterMatcher(
  message: QueryMatcherMessage,
  path: string,
  report: CompileReport,
): QueryParameterMatcher {
  const { name, string_match: value, present_match: present } = message;
  if (value !== undefined)
    return { kind: "value", name, value: stringMatcher(value, `${path}.string_match`, report) };
  return { kind: "present", name, present: present ?? true };
}

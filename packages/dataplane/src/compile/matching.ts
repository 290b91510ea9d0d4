import type { MessageTypes } from "@dualmesh/envoy-api";
import type {
  CookieMatcher,
  FactMatcher,
  HeaderMatcher,
  QueryParameterMatcher,
  StringMatcher,
  ValueMatcher,
} from "@dualmesh/matching";
import type { CompileReport } from "./report.ts";

/** Both forms, Envoy's and xDS's, say the same in the same fields. */
type StringMatcherMessage = Pick<
  MessageTypes["envoy.type.matcher.v3.StringMatcher"],
  "exact" | "prefix" | "suffix" | "contains" | "ignore_case"
> & { readonly safe_regex: { readonly regex: string } | undefined };
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
  if (regex !== undefined) {
    if (ignoreCase) report.refuse(`${path}.ignore_case`, "it has no effect beside safe_regex; (?i) has");
    return { kind: "regex", pattern: regex.regex };
  }
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
  const treatMissingAsEmpty = message.treat_missing_header_as_empty;
  if (present !== undefined) return { kind: "present", name, present, invert, treatMissingAsEmpty };
  if (range !== undefined) {
    return {
      kind: "range",
      name,
      range: { start: Number(range.start), end: Number(range.end) },
      invert,
      treatMissingAsEmpty,
    };
  }
  // The older form takes every value for equal to none.
  const value = message.exact_match === "" ? undefined : headerValue(message, path, report);
  if (value === undefined) return { kind: "present", name, invert, treatMissingAsEmpty };
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

/** Reads a CookieMatcher. */
export function cookieMatcher(
  message: MessageTypes["envoy.config.route.v3.CookieMatcher"],
  path: string,
  report: CompileReport,
): CookieMatcher {
  const { name, string_match: value, invert_match: invert } = message;
  if (value === undefined) report.refuse(`${path}.string_match`, "it is missing");
  const read = value === undefined ? ANYTHING : stringMatcher(value, `${path}.string_match`, report);
  return { name, value: read, invert };
}

/** Reads a MetadataMatcher. */
export function metadataMatcher(
  message: MessageTypes["envoy.type.matcher.v3.MetadataMatcher"],
  path: string,
  report: CompileReport,
): FactMatcher {
  const { filter, invert } = message;
  return {
    kind: "metadata",
    filter,
    path: message.path.map(({ key }) => key ?? ""),
    value: valueMatcher(message.value, `${path}.value`, report),
    invert,
  };
}

/** Reads a FilterStateMatcher. */
export function filterStateMatcher(
  message: MessageTypes["envoy.type.matcher.v3.FilterStateMatcher"],
  path: string,
  report: CompileReport,
): FactMatcher {
  report.checkFields(path, message, { uses: ["key", "string_match"] });
  const { key, string_match: value } = message;
  const read = value === undefined ? ANYTHING : stringMatcher(value, `${path}.string_match`, report);
  return { kind: "filter-state", key, value: read };
}

function valueMatcher(
  message: MessageTypes["envoy.type.matcher.v3.ValueMatcher"] | undefined,
  path: string,
  report: CompileReport,
): ValueMatcher {
  if (message?.null_match !== undefined) return { kind: "null" };
  if (message?.bool_match !== undefined) return { kind: "boolean", value: message.bool_match };
  if (message?.present_match !== undefined) return { kind: message.present_match ? "present" : "never" };
  if (message?.string_match !== undefined) {
    return { kind: "string", value: stringMatcher(message.string_match, `${path}.string_match`, report) };
  }
  const { double_match: number, list_match: list, or_match: or } = message ?? {};
  if (number?.exact !== undefined) return { kind: "number", value: number.exact };
  if (number?.range !== undefined) return { kind: "range", start: number.range.start, end: number.range.end };
  if (list !== undefined) {
    return { kind: "list", oneOf: valueMatcher(list.one_of, `${path}.list_match.one_of`, report) };
  }
  if (or !== undefined) {
    const here = `${path}.or_match.value_matchers`;
    return { kind: "any", of: or.value_matchers.map((one, i) => valueMatcher(one, `${here}[${i}]`, report)) };
  }
  report.refuse(path, "expected a matcher of values");
  return { kind: "never" };
}

import type { HeaderMatcher } from "@dualmesh/matching";
import type { RouteMatchConfig } from "../route/route-config.ts";
import type { RoutePathMatcher } from "../route/route-path.ts";

/** What a field's name may be: RFC 9110, section 5.1. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Why no request can fulfil the conditions of a route, as far as that can be seen in it alone. */
export function whyNever(match: RouteMatchConfig): string | undefined {
  const { fraction, methods, headers = [] } = match;
  if (fraction !== undefined && fraction.numerator === 0 && fraction.runtimeKey === undefined) {
    return "its share of the requests is 0";
  }
  if (methods?.length === 0) return "it wants one of no methods";
  const small = methods?.find((method) => method !== method.toUpperCase());
  if (small !== undefined) return `methods have their case: "${small}" is not ${small.toUpperCase()}`;
  return (
    neverPath(match.path) ??
    headers.map(neverHeader).find((why) => why !== undefined) ??
    contradiction(headers)
  );
}

function neverPath(path: RoutePathMatcher): string | undefined {
  if (path.kind === "template") {
    const express = path.template.split("/").find((segment) => /^:[A-Za-z]\w*$/.test(segment));
    return express && `"${express}" stands for itself in a template: write {${express.slice(1)}}`;
  }
  if (path.kind !== "exact" && path.kind !== "prefix") return undefined;
  const { kind, value } = path;
  const none = kind === "prefix" ? "" : "*";
  if (value !== none && !value.startsWith("/"))
    return `paths begin with a slash, and ${kind} "${value}" does not`;
  return /[?#]/.test(value)
    ? `paths are matched without their query, and ${kind} "${value}" has one`
    : undefined;
}

function neverHeader(matcher: HeaderMatcher): string | undefined {
  const { name } = matcher;
  if (!name.startsWith(":") && !TOKEN.test(name)) return `"${name}" cannot be the name of a header`;
  if (matcher.kind !== "range" || matcher.invert) return undefined;
  const { start, end } = matcher.range;
  return start >= end ? `no number is in the range [${start}, ${end}) of header ${name}` : undefined;
}

/** A header that must be missing, and yet there. */
function contradiction(headers: readonly HeaderMatcher[]): string | undefined {
  const missing = headers.filter((one) => one.kind === "present" && isWanted(one) === false);
  const both = missing.find(({ name }) =>
    headers.some((one) => {
      if (one.name.toLowerCase() !== name.toLowerCase() || one.treatMissingAsEmpty) return false;
      return one.kind !== "present" || isWanted(one);
    }),
  );
  return both && `header ${both.name} must be missing, and be there`;
}

function isWanted({
  present = true,
  invert = false,
}: Extract<HeaderMatcher, { readonly kind: "present" }>): boolean {
  return present !== invert;
}

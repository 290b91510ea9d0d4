import {
  type HeaderMatcher,
  type MatchableHead,
  type QueryParameterMatcher,
  type RequestFacts,
  regexExample,
} from "@dualmesh/matching";
import type { RoutePathMatcher } from "../route/route-path.ts";
import type { RouteTableConfig } from "../table/route-table-config.ts";
import { type ReachedRoute, routesOf } from "./routes-of.ts";
import { SampleBuilder, sampleText } from "./sample-builder.ts";

/** A request that some route is about. */
export interface SampleRequest {
  readonly head: MatchableHead;
  /** What would be known of it besides. */
  readonly facts: RequestFacts;
  /** `GET shop.test/api (x-user: ada)`. Stable. */
  toString(): string;
}

/**
 * Requests that the routes of a table are about: for each route of each virtual host one that fulfils it, as far as that can
 * be read off its matchers, and where it goes on behind a prefix one with more. What an expression matches is guessed for
 * simple ones only.
 */
export function sampleRequests(config: RouteTableConfig): readonly SampleRequest[] {
  const samples = new Map<string, SampleRequest>();
  for (const host of config.virtualHosts) {
    const authorities = host.domains.map(sampleAuthority);
    for (const reached of routesOf(host)) {
      for (const path of samplePaths(reached.route.match.path)) {
        for (const authority of authorities) {
          const sample = sampleRequest(authority, path, reached);
          samples.set(String(sample), sample);
        }
      }
    }
  }
  return [...samples.values()];
}

function sampleAuthority(domain: string): string {
  return domain === "*" ? "any.test" : domain.replace("*", "sample");
}

function samplePaths(path: RoutePathMatcher): readonly string[] {
  switch (path.kind) {
    case "exact":
      return [path.value];
    case "prefix":
      return [path.value || "/", `${path.value || "/"}sample`];
    case "separated-prefix":
      return [path.value, `${path.value}/sample`];
    case "regex":
      return [regexExample(path.pattern)].filter((example) => example !== undefined);
    case "template":
      return [path.template.replace(/\{[^}=]*\}|\*\*|\*/g, "sample").replace(/\{[^=]*=([^}]*)\}/g, "$1")];
    case "rpc":
      return [`/${path.service}/${path.method ?? "sample"}`];
    case "connect":
      return [""];
    default:
      return path satisfies never;
  }
}

function sampleRequest(authority: string, path: string, { route, lead }: ReachedRoute): SampleRequest {
  const { match } = route;
  const sample = new SampleBuilder();
  sample.authority = authority;
  sample.path = path;
  sample.method = match.methods?.[0] ?? (match.path.kind === "connect" ? "CONNECT" : "GET");
  lead(sample);
  for (const header of match.headers ?? []) addHeader(sample, header);
  for (const parameter of match.queryParameters ?? []) addParameter(sample, parameter);
  for (const { name, value, invert } of match.cookies ?? [])
    if (!invert) sample.cookie(name, sampleText(value));
  for (const label of match.labels ?? []) sample.label(label);
  for (const label of match.sourceLabels ?? []) sample.sourceLabel(label);
  for (const fact of match.facts ?? []) sample.fact(fact);
  if (match.where !== undefined) sample.where(match.where);
  if (match.grpc) sample.header("content-type", "application/grpc");
  const { head, facts, text } = sample.build();
  return { head, facts, toString: () => text };
}

function addHeader(sample: SampleBuilder, matcher: HeaderMatcher): void {
  const { name, invert = false } = matcher;
  if (matcher.kind === "present") {
    if ((matcher.present ?? true) !== invert) sample.header(name, "sample");
  } else if (invert) sample.header(name, "another");
  else
    sample.header(name, matcher.kind === "range" ? String(matcher.range.start) : sampleText(matcher.value));
}

function addParameter(sample: SampleBuilder, matcher: QueryParameterMatcher): void {
  if (matcher.kind === "value") sample.query(`${matcher.name}=${sampleText(matcher.value)}`);
  else if (matcher.present ?? true) sample.query(matcher.name);
}

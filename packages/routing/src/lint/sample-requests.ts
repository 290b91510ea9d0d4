import { createHeaders } from "@dualmesh/core";
import {
  type HeaderMatcher,
  type MatchableHead,
  type QueryParameterMatcher,
  regexExample,
  type StringMatcher,
} from "@dualmesh/matching";
import type { RouteConfig } from "../route/route-config.ts";
import type { RoutePathMatcher } from "../route/route-path.ts";
import type { RouteTableConfig, VirtualHostConfig } from "../table/route-table-config.ts";

/** A request that some route is about. */
export interface SampleRequest {
  readonly head: MatchableHead;
  /** `GET shop.test/api x-user: ada`. Stable. */
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
    for (const route of routesOf(host)) {
      for (const path of samplePaths(route.match.path)) {
        for (const authority of authorities) {
          const sample = sampleRequest(authority, path, route);
          samples.set(String(sample), sample);
        }
      }
    }
  }
  return [...samples.values()];
}

/** The routes of a list, or all at the ends of a tree. */
function routesOf({ routes = [], matcher }: VirtualHostConfig): readonly RouteConfig[] {
  if (matcher === undefined) return routes;
  const all: RouteConfig[] = [];
  const walk = (tree: NonNullable<typeof matcher>): void => {
    const branches =
      tree.kind === "list"
        ? tree.matchers.map(({ onMatch }) => onMatch)
        : tree.kind === "address"
          ? tree.ranges.map(({ onMatch }) => onMatch)
          : [...tree.map.values()];
    for (const branch of tree.onNoMatch === undefined ? branches : [...branches, tree.onNoMatch]) {
      if (branch.kind === "tree") walk(branch.tree);
      else all.push(...branch.action);
    }
  };
  walk(matcher);
  return all;
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

function sampleRequest(authority: string, path: string, { match }: RouteConfig): SampleRequest {
  const { headers = [], queryParameters = [], cookies = [], labels = [] } = match;
  const flat = headers.flatMap(sampleHeader);
  const cookie = cookies
    .filter(({ invert }) => !invert)
    .map(({ name, value }) => `${name}=${sampleText(value)}`);
  const label = labels
    .filter(({ invert }) => !invert)
    .map(({ name, value }) => `${name}=${sampleText(value)}`);
  if (cookie.length > 0) flat.push("cookie", cookie.join("; "));
  if (label.length > 0) flat.push("baggage", label.join(","));
  if (match.grpc) flat.push("content-type", "application/grpc");
  const query = queryParameters.flatMap(sampleParameter).join("&");
  const method =
    pseudo(headers, ":method") ?? match.methods?.[0] ?? (match.path.kind === "connect" ? "CONNECT" : "GET");
  const head: MatchableHead = {
    method,
    scheme: pseudo(headers, ":scheme") ?? "http",
    authority,
    path: query === "" ? path : `${path}?${query}`,
    headers: createHeaders(flat),
  };
  const fields = [...head.headers].map(([name, value]) => ` ${name}: ${value}`).join(",");
  return { head, toString: () => `${method} ${authority}${head.path}${fields}` };
}

function pseudo(headers: readonly HeaderMatcher[], name: string): string | undefined {
  const matcher = headers.find(
    (one) => one.name.toLowerCase() === name && one.kind === "value" && !one.invert,
  );
  return matcher?.kind === "value" ? sampleText(matcher.value) : undefined;
}

function sampleHeader(matcher: HeaderMatcher): readonly string[] {
  const { name, invert = false } = matcher;
  if (name.startsWith(":") || name.toLowerCase() === "host") return [];
  if (matcher.kind === "present") return (matcher.present ?? true) === invert ? [] : [name, "sample"];
  if (invert) return [name, "another"];
  return [name, matcher.kind === "range" ? String(matcher.range.start) : sampleText(matcher.value)];
}

function sampleParameter(matcher: QueryParameterMatcher): readonly string[] {
  if (matcher.kind === "value") return [`${matcher.name}=${sampleText(matcher.value)}`];
  return (matcher.present ?? true) ? [matcher.name] : [];
}

function sampleText(matcher: StringMatcher): string {
  return matcher.kind === "regex" ? (regexExample(matcher.pattern) ?? "sample") : matcher.value;
}

import type { RequestHead } from "@dualmesh/core";
import type {
  ClusterSpecifier,
  MatchFacts,
  RouteConfig,
  RouteMatchConfig,
  RouteTableConfig,
  VirtualHostConfig,
} from "../../src/index.ts";

/**
 * The rules, read off the configuration one after the other and as plainly as they can be said: no index, no cache,
 * nothing compiled, and none of the product's code.
 */
export function naiveDecision(config: RouteTableConfig, head: RequestHead, facts: MatchFacts): string {
  const host = naiveHost(config, head.authority);
  if (host === undefined) return "no host";
  const path = pathOf(head.path, config.ignorePathParametersInPathMatching ?? false);
  const route = (host.routes ?? []).find((one) => naiveMatch(one.match, head, path, facts));
  return route === undefined
    ? `${host.name}: no route`
    : `${host.name}: ${route.name} ${decided(route, head, facts)}`;
}

function decided({ action }: RouteConfig, head: RequestHead, facts: MatchFacts): string {
  return action.kind === "forward" ? naiveCluster(action.clusters, head, facts) : action.kind;
}

function naiveHost(config: RouteTableConfig, authority: string): VirtualHostConfig | undefined {
  const folded = authority.toLowerCase();
  const name = config.ignorePortInHostMatching ? folded.replace(/:[^:\]]*$/, "") : folded;
  const claims = config.virtualHosts.flatMap((host) =>
    host.domains.map((domain) => ({ host, domain: domain.toLowerCase() })),
  );
  const exact = claims.find(({ domain }) => domain === name);
  const longest = (fits: (domain: string) => boolean) =>
    claims
      .filter(({ domain }) => domain !== "*" && name.length >= domain.length && fits(domain))
      .sort((a, b) => b.domain.length - a.domain.length)[0];
  const suffix = longest((domain) => domain.startsWith("*") && name.endsWith(domain.slice(1)));
  const prefix = longest((domain) => domain.endsWith("*") && name.startsWith(domain.slice(0, -1)));
  return (exact ?? suffix ?? prefix ?? claims.find(({ domain }) => domain === "*"))?.host;
}

function pathOf(target: string, ignoreParameters: boolean): string {
  const path = target.split(/[?#]/)[0] as string;
  if (!ignoreParameters) return path;
  const segments = path.split("/");
  return segments.map((segment) => segment.split(";")[0] as string).join("/");
}

function naiveMatch(match: RouteMatchConfig, head: RequestHead, path: string, facts: MatchFacts): boolean {
  // Templates see parameters, ignored or not.
  if (!naivePath(match.path, match.path.kind === "template" ? pathOf(head.path, false) : path)) return false;
  if (match.methods !== undefined && !match.methods.includes(head.method)) return false;
  for (const header of match.headers ?? []) {
    const values = header.name === ":method" ? [head.method] : [...head.headers.getAll(header.name)];
    const invert = header.invert ?? false;
    if (header.kind === "present") {
      if (((header.present ?? true) === values.length > 0) === invert) return false;
      continue;
    }
    if (values.length === 0 && header.treatMissingAsEmpty) values.push("");
    if (values.length === 0) return false;
    const fits = (value: string): boolean =>
      header.kind === "value"
        ? naiveText(header.value, value)
        : /^[+-]?\d+$/.test(value) && Number(value) >= header.range.start && Number(value) < header.range.end;
    if (values.some(fits) === invert) return false;
  }
  for (const parameter of match.queryParameters ?? []) {
    const query = head.path.includes("?")
      ? head.path.slice(head.path.indexOf("?") + 1).split("#")[0]
      : undefined;
    const pairs = query?.split("&").map((pair) => pair.split(/=(.*)/s));
    const pair = pairs?.find(([name]) => name === parameter.name);
    if (parameter.kind === "present") {
      if ((pair !== undefined) !== (parameter.present ?? true)) return false;
    } else if (pair === undefined || !naiveText(parameter.value, pair[1] ?? "")) return false;
  }
  for (const label of match.labels ?? []) {
    const members = head.headers.getAll("baggage").flatMap((field) => field.split(","));
    const value = members
      .map((member) => member.trim().split("="))
      .find(([name]) => name === label.name)?.[1];
    if ((value !== undefined && naiveText(label.value, value)) === (label.invert ?? false)) return false;
  }
  for (const fact of match.facts ?? []) {
    if (fact.kind !== "client-certificate") throw new Error("the tables have no others");
    const { clientCertificate: has = "none" } = facts;
    if (fact.presented !== undefined && fact.presented !== (has !== "none")) return false;
    if (fact.validated !== undefined && fact.validated !== (has === "validated")) return false;
  }
  const type = head.headers.get("content-type") ?? "";
  if (match.grpc && type !== "application/grpc" && !type.startsWith("application/grpc+")) return false;
  const { fraction } = match;
  if (fraction === undefined || fraction.numerator >= fraction.denominator) return true;
  if (fraction.numerator === 0) return false;
  return (facts.random?.() ?? 0) < fraction.numerator / fraction.denominator;
}

function naivePath(matcher: RouteMatchConfig["path"], path: string): boolean {
  switch (matcher.kind) {
    case "exact":
    case "prefix":
    case "separated-prefix": {
      const fold = (text: string): string => (matcher.ignoreCase ? text.toLowerCase() : text);
      const [value, is] = [fold(matcher.value), fold(path)];
      if (matcher.kind === "exact") return is === value;
      if (matcher.kind === "prefix") return is.startsWith(value);
      return is === value || is.startsWith(`${value}/`);
    }
    case "regex":
      return new RegExp(`^(?:${matcher.pattern})$`).test(path);
    case "template":
      // The templates of these tables have only segments and a rest.
      return new RegExp(
        `^${matcher.template.replace(/\{[^}]*\}|\*\*|\*/g, (wild) => (wild.includes("**") ? ".*" : "[^/]+"))}$`,
      ).test(path);
    case "rpc":
      return matcher.method === undefined
        ? path.startsWith(`/${matcher.service}/`)
        : path === `/${matcher.service}/${matcher.method}`;
    case "connect":
      return false;
    default:
      return matcher satisfies never;
  }
}

function naiveText(
  matcher: {
    readonly kind: string;
    readonly value?: string;
    readonly pattern?: string;
    readonly ignoreCase?: boolean;
  },
  text: string,
): boolean {
  if (matcher.kind === "regex") return new RegExp(`^(?:${matcher.pattern})$`).test(text);
  const fold = (one: string): string => (matcher.ignoreCase ? one.toLowerCase() : one);
  const [value, is] = [fold(matcher.value ?? ""), fold(text)];
  if (matcher.kind === "exact") return is === value;
  if (matcher.kind === "prefix") return is.startsWith(value);
  return matcher.kind === "suffix" ? is.endsWith(value) : is.includes(value);
}

function naiveCluster(clusters: ClusterSpecifier, head: RequestHead, facts: MatchFacts): string {
  if (clusters.kind === "single") return clusters.name;
  if (clusters.kind === "header") return head.headers.get(clusters.headerName) ?? "";
  const total = clusters.clusters.reduce((sum, { weight }) => sum + weight, 0);
  let left = Math.floor((facts.random?.() ?? 0) * total);
  for (const { cluster, weight } of clusters.clusters) {
    if (left < weight) return naiveCluster(cluster, head, facts);
    left -= weight;
  }
  throw new Error("the shares do not add up");
}

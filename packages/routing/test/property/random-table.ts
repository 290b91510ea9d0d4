import { createHeaders, type Random, type RequestHead } from "@dualmesh/core";
import type { HeaderMatcher, QueryParameterMatcher, StringMatcher } from "@dualmesh/matching";
import type { ClusterSpecifier, RouteConfig, RouteMatchConfig, RouteTableConfig } from "../../src/index.ts";

/** Few words, so that matchers and requests often meet. */
const SEGMENTS = ["a", "b", "api", "apis", "v1", "A", "x.y"];
const WORDS = ["", "a", "ab", "b", "canary", "7", "-3", "10", "5x"];
const NAMES = ["x-a", "x-b", "content-type"];
const DOMAINS = ["a.test", "*.test", "*.a.test", "a.*", "b.test:80", "*", "*-x.test", "b.test"];
const AUTHORITIES = [
  "a.test",
  "A.TEST",
  "x.a.test",
  "b.test",
  "b.test:80",
  "a.org",
  "q-x.test",
  "",
  "a.test:8080",
];
const PATTERNS = ["/api/.*", "/[a-z]+/v1", "/(a|b)", ".*", "/a/\\d+", "/(api|a)/[^/]+", "/a.?", "/api(/.*)?"];
const TEMPLATES = ["/api/{id}", "/{a}/v1", "/a/**", "/api/{rest=**}", "/*/b"];

export class RandomTables {
  readonly #random: Random;
  /** Whether the routes of the table differ in one header rather than in their paths. */
  #byHeader = false;

  constructor(random: Random) {
    this.#random = random;
  }

  table(): RouteTableConfig {
    const count = 1 + this.#below(3);
    this.#byHeader = this.#chance(0.3);
    const domains = this.#shuffled(DOMAINS);
    return {
      ignorePortInHostMatching: this.#chance(0.2),
      ignorePathParametersInPathMatching: this.#chance(0.2),
      virtualHosts: Array.from({ length: count }, (_, i) => ({
        name: `h${i}`,
        domains: domains.slice(i * 2, i * 2 + 1 + this.#below(2)),
        routes: Array.from({ length: this.#below(this.#chance(0.2) ? 40 : 10) }, (__, at) =>
          this.route(`r${at}`),
        ),
      })),
    };
  }

  route(name: string): RouteConfig {
    return { name, match: this.#match(), action: { kind: "forward", clusters: this.#clusters() } };
  }

  head(): RequestHead {
    const flat: string[] = [];
    for (let i = this.#below(4); i > 0; i--) flat.push(this.#pick(NAMES), this.#pick(WORDS));
    if (this.#chance(0.2))
      flat.push("content-type", this.#pick(["application/grpc", "application/grpc+x", "text/plain"]));
    if (this.#chance(0.2)) flat.push("baggage", `lane=${this.#pick(["green", "red"])},x=1`);
    return {
      protocol: "http/1.1",
      exchange: "unary",
      method: this.#pick(["GET", "POST"]),
      scheme: "http",
      authority: this.#pick(AUTHORITIES),
      path: this.#path(),
      headers: createHeaders(flat),
    };
  }

  #match(): RouteMatchConfig {
    return {
      path: this.#pathMatcher(),
      ...(this.#chance(0.1) ? { methods: [this.#pick(["GET", "POST", "PUT"])] } : {}),
      headers: Array.from({ length: this.#chance(this.#byHeader ? 0.9 : 0.5) ? 1 + this.#below(2) : 0 }, () =>
        this.#header(),
      ),
      queryParameters: this.#chance(0.15) ? [this.#query()] : [],
      labels: this.#chance(0.1)
        ? [
            {
              name: "lane",
              value: { kind: "exact", value: this.#pick(["green", "red"]) },
              invert: this.#chance(0.3),
            },
          ]
        : [],
      facts: this.#chance(0.05) ? [{ kind: "client-certificate", presented: this.#chance(0.5) }] : [],
      grpc: this.#chance(0.05),
      ...(this.#chance(0.15) ? { fraction: { numerator: this.#below(101), denominator: 100 } } : {}),
    };
  }

  #pathMatcher(): RouteMatchConfig["path"] {
    const value = this.#plainPath();
    if (this.#byHeader) return { kind: "prefix", value: this.#pick(["/", "/a"]) };
    const ignoreCase = this.#chance(0.2);
    switch (this.#below(7)) {
      case 0:
        return { kind: "exact", value, ignoreCase };
      case 1:
        return {
          kind: "separated-prefix",
          value: value === "/" ? "/a" : value.replace(/\/$/, ""),
          ignoreCase,
        };
      case 2:
        return { kind: "regex", pattern: this.#pick(PATTERNS) };
      case 3:
        return { kind: "template", template: this.#pick(TEMPLATES) };
      case 4:
        return this.#chance(0.5)
          ? { kind: "rpc", service: this.#pick(SEGMENTS) }
          : { kind: "rpc", service: this.#pick(SEGMENTS), method: this.#pick(SEGMENTS) };
      default:
        return { kind: "prefix", value: this.#chance(0.3) ? this.#pick(["", "/"]) : value, ignoreCase };
    }
  }

  #header(): HeaderMatcher {
    if (this.#byHeader && this.#chance(0.8)) {
      const value = { kind: "exact", value: this.#pick(WORDS) } as const;
      return {
        kind: "value",
        name: "x-a",
        value,
        invert: this.#chance(0.1),
        treatMissingAsEmpty: this.#chance(0.1),
      };
    }
    const base = { name: this.#chance(0.1) ? ":method" : this.#pick(NAMES), invert: this.#chance(0.2) };
    const treatMissingAsEmpty = this.#chance(0.1);
    const kind = this.#below(6);
    if (kind === 0) return { ...base, kind: "present", present: this.#chance(0.7) };
    if (kind === 1) return { ...base, kind: "range", range: { start: -5, end: 10 }, treatMissingAsEmpty };
    return { ...base, kind: "value", value: this.#text(), treatMissingAsEmpty };
  }

  #query(): QueryParameterMatcher {
    const name = this.#pick(["q", "p"]);
    if (this.#chance(0.4)) return { kind: "present", name, present: this.#chance(0.7) };
    return { kind: "value", name, value: this.#text() };
  }

  #text(): StringMatcher {
    if (this.#chance(0.15))
      return { kind: "regex", pattern: this.#pick(["a.*", "[a-z]+", "\\d+", "a|b", ".*n.*"]) };
    if (this.#chance(0.6)) return { kind: "exact", value: this.#pick(WORDS), ignoreCase: this.#chance(0.2) };
    const kind = this.#pick(["prefix", "suffix", "contains"] as const);
    return { kind, value: this.#pick(["a", "b", "7", "an"]), ignoreCase: this.#chance(0.2) };
  }

  #clusters(): ClusterSpecifier {
    if (this.#chance(0.8)) return { kind: "single", name: `c${this.#below(20)}` };
    if (this.#chance(0.5)) return { kind: "header", headerName: "x-a" };
    return {
      kind: "weighted",
      clusters: [1, 2, 3].map((i) => ({
        cluster: { kind: "single", name: `w${i}` },
        weight: i === 1 ? 1 + this.#below(50) : this.#below(50),
      })),
    };
  }

  #plainPath(): string {
    const segments = Array.from({ length: this.#below(4) }, () => this.#pick(SEGMENTS));
    return `/${segments.join("/")}${this.#chance(0.2) ? "/" : ""}`.replace("//", "/");
  }

  #path(): string {
    const parameters = this.#chance(0.1) ? ";v=1" : "";
    const query = this.#chance(0.3) ? `?${this.#pick(["q=a", "q", "p=b&q=7", "x=1", "q=a&q=b", ""])}` : "";
    return this.#plainPath() + parameters + query;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #pick<T>(from: readonly T[]): T {
    return from[this.#below(from.length)] as T;
  }

  #shuffled<T>(from: readonly T[]): T[] {
    return from
      .map((one) => ({ one, at: this.#random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
  }
}

import { MeshError } from "@dualmesh/core";
import { checkKind, checkText, knownKeys, unknownKind } from "../config/check-config.ts";
import type { RegexLimits } from "../regex/regex.ts";
import { compileStringMatcher, type StringMatcher } from "../text/string-matcher.ts";
import { compileValueMatcher, type ValueMatcher } from "../text/value-matcher.ts";
import type { RequestPredicate } from "./request-predicate.ts";

/** How something is judged that is known of a request besides its head. */
export type FactMatcher = MetadataMatcher | FilterStateMatcher | ClientCertificateMatcher;

/**
 * What a filter has left for others: dynamic metadata.
 *
 * @see Envoy, `envoy.type.matcher.v3.MetadataMatcher`
 */
export interface MetadataMatcher {
  readonly kind: "metadata";
  readonly filter: string;
  /** Keys from the outside in. At least one. */
  readonly path: readonly string[];
  readonly value: ValueMatcher;
  /** Turns the judgement round, also that of what is missing. Default false. */
  readonly invert?: boolean;
}

/** An object that filters share, by its text. A missing one does not match. */
export interface FilterStateMatcher {
  readonly kind: "filter-state";
  readonly key: string;
  readonly value: StringMatcher;
}

/**
 * The certificate of a client of TLS. In clear text there is none.
 *
 * @see Envoy, `envoy.config.route.v3.RouteMatch.TlsContextMatchOptions`
 */
export interface ClientCertificateMatcher {
  readonly kind: "client-certificate";
  /** Default: either. */
  readonly presented?: boolean;
  /** Default: either. */
  readonly validated?: boolean;
}

/**
 * Compiles a matcher.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on an empty name or path, or a bad value matcher.
 */
export function compileFactMatcher(config: FactMatcher, limits: RegexLimits = {}): RequestPredicate {
  checkKind("fact matcher", config, KINDS);
  switch (config.kind) {
    case "metadata":
      return compileMetadata(config, limits);
    case "filter-state": {
      const { key } = config;
      checkText("filter state matcher", "key", key);
      if (key === "") throw new MeshError("INVALID_ARGUMENT", "filter state matcher: the key is empty");
      const value = compileStringMatcher(config.value, limits);
      return {
        reads: { kind: "facts" },
        matches(_, facts) {
          const text = facts.filterState?.(key);
          return text !== undefined && value.matches(text);
        },
        toString: () => `filter state ${key} ${value}`,
      };
    }
    case "client-certificate":
      return compileCertificate(config);
    default:
      throw unknownKind("fact matcher", config);
  }
}

const KINDS: Readonly<Record<FactMatcher["kind"], ReadonlySet<string>>> = {
  metadata: knownKeys<MetadataMatcher>("kind", "filter", "path", "value", "invert"),
  "filter-state": knownKeys<FilterStateMatcher>("kind", "key", "value"),
  "client-certificate": knownKeys<ClientCertificateMatcher>("kind", "presented", "validated"),
};

function compileMetadata(config: MetadataMatcher, limits: RegexLimits): RequestPredicate {
  const { filter, path, invert = false } = config;
  checkText("metadata matcher", "filter", filter);
  if (filter === "" || !Array.isArray(path) || path.length === 0) {
    throw new MeshError("INVALID_ARGUMENT", "metadata matcher: the filter or the path is empty");
  }
  const value = compileValueMatcher(config.value, limits);
  return {
    reads: { kind: "facts" },
    matches: (_, facts) => value.matches(facts.metadata?.(filter, path)) !== invert,
    toString: () => `metadata ${filter} ${path.join(".")} ${invert ? "not " : ""}${value}`,
  };
}

function compileCertificate({ presented, validated }: ClientCertificateMatcher): RequestPredicate {
  const words = [
    ...(presented === undefined ? [] : [presented ? "presented" : "not presented"]),
    ...(validated === undefined ? [] : [validated ? "validated" : "not validated"]),
  ];
  return {
    reads: { kind: "certificate" },
    matches(_, { clientCertificate = "none" }) {
      if (presented !== undefined && (clientCertificate !== "none") !== presented) return false;
      return validated === undefined || (clientCertificate === "validated") === validated;
    },
    toString: () => `client certificate ${words.join(" and ") || "of any kind"}`,
  };
}

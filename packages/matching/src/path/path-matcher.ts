import { MeshError } from "@dualmesh/core";
import { checkKind, checkText, knownKeys, unknownKind } from "../config/check-config.ts";
import { compileRegex, type Regex, type RegexLimits } from "../regex/regex.ts";
import { foldAscii } from "../text/ascii-fold.ts";
import { hasPrefix } from "../text/has-prefix.ts";
import { compileUriTemplate, type UriTemplate } from "./uri-template.ts";

/** How a path, without its query, is judged. Nothing is decoded or collapsed here: see `normalizePath`. */
export type PathMatcher = LiteralPathMatcher | RegexPathMatcher | TemplatePathMatcher;

/** By comparison with a path that is known. */
export interface LiteralPathMatcher {
  /**
   * - `exact`: the whole path.
   * - `prefix`: as text, so that `/main` covers `/mainly`. May be empty.
   * - `separated-prefix`: by whole segments, so that `/api` covers `/api` and `/api/v1`, but not `/apiary`.
   */
  readonly kind: "exact" | "prefix" | "separated-prefix";
  readonly value: string;
  /** Compares A–Z and a–z alike. Default false. */
  readonly ignoreCase?: boolean;
}

/** By a regular expression that must match the whole path. `(?i)` in front of it ignores case. */
export interface RegexPathMatcher {
  readonly kind: "regex";
  readonly pattern: string;
}

/** By a template such as `/users/{id}/files/{file=**}`: see `compileUriTemplate`. */
export interface TemplatePathMatcher {
  readonly kind: "template";
  readonly template: string;
}

/** A compiled judgement of paths. */
export interface PathPredicate {
  /** What every matching path begins with: the key of an index. Empty if unknown. In lower case where `ignoresCase`. */
  readonly literal: string;
  /** Whether a matching path is `literal` and nothing more. */
  readonly whole: boolean;
  /** Whether `literal` fits in any case of A–Z. */
  readonly ignoresCase: boolean;
  /**
   * How much of the path was matched, in characters: what a prefix rewrite replaces. -1 if it does not match.
   * The path must come without its query.
   */
  match(path: string): number;
  /** One line for people: `prefix "/api", ignoring case`. Stable. */
  toString(): string;
}

/** What Envoy demands of a separated prefix: it begins with a slash, does not end in one, and has no query. */
const SEPARATED = /^\/(?:[^?#]*[^?#/])$/;

/**
 * Compiles a matcher.
 *
 * ```ts
 * import { compilePathMatcher } from "@dualmesh/matching";
 *
 * const api = compilePathMatcher({ kind: "separated-prefix", value: "/api" });
 * console.log(api.match("/api/v1"), api.match("/apiary")); // => 4 -1
 * ```
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad pattern or a malformed separated prefix.
 */
export function compilePathMatcher(config: PathMatcher, limits: RegexLimits = {}): PathPredicate {
  checkKind("path matcher", config, PATH_KINDS);
  if (config.kind === "regex") return new ByRegex(compileRegex(config.pattern, limits));
  if (config.kind === "template") return new ByTemplate(compileUriTemplate(config.template));
  const { kind, value, ignoreCase = false } = config;
  checkText("path matcher", "value", value);
  switch (kind) {
    case "exact":
      return new Exact(value, ignoreCase);
    case "prefix":
      return new Prefix(value, ignoreCase);
    case "separated-prefix":
      if (!SEPARATED.test(value)) {
        throw new MeshError(
          "INVALID_ARGUMENT",
          `path matcher: a separated prefix begins with "/", does not end in "/" and has neither "?" nor "#", got "${value}"`,
        );
      }
      return new SeparatedPrefix(value, ignoreCase);
    default:
      throw unknownKind("path matcher", kind);
  }
}

const LITERAL = knownKeys<LiteralPathMatcher>("kind", "value", "ignoreCase");

/** What each kind of path matcher may say. */
export const PATH_KINDS: Readonly<Record<PathMatcher["kind"], ReadonlySet<string>>> = {
  exact: LITERAL,
  prefix: LITERAL,
  "separated-prefix": LITERAL,
  regex: knownKeys<RegexPathMatcher>("kind", "pattern"),
  template: knownKeys<TemplatePathMatcher>("kind", "template"),
};

abstract class Literal implements PathPredicate {
  readonly literal: string;
  readonly whole: boolean = false;
  readonly ignoresCase: boolean;
  readonly #text: string;

  constructor(kind: LiteralPathMatcher["kind"], value: string, ignoreCase: boolean) {
    this.literal = ignoreCase ? foldAscii(value) : value;
    this.ignoresCase = ignoreCase;
    this.#text = `${kind} ${JSON.stringify(value)}${ignoreCase ? ", ignoring case" : ""}`;
  }

  abstract match(path: string): number;

  toString(): string {
    return this.#text;
  }
}

class Exact extends Literal {
  override readonly whole: boolean = true;

  constructor(value: string, ignoreCase: boolean) {
    super("exact", value, ignoreCase);
  }

  match(path: string): number {
    if (path.length !== this.literal.length) return -1;
    return (this.ignoresCase ? foldAscii(path) : path) === this.literal ? path.length : -1;
  }
}

class Prefix extends Literal {
  constructor(value: string, ignoreCase: boolean) {
    super("prefix", value, ignoreCase);
  }

  match(path: string): number {
    return hasPrefix(this.ignoresCase ? foldAscii(path) : path, this.literal) ? this.literal.length : -1;
  }
}

class SeparatedPrefix extends Literal {
  constructor(value: string, ignoreCase: boolean) {
    super("separated-prefix", value, ignoreCase);
  }

  match(path: string): number {
    const { length } = this.literal;
    if (path.length > length && path.charCodeAt(length) !== 0x2f /* / */) return -1;
    return hasPrefix(this.ignoresCase ? foldAscii(path) : path, this.literal) ? length : -1;
  }
}

class ByRegex implements PathPredicate {
  readonly literal: string;
  readonly whole: boolean;
  readonly ignoresCase = false;
  readonly #regex: Regex;

  constructor(regex: Regex) {
    this.literal = regex.literal;
    this.whole = regex.whole;
    this.#regex = regex;
  }

  match(path: string): number {
    return this.#regex.matches(path) ? path.length : -1;
  }

  toString(): string {
    return `regex "${this.#regex.pattern}"`;
  }
}

class ByTemplate implements PathPredicate {
  readonly literal: string;
  readonly whole: boolean;
  readonly ignoresCase = false;
  readonly #template: UriTemplate;

  constructor(template: UriTemplate) {
    this.literal = template.literal;
    this.whole = template.whole;
    this.#template = template;
  }

  match(path: string): number {
    return this.#template.matches(path) ? path.length : -1;
  }

  toString(): string {
    return `template "${this.#template}"`;
  }
}

import { MeshError } from "@dualmesh/core";
import { checkText } from "../config/check-config.ts";
import { readTemplate, type TemplateSegment } from "./uri-template-parser.ts";

/** A template of paths, compiled: what it matches, and what its variables then are. */
export interface UriTemplate {
  /** The names of its variables, in order. */
  readonly variables: readonly string[];
  /** What every matching path begins with. */
  readonly literal: string;
  /** Whether a matching path is `literal` and nothing more. */
  readonly whole: boolean;
  matches(path: string): boolean;
  /** The values of the variables, in order; `undefined` for a path that does not match. */
  capture(path: string): readonly string[] | undefined;
  /** The template. */
  toString(): string;
}

/**
 * Compiles a template such as `/users/{id}/files/{path=**}.png`.
 *
 * `*` and `{name}` stand for one segment that is not empty, `**` and `{name=**}` for any number of segments, none
 * included, and `{name=v1/*}` for several that are given. Nothing but literals may follow `**`. Only characters that
 * RFC 3986 allows in a segment are matched.
 *
 * Time is linear in the path: what stands before `**` is matched from the left, what stands behind it from the right.
 *
 * ```ts
 * import { compileUriTemplate } from "@dualmesh/matching";
 *
 * const template = compileUriTemplate("/users/{id}/files/{file=**}.png");
 * console.log(template.capture("/users/7/files/a/b.png")?.join(" and ")); // => 7 and a/b
 * console.log(template.matches("/users//files/a.png")); // => false
 * ```
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on what Envoy refuses too: a sixth variable, a name that is not an identifier of
 * 1 to 16 characters or that occurs twice, a wildcard behind `**`, a character that no path may have.
 * @see Envoy, `envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig`
 */
export function compileUriTemplate(template: string): UriTemplate {
  checkText("URI template", "template", template);
  const { segments, suffix, variables } = readTemplate(template, (reason) => {
    throw new MeshError("INVALID_ARGUMENT", `URI template "${template}": ${reason}`);
  });
  const rest = segments.findIndex(({ kind }) => kind === "text");
  const literals = segments.findIndex(({ kind }) => kind !== "literal");
  const whole = literals < 0;
  const head = segments.slice(0, whole ? segments.length : literals).map(({ text }) => `/${text}`);
  return new CompiledTemplate({
    template,
    segments,
    suffix,
    variables: variables.map(({ name }) => name),
    spans: variables.map(({ first, last }) => [first, last]),
    rest,
    tail:
      rest < 0
        ? suffix
        : segments
            .slice(rest + 1)
            .map(({ text }) => `/${text}`)
            .join("") + suffix,
    literal: whole ? head.join("") + suffix : `${head.join("")}/`,
    whole,
  });
}

interface TemplateParts {
  readonly template: string;
  readonly segments: readonly TemplateSegment[];
  readonly suffix: string;
  readonly variables: readonly string[];
  /** The first and the last segment of each variable. */
  readonly spans: readonly (readonly [number, number])[];
  /** The place of `**`; -1 if there is none. */
  readonly rest: number;
  /** The text behind `**`; without one, the suffix. */
  readonly tail: string;
  readonly literal: string;
  readonly whole: boolean;
}

class CompiledTemplate implements UriTemplate {
  readonly variables: readonly string[];
  readonly literal: string;
  readonly whole: boolean;
  readonly #parts: TemplateParts;

  constructor(parts: TemplateParts) {
    this.variables = parts.variables;
    this.literal = parts.literal;
    this.whole = parts.whole;
    this.#parts = parts;
  }

  matches(path: string): boolean {
    return this.#walk(path, undefined);
  }

  capture(path: string): readonly string[] | undefined {
    const { spans, segments, rest, tail } = this.#parts;
    const ends: number[] = [];
    if (!this.#walk(path, ends)) return undefined;
    // What stands behind `**` is measured from the right.
    const endOf = (segment: number): number => {
      if (rest < 0 || segment < rest) return ends[segment] as number;
      let end = path.length - tail.length;
      for (let i = rest + 1; i <= segment; i++) end += 1 + (segments[i] as TemplateSegment).text.length;
      return end;
    };
    return spans.map(([first, last]) => path.slice(first === 0 ? 1 : endOf(first - 1) + 1, endOf(last)));
  }

  toString(): string {
    return this.#parts.template;
  }

  /** Matches from the left up to `**` or the end, and notes where each segment ends. */
  #walk(path: string, ends: number[] | undefined): boolean {
    const { segments, rest, tail } = this.#parts;
    const stop = rest < 0 ? segments.length : rest;
    const limit = path.length - tail.length;
    if (limit < 0 || !path.endsWith(tail)) return false;
    let at = 0;
    for (let i = 0; i < stop; i++) {
      if (path.charCodeAt(at) !== SLASH || at >= limit) return false;
      at++;
      const { kind, text } = segments[i] as TemplateSegment;
      if (kind === "literal") {
        if (!path.startsWith(text, at) || at + text.length > limit) return false;
        at += text.length;
      } else {
        const start = at;
        while (at < limit && isAllowed(path.charCodeAt(at)) && path.charCodeAt(at) !== SLASH) at++;
        if (at === start) return false;
      }
      ends?.push(at);
    }
    if (rest < 0) return at === limit;
    if (path.charCodeAt(at) !== SLASH || at >= limit) return false;
    for (at++; at < limit; at++) if (!isAllowed(path.charCodeAt(at))) return false;
    return true;
  }
}

const SLASH = 0x2f;

/** The characters that a wildcard stands for: those of RFC 3986's `pchar`, and the slash. */
const ALLOWED: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  /[a-zA-Z0-9\-._~%!$&'()*+,;:@=/]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function isAllowed(code: number): boolean {
  return code < 128 && ALLOWED[code] === 1;
}

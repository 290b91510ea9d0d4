/**
 * A path of `google.api.http`:
 *
 * ```text
 * Template  = "/" Segments [ ":" Verb ]
 * Segments  = Segment { "/" Segment }
 * Segment   = "*" | "**" | Literal | Variable
 * Variable  = "{" Field { "." Field } [ "=" Segments ] "}"
 * ```
 * @see google/api/http.proto, "Path template syntax"
 */
export interface PathTemplate {
  readonly text: string;
  /** `*` one segment, `**` any number of them, others stand for themselves, decoded. */
  readonly segments: readonly string[];
  /** Empty for none. */
  readonly verb: string;
  readonly variables: readonly PathVariable[];
}

export interface PathVariable {
  /** The field that it gives a value: `["order", "id"]`. */
  readonly fields: readonly string[];
  /** Its segments: from one to the one behind its last. */
  readonly from: number;
  readonly to: number;
  /** Whether it is one `*`: then an encoded slash is a slash. */
  readonly isSingle: boolean;
}

const FIELD = /^[A-Za-z_$][\w$]*$/;
const LITERAL = /^[A-Za-z\d\-._~!$&'()+,;=:@%]+$/;
const VERB = /^[A-Za-z\d\-._~!$&'()+,;=@%]+$/;

/** @throws {RangeError} for what is no template, with the reason. */
export function parsePathTemplate(text: string): PathTemplate {
  return new TemplateParser(text).parse();
}

class TemplateParser {
  readonly #text: string;
  readonly #segments: string[] = [];
  readonly #variables: PathVariable[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  parse(): PathTemplate {
    const text = this.#text;
    if (!text.startsWith("/")) this.#refuse("it begins with no /");
    const close = text.lastIndexOf("}");
    const colon = text.indexOf(":", Math.max(text.lastIndexOf("/"), close));
    const verb = colon < 0 ? "" : text.slice(colon + 1);
    if (colon >= 0 && !VERB.test(verb)) this.#refuse(`":${verb}" is no verb`);
    this.#all(text.slice(1, colon < 0 ? undefined : colon), false);
    const many = this.#segments.indexOf("**");
    if (many >= 0 && many < this.#segments.length - 1) this.#refuse("** is not its last segment");
    return { text, segments: this.#segments, verb: decoded(verb) ?? verb, variables: this.#variables };
  }

  #all(text: string, isInVariable: boolean): void {
    for (let at = 0; ; ) {
      const brace = text[at] === "{";
      const end = brace ? text.indexOf("}", at) + 1 : segmentEnd(text, at);
      if (brace && (end === 0 || isInVariable)) this.#refuse("a { is not closed, or stands in another");
      const piece = text.slice(at, end);
      if (brace) this.#variable(piece.slice(1, -1));
      else this.#segment(piece);
      if (end === text.length) return;
      if (text[end] !== "/") this.#refuse(`a / is due behind ${JSON.stringify(piece)}`);
      at = end + 1;
    }
  }

  #segment(piece: string): void {
    if (piece === "*" || piece === "**") this.#segments.push(piece);
    else {
      const literal = LITERAL.test(piece) ? decoded(piece) : undefined;
      if (literal === undefined) this.#refuse(`${JSON.stringify(piece)} is no segment`);
      this.#segments.push(literal as string);
    }
  }

  #variable(text: string): void {
    const equals = text.indexOf("=");
    const name = equals < 0 ? text : text.slice(0, equals);
    const pattern = equals < 0 ? "*" : text.slice(equals + 1);
    const fields = name.split(".");
    if (!fields.every((field) => FIELD.test(field))) this.#refuse(`${JSON.stringify(name)} is no field`);
    if (this.#variables.some((other) => other.fields.join(".") === name)) {
      this.#refuse(`${name} is given twice`);
    }
    const from = this.#segments.length;
    this.#all(pattern, true);
    this.#variables.push({ fields, from, to: this.#segments.length, isSingle: pattern === "*" });
  }

  #refuse(what: string): never {
    throw new RangeError(`http rule: path template ${JSON.stringify(this.#text)}: ${what}`);
  }
}

function segmentEnd(text: string, from: number): number {
  const end = text.indexOf("/", from);
  return end < 0 ? text.length : end;
}

/** The values of a template's variables for a path; `undefined` if it is not one of its paths. */
export type PathMatch = readonly (readonly [variable: PathVariable, value: string])[] | undefined;

/**
 * @param path Without a query: `/v1/orders/7`.
 */
export function matchPath(template: PathTemplate, path: string): PathMatch {
  if (!path.startsWith("/")) return undefined;
  const parts = path.slice(1).split("/");
  if (template.verb !== "" && !takeVerb(parts, template.verb)) return undefined;
  const { segments } = template;
  const isOpen = segments.at(-1) === "**";
  const least = isOpen ? segments.length - 1 : segments.length;
  if (parts.length < least || (!isOpen && parts.length > least)) return undefined;
  for (let i = 0; i < least; i++) {
    const part = parts[i] as string;
    if (segments[i] === "*" ? part === "" : decoded(part) !== segments[i]) return undefined;
  }
  const values: (readonly [PathVariable, string])[] = [];
  for (const variable of template.variables) {
    const { from, to, isSingle } = variable;
    const end = isOpen && to === segments.length ? parts.length : to;
    const raw = parts.slice(from, end);
    const value = isSingle ? decoded(raw[0] ?? "") : severalDecoded(raw);
    if (value === undefined) return undefined;
    values.push([variable, value]);
  }
  return values;
}

function takeVerb(parts: string[], verb: string): boolean {
  const last = parts.at(-1) ?? "";
  const colon = last.lastIndexOf(":");
  if (colon < 0 || decoded(last.slice(colon + 1)) !== verb) return false;
  parts[parts.length - 1] = last.slice(0, colon);
  return true;
}

/** Of several segments all is decoded but what would be a slash. */
function severalDecoded(parts: readonly string[]): string | undefined {
  const pieces = parts.map((part) => part.split(/(%2f)/i).map((p) => (/^%2f$/i.test(p) ? p : decoded(p))));
  const all = pieces.flat();
  return all.includes(undefined) ? undefined : pieces.map((piece) => piece.join("")).join("/");
}

/** `undefined` for what is no UTF-8 in percents. */
export function decoded(text: string): string | undefined {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** Which of two templates is tried first: words before `*` before `**`, a verb before none, the longer one. */
export function comparePathTemplates(a: PathTemplate, b: PathTemplate): number {
  const length = Math.max(a.segments.length, b.segments.length);
  for (let i = 0; i < length; i++) {
    const difference = rank(a.segments[i]) - rank(b.segments[i]);
    if (difference !== 0) return difference;
  }
  return (a.verb === "" ? 1 : 0) - (b.verb === "" ? 1 : 0);
}

function rank(segment: string | undefined): number {
  if (segment === undefined) return 3;
  return segment === "**" ? 2 : segment === "*" ? 1 : 0;
}

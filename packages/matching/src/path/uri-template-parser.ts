/** One segment of a template: given, one of any text, or any number of segments. */
export interface TemplateSegment {
  readonly kind: "literal" | "segment" | "text";
  /** Of a literal; else empty. */
  readonly text: string;
}

/** A variable, and the segments that it stands for. */
export interface TemplateVariable {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

export interface ParsedTemplate {
  readonly segments: readonly TemplateSegment[];
  /** Literal text behind the last segment's wildcard: `.png`. */
  readonly suffix: string;
  readonly variables: readonly TemplateVariable[];
}

const MAX_VARIABLES = 5;
const MAX_NAME = 16;
const LITERAL = /^[a-zA-Z0-9\-._~%!$&'()*+,;:@=]+$/;
const NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

/** A literal, a wildcard, or a variable with what it stands for. Literals run to the next slash. */
const SEGMENT = /\{([^}=]*)(?:=([^}]*))?\}|\*\*|\*|[^/]+/y;

/**
 * Reads a template. `refuse` throws.
 *
 * ```text
 * template  "/" [ segment { "/" segment } [ "/" | suffix ] ]
 * segment   literal | "*" | "**" | "{" name [ "=" segment { "/" segment } ] "}"
 * ```
 */
export function readTemplate(template: string, refuse: (reason: string) => never): ParsedTemplate {
  if (!/^\/[!-~]*$/.test(template)) refuse("begins with a slash and has printable characters of ASCII only");
  const segments: TemplateSegment[] = [];
  const variables: TemplateVariable[] = [];
  let suffix = "";
  let seenText = false;
  const add = (piece: string): void => {
    if (piece !== "*" && piece !== "**") {
      if (piece.startsWith("*") || !LITERAL.test(piece)) refuse(`"${piece}" is no segment`);
      segments.push({ kind: "literal", text: piece });
      return;
    }
    if (seenText) refuse(`"${piece}" may not follow "**"`);
    seenText = piece === "**";
    segments.push({ kind: seenText ? "text" : "segment", text: "" });
  };
  for (let at = 1; at < template.length; ) {
    SEGMENT.lastIndex = at;
    const found = SEGMENT.exec(template);
    if (found === null) return refuse(`expected a segment at "${template.slice(at)}"`);
    const [piece, name, pattern] = found;
    if (name === undefined) add(piece);
    else {
      const first = segments.length;
      checkName(name, variables, refuse);
      for (const one of (pattern ?? "*").split("/")) add(one);
      variables.push({ name, first, last: segments.length - 1 });
    }
    at = SEGMENT.lastIndex;
    if (at === template.length) break;
    if (template[at] !== "/") {
      suffix = template.slice(at);
      if (!LITERAL.test(suffix)) refuse(`"${suffix}" may not stand behind a wildcard`);
      break;
    }
    at++;
    // A slash at the end is a segment without text.
    if (at === template.length) segments.push({ kind: "literal", text: "" });
  }
  if (segments.length === 0) segments.push({ kind: "literal", text: "" });
  return { segments, suffix, variables };
}

function checkName(
  name: string,
  before: readonly TemplateVariable[],
  refuse: (reason: string) => never,
): void {
  if (!NAME.test(name)) refuse(`"${name}" is no name of a variable`);
  if (name.length > MAX_NAME) refuse(`the name "${name}" is over the limit of ${MAX_NAME} characters`);
  if (before.some((one) => one.name === name)) refuse(`the variable "${name}" occurs twice`);
  if (before.length === MAX_VARIABLES) refuse(`it has more than ${MAX_VARIABLES} variables`);
}

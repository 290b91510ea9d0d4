import { asBytes, compileFormat, type Format, type FormatContext } from "@dualmesh/core";
import { checkKind, checkText, knownKeys } from "@dualmesh/matching";

/**
 * A body that is made for each request.
 *
 * @see Envoy, `envoy.config.core.v3.SubstitutionFormatString`
 */
export type BodyFormat = (
  | { readonly kind: "text"; readonly text: string }
  /** The texts within are format strings. One that is a single command keeps its type, or is null. */
  | { readonly kind: "json"; readonly value: Readonly<Record<string, unknown>> }
) & {
  /** Wins over what routes say of it. Default: `application/json` for JSON; for text, nothing is said. */
  readonly contentType?: string;
  /** Leaves out what has no value. Default false: in text a `-` stands for it. */
  readonly omitEmptyValues?: boolean;
};

/** A format, compiled once. */
export interface BodyWriter {
  readonly contentType: string | undefined;
  /** @param body what `%LOCAL_REPLY_BODY%` stands for. */
  write(context: FormatContext, body: Uint8Array): Uint8Array;
}

/** A piece of JSON; `undefined` for what is left out. */
type Writer = (context: FormatContext) => unknown;

/** The body as it is without a format: the one command that only a body can answer. */
const LOCAL_REPLY_BODY = "LOCAL_REPLY_BODY";

const NUMBERS = /^(?:RESPONSE_CODE|DURATION|UPSTREAM_REQUEST_ATTEMPT_COUNT|.+_PORT)$/;

/**
 * Compiles a format.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a bad format string.
 */
export function compileBodyFormat(format: BodyFormat, known: ReadonlySet<string>): BodyWriter {
  checkKind("body format", format, KINDS);
  if (format.kind === "text") checkText("body format", "text", format.text);
  const commands = new Set([...known, LOCAL_REPLY_BODY]);
  const { contentType, omitEmptyValues: omits = false } = format;
  const absent = omits ? "" : "-";
  if (format.kind === "text") {
    const text = compileFormat(asBytes(format.text), commands);
    return { contentType, write: (context, body) => written(text.evaluate(over(context, body), absent)) };
  }
  const compile = (value: unknown): Writer => {
    if (typeof value === "string") return leaf(compileFormat(asBytes(value), commands), absent);
    if (Array.isArray(value)) {
      const items = value.map(compile);
      return (context) =>
        items.map((item) => item(context)).filter((item) => !omits || !(item === null || isEmpty(item)));
    }
    if (typeof value !== "object" || value === null) return () => value;
    // Sorted, as Envoy writes them.
    const fields = Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [asBytes(name), compile(inner)] as const);
    return (context) => {
      const all = fields.map(([name, inner]) => [name, inner(context)] as const);
      return Object.fromEntries(omits ? all.filter(([, inner]) => inner !== null && !isEmpty(inner)) : all);
    };
  };
  const root = compile(format.value);
  return {
    contentType: contentType ?? "application/json",
    write: (context, body) => written(`${JSON.stringify(root(over(context, body)))}\n`),
  };
}

const KINDS: Readonly<Record<BodyFormat["kind"], ReadonlySet<string>>> = {
  text: knownKeys<BodyFormat>("kind", "text", "contentType", "omitEmptyValues"),
  json: knownKeys<BodyFormat>("kind", "value", "contentType", "omitEmptyValues"),
};

function written(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

function over(context: FormatContext, body: Uint8Array): FormatContext {
  return (command, argument) =>
    command === LOCAL_REPLY_BODY ? Buffer.from(body).toString("latin1") : context(command, argument);
}

function leaf(format: Format, absent: string): Writer {
  const { command } = format;
  if (command === undefined) return (context) => format.evaluate(context, absent);
  return (context) => {
    const found = format.find(context);
    if (found === undefined) return null;
    return NUMBERS.test(command) ? Number(found) : found;
  };
}

function isEmpty(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}

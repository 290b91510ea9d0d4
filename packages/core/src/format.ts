import { MeshError } from "./mesh-error.ts";

/** Answers one command of a format string for one call; `undefined` where there is no value. */
export type FormatContext = (command: string, argument: string | undefined) => string | undefined;

/** A format string that was parsed once. */
export interface Format {
  /** The text for one call; a command without value gives `absent` (default: nothing). */
  evaluate(context: FormatContext, absent?: string): string;
  /** The command, where it is one and nothing else. */
  readonly command: string | undefined;
  /** As `evaluate` without anything for what is absent; `undefined` where a format that is one command has no value. */
  find(context: FormatContext): string | undefined;
  /** Whether it holds no command at all. */
  readonly literal: boolean;
  toString(): string;
}

type Part = string | Command;

interface Command {
  readonly name: string;
  /** Alternatives, tried in order: `%REQ(A?B)%`. One undefined entry for a command without argument. */
  readonly args: readonly (string | undefined)[];
  readonly maxLength: number;
}

/** `%NAME%`, `%NAME(argument)%`, `%NAME(argument):length%`, or `%%`. */
const COMMAND = /%(?:%|([A-Z_0-9]+)(?:\(([^)]*)\))?(?::(\d+))?%)/y;

/** Commands whose argument may name an alternative after `?`. */
const WITH_ALTERNATIVE: ReadonlySet<string> = new Set([
  "REQ",
  "REQUEST_HEADER",
  "REQ_WITHOUT_QUERY",
  "RESP",
  "RESPONSE_HEADER",
  "TRAILER",
]);

/** Commands that mean nothing without an argument. */
const NEED_ARGUMENT: ReadonlySet<string> = new Set([...WITH_ALTERNATIVE, "ENVIRONMENT", "QUERY_PARAM"]);

/**
 * Parses Envoy's format strings: `%REQ(x-user?x-account):12% took %DURATION% ms, %%`.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a command that is not in `commands`, a second alternative, one that lacks
 *   its argument, or a stray `%`.
 * @see Envoy, "Access logging", command operators
 */
export function compileFormat(text: string, commands: ReadonlySet<string>): Format {
  const parts: Part[] = [];
  let literal = "";
  let at = 0;
  while (at < text.length) {
    const next = text.indexOf("%", at);
    if (next < 0) break;
    literal += text.slice(at, next);
    COMMAND.lastIndex = next;
    const found = COMMAND.exec(text);
    if (found === null) {
      throw new MeshError(
        "INVALID_ARGUMENT",
        `format "${text}": nothing known begins at "${text.slice(next, next + 20)}"`,
      );
    }
    at = COMMAND.lastIndex;
    const [whole, name, argument, length] = found;
    if (whole === "%%") {
      literal += "%";
      continue;
    }
    if (name === undefined || !commands.has(name)) {
      throw new MeshError("INVALID_ARGUMENT", `format "${text}": unknown command ${whole}`);
    }
    if (literal !== "") parts.push(literal);
    literal = "";
    if (NEED_ARGUMENT.has(name) && (argument ?? "") === "") {
      throw new MeshError("INVALID_ARGUMENT", `format "${text}": ${whole} does not say of what`);
    }
    const args = argument !== undefined && WITH_ALTERNATIVE.has(name) ? argument.split("?") : [argument];
    if (args.length > 2) {
      throw new MeshError("INVALID_ARGUMENT", `format "${text}": more than one alternative in ${whole}`);
    }
    parts.push({ name, args, maxLength: length === undefined ? Number.POSITIVE_INFINITY : Number(length) });
  }
  literal += text.slice(at);
  if (literal !== "") parts.push(literal);
  return new ParsedFormat(text, parts);
}

class ParsedFormat implements Format {
  readonly literal: boolean;
  readonly command: string | undefined;
  readonly #text: string;
  readonly #parts: readonly Part[];

  constructor(text: string, parts: readonly Part[]) {
    this.#text = text;
    this.#parts = parts;
    const [first] = parts;
    this.command = parts.length === 1 && typeof first === "object" ? first.name : undefined;
    this.literal = parts.every((part) => typeof part === "string");
  }

  evaluate(context: FormatContext, absent = ""): string {
    let result = "";
    for (const part of this.#parts)
      result += typeof part === "string" ? part : (textOf(part, context) ?? absent);
    return result;
  }

  find(context: FormatContext): string | undefined {
    const [first] = this.#parts;
    return this.command === undefined ? this.evaluate(context) : textOf(first as Command, context);
  }

  toString(): string {
    return this.#text;
  }
}

function textOf(command: Command, context: FormatContext): string | undefined {
  for (const argument of command.args) {
    const found = context(command.name, argument);
    if (found !== undefined)
      return found.length > command.maxLength ? found.slice(0, command.maxLength) : found;
  }
  return undefined;
}

import { asBytes, compileFormat, type Format, type FormatContext } from "@dualmesh/core";
import { pathEnd } from "@dualmesh/matching";
import type { HeaderToAdd } from "@dualmesh/routing";
import { percentDecode } from "../percent-decode.ts";

/** A change of the query. */
export type QueryMutation =
  | { readonly kind: "remove"; readonly name: string }
  | {
      readonly kind: "add";
      readonly name: string;
      /** A format string; what comes of it is encoded. */
      readonly value: string;
      readonly action: NonNullable<HeaderToAdd["action"]>;
    };

/** Changes the query of a path. The context answers for the values, before anything is changed. */
export type QueryMutator = (path: string, context: FormatContext) => string;

interface Parameter {
  /** As it is written. */
  readonly text: string;
  readonly value: string;
}

/** Parameters by their decoded names. */
type Parameters = Map<string, Parameter[]>;

/**
 * Compiles changes of the query, applied in order.
 *
 * What comes out is sorted by name, and each parameter has a `=`: with Envoy, too. It also writes what was encoded without
 * encoding it again, so that `a%26b` becomes two parameters; here only what needs no encoding loses it.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` on a command that is not in `commands`.
 */
export function compileQueryMutations(
  mutations: readonly QueryMutation[],
  commands: ReadonlySet<string>,
): QueryMutator {
  const compiled = mutations.map((mutation) => ({
    mutation,
    format: mutation.kind === "add" ? compileFormat(asBytes(mutation.value), commands) : undefined,
  }));
  return (path, context) => {
    const end = pathEnd(path);
    const parameters = parse(path.slice(end + 1));
    const values = compiled.map(({ format }) => written(format, context));
    for (const [i, { mutation }] of compiled.entries()) mutate(parameters, mutation, values[i] ?? "");
    const query = text(parameters);
    return query === "" ? path.slice(0, end) : `${path.slice(0, end)}?${query}`;
  };
}

function written(format: Format | undefined, context: FormatContext): string {
  return format === undefined ? "" : encode(format.evaluate(context));
}

function mutate(parameters: Parameters, mutation: QueryMutation, value: string): void {
  // By its bytes, as those of the path are compared.
  const name = asBytes(mutation.name);
  if (mutation.kind === "remove") {
    parameters.delete(name);
    return;
  }
  const there = parameters.get(name);
  const added = { text: encodeName(name), value };
  switch (mutation.action) {
    case "append":
      parameters.set(name, [...(there ?? []), added]);
      return;
    case "add-if-absent":
      if (there === undefined) parameters.set(name, [added]);
      return;
    case "overwrite":
      parameters.set(name, [added]);
      return;
    case "overwrite-if-exists":
      if (there !== undefined) parameters.set(name, [added]);
      return;
    default:
      mutation.action satisfies never;
  }
}

function parse(query: string): Parameters {
  const parameters: Parameters = new Map();
  if (query === "") return parameters;
  for (const part of query.split("&")) {
    const at = part.indexOf("=");
    const name = at < 0 ? part : part.slice(0, at);
    const parameter = { text: plain(name), value: at < 0 ? "" : plain(part.slice(at + 1)) };
    const key = percentDecode(name);
    const same = parameters.get(key);
    if (same === undefined) parameters.set(key, [parameter]);
    else same.push(parameter);
  }
  return parameters;
}

function text(parameters: Parameters): string {
  const sorted = [...parameters].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([, all]) => all.map(({ text, value }) => `${text}=${value}`)).join("&");
}

/** Without the encoding of letters, digits and the like, which changes nothing (RFC 3986, section 2.3). */
function plain(text: string): string {
  return text.replaceAll(/%([0-9A-Fa-f]{2})/g, (whole, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : whole;
  });
}

function encode(value: string): string {
  return value.replaceAll(/[^A-Za-z0-9\-._*]+/g, percent);
}

/** As it is configured, but for what would end it, or the query. */
function encodeName(name: string): string {
  return name.replaceAll(/[^!-~]+|[#&=]+/g, percent);
}

const BEYOND_BYTES = /[\u0100-\uffff]/;

/** What is more than a byte came as text, and goes out as UTF-8. */
function percent(text: string): string {
  return [...Buffer.from(text, BEYOND_BYTES.test(text) ? "utf8" : "latin1")]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

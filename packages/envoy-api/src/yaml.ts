/**
 * Messages from YAML: `@dualmesh/envoy-api/yaml`. A subpath of its own, since the YAML parser takes as
 * long to load as all the rest, and a process that gets its configuration by xDS needs none.
 */
import { parseDocument } from "yaml";
import { fromJson } from "./from-json.ts";
import type { Message, MessageName } from "./message-init.ts";
import { DocumentError, type Problem } from "./proto-error.ts";
import { type Resource, resourcesOf } from "./resources.ts";
import { defaultMaxLength, LineMap, type SourceDocument, type TextOptions } from "./source-document.ts";
import { YamlValues } from "./yaml-values.ts";

export type { Resource, SourceDocument, TextOptions };

/**
 * Parses a YAML 1.2 document (core schema: `yes` and `on` are text, there are no merge keys). Integers beyond
 * 2^53 are kept exactly, as bigint. Aliases may bring in 100,000 values in all.
 * @throws DocumentError if the text is no YAML, or too long, or more than one document.
 */
export function readYaml(text: string, options: TextOptions = {}): SourceDocument {
  const { file, maxLength = defaultMaxLength } = options;
  const named = file === undefined ? {} : { file };
  if (text.length > maxLength) {
    const message = `${text.length} characters are over the limit of ${maxLength}`;
    throw new DocumentError([{ path: "", message, ...named }]);
  }
  const document = parseDocument(text, {
    version: "1.2",
    schema: "core",
    intAsBigInt: true,
    // `YamlValues` looks for equal keys; the parser would compare each with each.
    uniqueKeys: false,
    prettyErrors: false,
    // "silent" would also hide that there are several documents.
    logLevel: "error",
  });
  const lines = new LineMap(text);
  // A warning is about a tag or directive that the parser does not know, and would ignore.
  const problems = [...document.errors, ...document.warnings]
    .slice(0, 100)
    .map((error): Problem => ({ path: "", message: sentence(error), ...named, ...lines.at(error.pos[0]) }));
  if (problems.length > 0) throw new DocumentError(problems);
  const values = new YamlValues(document, lines, file);
  return {
    value: values.root(),
    file,
    problems: values.problems,
    locate: (path, part) => values.locate(path, part),
  };
}

/**
 * Reads a message from YAML.
 * @throws DocumentError with all problems, each with line and column; see `fromJson`.
 */
export function parseYaml<N extends MessageName>(
  name: N,
  text: string,
  options: TextOptions = {},
): Message<N> {
  const source = readYaml(text, options);
  return fromJson(name, source.value, { source });
}

/** Reads the resources of a YAML file `resources: [{"@type": …}]`. @see resourcesOf */
export function parseYamlResources(text: string, options: TextOptions = {}): readonly Resource[] {
  return resourcesOf(readYaml(text, options));
}

function sentence(error: { readonly code: string; readonly message: string }): string {
  if (error.code === "MULTIPLE_DOCS") return "more than one document: a file holds one message";
  // The parser recurses, and says so in its own words.
  return error.message.includes("call stack") ? "nested too deep" : error.message;
}

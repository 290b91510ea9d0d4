import { parseDocument } from "yaml";
import { DocumentError, type Problem } from "./proto-error.ts";
import { LineMap, type SourceDocument } from "./source-document.ts";
import { YamlValues } from "./yaml-values.ts";

/**
 * The reader that knows all of YAML, and where each value stands. Most of its time goes into positions: tokens, a tree of
 * them, and a tree of nodes over that.
 *
 * @throws DocumentError if the text is no YAML, or more than one document.
 */
export function readFullYaml(text: string, file: string | undefined): SourceDocument {
  const named = file === undefined ? {} : { file };
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

function sentence(error: { readonly code: string; readonly message: string }): string {
  if (error.code === "MULTIPLE_DOCS") return "more than one document: a file holds one message";
  // The parser recurses, and says so in its own words.
  return error.message.includes("call stack") ? "nested too deep" : error.message;
}

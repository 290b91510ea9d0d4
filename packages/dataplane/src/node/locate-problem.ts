import { type DocumentPath, formatPath, type Problem, type SourceDocument } from "@dualmesh/envoy-api";

/** `.field`, `[0]`, `["name"]`. */
const STEP = /\.([A-Za-z_]\w*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/y;

/**
 * Puts a sentence of the data plane's compiler, `cluster "a".circuit_breakers.thresholds[0]: …`, into its place in the
 * file. What cannot be followed to its end is shown at the nearest place above it.
 *
 * @param resource where in the file the subject of the sentence is; elements of a list may be given by name.
 */
export function locateProblem(source: SourceDocument, resource: DocumentPath, sentence: string): Problem {
  const subject = /^[a-z ]+ "(?:[^"\\]|\\.)*"/.exec(sentence)?.[0] ?? "";
  const { steps, end } = readSteps(sentence, subject.length);
  const message = sentence.slice(end).replace(/^: /, "");
  const path = follow(source.value, resource, steps);
  const position = source.locate(path, "value");
  return {
    ...(source.file === undefined ? {} : { file: source.file }),
    ...(position === undefined ? {} : { line: position.line, column: position.column }),
    path: formatPath([...path, ...steps.slice(path.length - resource.length)]),
    message: subject === "" ? sentence : `${subject}: ${message}`,
  };
}

function readSteps(text: string, from: number): { readonly steps: DocumentPath; readonly end: number } {
  const steps: (string | number)[] = [];
  let end = from;
  for (;;) {
    STEP.lastIndex = end;
    const found = STEP.exec(text);
    if (found === null) return { steps, end };
    const [, field, index, name] = found;
    steps.push(field ?? (index === undefined ? (name as string) : Number(index)));
    end = STEP.lastIndex;
  }
}

/** The path as the author wrote it: either spelling of a field, elements of a list by name, an Any seen through. */
function follow(root: unknown, top: DocumentPath, steps: DocumentPath): DocumentPath {
  const path: (string | number)[] = [];
  let value = root;
  const step = (key: string | number): void => {
    path.push(key);
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  };
  for (const wanted of [...top, ...steps]) {
    let key = keyOf(value, wanted);
    const config = keyOf(value, "typed_config");
    if (key === undefined && config !== undefined) {
      step(config);
      key = keyOf(value, wanted);
    }
    if (key === undefined) break;
    step(key);
  }
  return path;
}

function keyOf(value: unknown, wanted: string | number): string | number | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value) && typeof wanted === "string") {
    const at = value.findIndex(
      (one: unknown) => (one as { readonly name?: unknown } | null)?.name === wanted,
    );
    return at < 0 ? undefined : at;
  }
  return [wanted, camelCase(wanted)].find((key) => Object.hasOwn(value, key));
}

function camelCase(key: string | number): string | number {
  return typeof key === "string" ? key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) : key;
}

import { type DocumentPath, formatPath, type Problem, type SourceDocument } from "@dualmesh/envoy-api";

/** Puts a problem into its place. `path` is from the top of the document, in the names of the .proto files. */
export function problemAt(source: SourceDocument | undefined, path: DocumentPath, message: string): Problem {
  const spelled = source === undefined ? path : spell(source.value, path);
  const position = source?.locate(spelled, "value");
  return {
    ...(source?.file === undefined ? {} : { file: source.file }),
    ...(position === undefined ? {} : { line: position.line, column: position.column }),
    path: formatPath(spelled),
    message,
  };
}

/** The path as the author spelt it: proto3 JSON takes `route_config` and `routeConfig`. Ends where the document does. */
function spell(root: unknown, path: DocumentPath): DocumentPath {
  const spelled: (string | number)[] = [];
  let value = root;
  for (const step of path) {
    if (typeof value !== "object" || value === null) break;
    const key = [step, camelCase(step)].find((candidate) => Object.hasOwn(value as object, candidate));
    if (key === undefined) break;
    spelled.push(key);
    value = (value as Readonly<Record<string | number, unknown>>)[key];
  }
  return spelled;
}

function camelCase(step: string | number): string | number {
  return typeof step === "string" ? step.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()) : step;
}

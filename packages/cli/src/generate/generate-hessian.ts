import { UserError } from "../user-error.ts";
import { readInputs } from "./read-inputs.ts";
import { type Selection, selectTypes } from "./select-types.ts";
import { writeTypeScript } from "./typescript/write-typescript.ts";

export interface GenerateOptions {
  /** `com.example.Order`, `com.example.*`. None: all there is. */
  readonly classes: readonly string[];
  /** The model, as JSON, in place of TypeScript. */
  readonly asJson: boolean;
}

export interface Generated {
  readonly text: string;
  /** `3 classes, 1 enum, 1 service` */
  readonly summary: string;
  readonly warnings: readonly string[];
}

/** @throws {UserError} for input that cannot be read, or in which there is nothing to write. */
export async function generateHessian(
  paths: readonly string[],
  { classes, asJson }: GenerateOptions,
): Promise<Generated> {
  const { graph, warnings } = await readInputs(paths, classes.length > 0);
  const selection = selectTypes(graph, classes);
  if (selection.values.length + selection.services.length + selection.exceptions.length === 0) {
    throw new UserError(
      `there is no interface, enum or serializable class among the ${graph.types.size} types of the input; ` +
        "--class takes others, too",
    );
  }
  const command = ["dualmesh generate hessian", ...paths, ...classes.map((one) => `--class ${one}`)].join(
    " ",
  );
  const file = writeTypeScript(graph, selection, command);
  return {
    text: asJson ? `${JSON.stringify(modelOf(selection), undefined, 2)}\n` : file.text,
    summary: summarize(selection),
    warnings: [...warnings, ...file.warnings, ...describeMissing(selection)],
  };
}

function modelOf({ values, services, exceptions, missing }: Selection): unknown {
  return {
    values,
    services: services.map(({ model, methods }) => ({
      name: model.name,
      methods: methods.map(({ key, method, types }) => ({ key, ...method, types })),
    })),
    exceptions,
    missing: [...missing.keys()],
  };
}

function describeMissing({ missing }: Selection): string[] {
  const lines = [...missing].map(([name, by]) => `${name}, which ${by} names, is not in the input`);
  if (lines.length > 0)
    lines.push("give the jars that have these classes, too; until then they are java.any");
  return lines;
}

function summarize({ values, services, exceptions }: Selection): string {
  const enums = values.filter(({ kind }) => kind === "enum").length;
  return [
    count(values.length - enums, "class", "classes"),
    count(enums, "enum", "enums"),
    count(services.length, "service", "services"),
    ...(exceptions.length === 0 ? [] : [count(exceptions.length, "exception", "exceptions")]),
  ].join(", ");
}

function count(number: number, one: string, more: string): string {
  return `${number} ${number === 1 ? one : more}`;
}

import type { CompileReport } from "./report.ts";

/**
 * What a value of an enum stands for, by a table of all that count, of which the first is the default. A number that the enum
 * does not define is refused: whoever wrote it means something, and would not get it.
 */
export function enumValue<T>(
  value: string | number,
  table: Readonly<Record<string, T>>,
  path: string,
  report: CompileReport,
): T {
  if (Object.hasOwn(table, value)) return table[value] as T;
  report.refuse(path, `expected ${Object.keys(table).join(", ")}, got ${value}`);
  return Object.values(table)[0] as T;
}

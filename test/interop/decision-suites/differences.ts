import { isDeepStrictEqual } from "node:util";
import type { Shape } from "./suite.ts";

/** Where something is not what was expected: a line for each place, and none where all is well. */
export function differences(expected: unknown, actual: unknown, place = ""): readonly string[] {
  const told = (): string => `${place}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`;
  if (isShape(expected)) return fits(expected, actual) ? [] : [told()];
  if (isObject(expected) && isObject(actual)) {
    const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
    const at = (key: string): string => (place === "" ? key : `${place}.${key}`);
    return [...keys].flatMap((key) => differences(expected[key], actual[key], at(key)));
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((one, i) => differences(one, actual[i], `${place}[${i}]`));
  }
  return isDeepStrictEqual(expected, actual) ? [] : [told()];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isShape(value: unknown): value is Shape {
  return isObject(value) && typeof value["shape"] === "string";
}

function fits({ shape, not }: Shape, actual: unknown): boolean {
  return typeof actual === "string" && actual !== not && new RegExp(shape).test(actual);
}

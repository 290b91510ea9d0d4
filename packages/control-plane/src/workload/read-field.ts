import { MeshError } from "@dualmesh/core";
import type { JsonObject, JsonValue } from "@dualmesh/envoy-api";

/** The refusal of one field: its path, what was expected, what came. */
export function fieldError(path: string, expected: string, got: unknown): MeshError {
  return new MeshError("INVALID_ARGUMENT", `${path}: expected ${expected}, got ${show(got)}`);
}

/** An object that has no keys but `known`. A misspelt key is refused by name: ignored, it would be a setting lost. */
export function readObject(value: unknown, path: string, known: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw fieldError(path, "an object", value);
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue;
    throw new MeshError(
      "INVALID_ARGUMENT",
      `${path}: unknown field ${show(key)}; known are ${known.join(", ")}`,
    );
  }
  return value;
}

/** The member, or undefined where it is absent or null: as in proto3 JSON, null means "the default". */
export function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

/** An integer from `min` to `max`; absent gives `fallback`, or is refused where there is none. */
export function readInteger(
  value: unknown,
  path: string,
  range: { readonly min: number; readonly max: number; readonly fallback?: number },
): number {
  if (value === undefined && range.fallback !== undefined) return range.fallback;
  if (typeof value === "number" && Number.isInteger(value) && value >= range.min && value <= range.max) {
    return value;
  }
  throw fieldError(path, `an integer from ${range.min} to ${range.max}`, value);
}

/** A string of at most `maxLength` characters; absent is empty. */
export function readString(value: unknown, path: string, maxLength = 256): string {
  if (value === undefined) return "";
  if (typeof value === "string" && value.length <= maxLength) return value;
  throw fieldError(path, `a string of at most ${maxLength} characters`, value);
}

/** A value as text, cut short: what came may be a megabyte, and stands in an error message. */
function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length <= 80 ? text : `${text.slice(0, 77)}…`;
}

/** True for `{…}`, false for lists, null and scalars. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { checkScalar, isScalar, show } from "./check-scalar.ts";
import { type Int64, safeInt64 } from "./int64.ts";
import type { Kind } from "./kind.ts";
import { ProtoError } from "./proto-error.ts";

/** A key of a map. */
export type MapKey = string | boolean | Int64;

/**
 * The entries of a map, given as a `Map` or as a plain object, sorted by key.
 * @throws ProtoError if the value is neither, or a key is not of the kind.
 */
export function mapEntries(keyKind: Kind, value: unknown): readonly (readonly [MapKey, unknown])[] {
  if (typeof value !== "object" || value === null) throw new ProtoError(`${show(value)} is not a map`);
  const entries: (readonly [MapKey, unknown])[] = [];
  if (value instanceof Map) {
    for (const [key, entry] of value as ReadonlyMap<MapKey, unknown>) {
      checkScalar(keyKind, key);
      entries.push([key, entry]);
    }
  } else {
    for (const [text, entry] of Object.entries(value)) {
      const key = parseMapKey(keyKind, text);
      if (key === undefined) throw new ProtoError(`key ${show(text)} is not a ${keyKind}`);
      entries.push([key, entry]);
    }
  }
  return entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A key from text, as it stands in JSON and in plain objects; undefined if the text is not of the kind. */
export function parseMapKey(keyKind: Kind, text: string): MapKey | undefined {
  const key = keyFromText(keyKind, text);
  return key !== undefined && isScalar(keyKind, key) ? key : undefined;
}

function keyFromText(keyKind: Kind, text: string): MapKey | undefined {
  if (keyKind === "string") return text;
  if (keyKind === "bool") return text === "true" ? true : text === "false" ? false : undefined;
  return /^-?(0|[1-9]\d{0,19})$/.test(text) ? safeInt64(BigInt(text)) : undefined;
}

import { checkScalar, show } from "./check-scalar.ts";
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
    for (const [text, entry] of Object.entries(value)) entries.push([parseMapKey(keyKind, text), entry]);
  }
  return entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/**
 * A key from text: proto3 JSON has no other keys.
 * @throws ProtoError if the text is not of the kind.
 */
export function parseMapKey(keyKind: Kind, text: string): MapKey {
  const key = keyFromText(keyKind, text);
  if (key === undefined) throw new ProtoError(`${show(text)} is not a ${keyKind}`);
  checkScalar(keyKind, key);
  return key;
}

function keyFromText(keyKind: Kind, text: string): MapKey | undefined {
  if (keyKind === "string") return text;
  if (keyKind === "bool") return text === "true" ? true : text === "false" ? false : undefined;
  return /^-?\d{1,20}$/.test(text) ? safeInt64(BigInt(text)) : undefined;
}

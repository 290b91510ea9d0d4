/** What JSON can say: the form of `google.protobuf.Value`. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object: the form of `google.protobuf.Struct`. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * Sets a property whose name came from outside. Plain assignment to `__proto__` would change what the object
 * inherits instead of adding a key.
 */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    object[key] = value;
  }
}

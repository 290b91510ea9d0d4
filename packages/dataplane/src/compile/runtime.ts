import type { JsonValue, MessageTypes } from "@dualmesh/envoy-api";

/** One layer of runtime keys. */
export interface RuntimeLayer {
  readonly name: string;
  /** Flat: nested objects are joined by dots, as Envoy does. */
  readonly values: ReadonlyMap<string, JsonValue>;
}

/** Compiles a Runtime resource. Unknown keys are ordinary: whoever knows one asks for it. */
export function compileRuntime(message: MessageTypes["envoy.service.runtime.v3.Runtime"]): RuntimeLayer {
  return { name: message.name, values: flattenRuntime(message.layer ?? {}) };
}

/** Turns nested objects into keys with dots: `{a: {b: 1}}` and `{"a.b": 1}` are the same. */
export function flattenRuntime(layer: object): ReadonlyMap<string, JsonValue> {
  const values = new Map<string, JsonValue>();
  const walk = (value: object, prefix: string): void => {
    for (const [key, inner] of Object.entries(value)) {
      const name = prefix === "" ? key : `${prefix}.${key}`;
      // A fractional percent is one value, although it is written as an object.
      if (typeof inner === "object" && inner !== null && !Array.isArray(inner) && !("numerator" in inner)) {
        walk(inner, name);
      } else values.set(name, inner as JsonValue);
    }
  };
  walk(layer, "");
  return values;
}

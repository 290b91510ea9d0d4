/**
 * Between the JavaScript form of a well-known message and the object of its fields, its *box*, which the
 * general reader and writer know how to handle: `1000` and `{ value: 1000 }`.
 */
import { type JsonValue, setOwn } from "./json-value.ts";
import type { Form } from "./well-known.ts";

type Box = Record<string, unknown>;

/** The JavaScript form of what was read into a box. */
export function unbox(form: Form, box: Box): unknown {
  switch (form) {
    case "plain":
      return box;
    case "wrapper":
      return box["value"];
    case "list":
      return box["values"];
    case "struct": {
      const object: Record<string, unknown> = {};
      for (const [key, value] of box["fields"] as ReadonlyMap<string, unknown>) setOwn(object, key, value);
      return object;
    }
    case "value":
      // A Value of no kind is not valid, and null is what every reader makes of it.
      return (
        box["bool_value"] ??
        box["number_value"] ??
        box["string_value"] ??
        box["struct_value"] ??
        box["list_value"] ??
        null
      );
  }
}

/**
 * Puts a value into an empty box, for writing, or for reading a second occurrence on top of the first: parts
 * of one message that come separately are merged.
 */
export function fillBox(form: Form, box: Box, value: unknown): void {
  switch (form) {
    case "plain":
      return;
    case "wrapper":
      box["value"] = value;
      return;
    case "list":
      box["values"] = Array.isArray(value) ? Array.from(value) : value;
      return;
    case "struct":
      box["fields"] = typeof value === "object" && value !== null ? new Map(Object.entries(value)) : value;
      return;
    case "value":
      box[memberOfValue(value as JsonValue)] = value === null ? "NULL_VALUE" : value;
      return;
  }
}

/** Which member of `google.protobuf.Value`'s oneof holds a JSON value. */
function memberOfValue(value: JsonValue): string {
  if (value === null) return "null_value";
  if (typeof value === "boolean") return "bool_value";
  if (typeof value === "number") return "number_value";
  if (typeof value === "string") return "string_value";
  return Array.isArray(value) ? "list_value" : "struct_value";
}

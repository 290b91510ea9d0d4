/**
 * Which JavaScript form a message has.
 *
 * | form | messages | in JavaScript |
 * |---|---|---|
 * | `wrapper` | `google.protobuf.UInt32Value`, … | the value inside: a primitive, or bytes |
 * | `struct` `list` `value` | `google.protobuf.Struct`, `ListValue`, `Value` | plain JSON |
 * | `plain` | all others | an object with one property per field |
 *
 * `Duration`, `Timestamp`, `FieldMask` and `Any` are plain here; only proto3 JSON writes them in a way of
 * their own.
 */
export type Form = "plain" | "wrapper" | "struct" | "list" | "value";

/** The form of the message of this full name. */
export function formOf(name: string): Form {
  if (!name.startsWith("google.protobuf.")) return "plain";
  switch (name.slice("google.protobuf.".length)) {
    case "DoubleValue":
    case "FloatValue":
    case "Int64Value":
    case "UInt64Value":
    case "Int32Value":
    case "UInt32Value":
    case "BoolValue":
    case "StringValue":
    case "BytesValue":
      return "wrapper";
    case "Struct":
      return "struct";
    case "ListValue":
      return "list";
    case "Value":
      return "value";
    default:
      return "plain";
  }
}

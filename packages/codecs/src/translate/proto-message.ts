import type { AnyJavaType } from "../hessian/java-type.ts";
import type { BareShape, BareType } from "./type-shape.ts";

/** How a value lies in a message. */
export type ProtoValue =
  | { readonly kind: ProtoScalar; readonly shape: BareShape }
  | { readonly kind: "enum"; readonly name: string; readonly constants: readonly ProtoConstant[] }
  | { readonly kind: "message"; readonly message: ProtoMessage }
  /** `google.protobuf.Timestamp` */
  | { readonly kind: "timestamp" }
  /** `google.protobuf.Value` */
  | { readonly kind: "value" };

export type ProtoScalar = "int32" | "int64" | "float" | "double" | "bool" | "string" | "bytes";

/** A constant of an enum: its number is its place among them, from 1 on. 0 is null. */
export interface ProtoConstant {
  /** In Java. */
  readonly java: string;
  /** In the schema: `COLOR_RED`. */
  readonly name: string;
}

export interface ProtoField {
  /** In the schema. */
  readonly name: string;
  /** In Java, and in JSON. */
  readonly javaName: string;
  readonly number: number;
  /** `optional` tells null from an empty text, or from 0. */
  readonly label: "" | "optional" | "repeated" | "map";
  /** Of a map: how keys lie there. */
  readonly key: ProtoValue | undefined;
  readonly value: ProtoValue;
  readonly type: AnyJavaType;
  readonly bare: BareType;
  /** Of a list its items', of a map its values'. */
  readonly item: BareType;
  /** Of a map. */
  readonly keyType: BareType | undefined;
}

export interface ProtoMessage {
  readonly name: string;
  /** What a value of it is in Java: the values of its fields by their names, or what its one field says. */
  readonly holds: "fields" | "value";
  readonly fields: readonly ProtoField[];
  readonly byNumber: ReadonlyMap<number, ProtoField>;
  /** Of a record of its fields. */
  of(record: Record<string, unknown>): unknown;
}

/** The wire type of a value. */
export function isPackable(value: ProtoValue): boolean {
  switch (value.kind) {
    case "string":
    case "bytes":
    case "message":
    case "timestamp":
    case "value":
      return false;
    default:
      return true;
  }
}

/** The type of a value as a schema has it. */
export function protoTypeName(value: ProtoValue): string {
  switch (value.kind) {
    case "enum":
      return value.name;
    case "message":
      return value.message.name;
    case "timestamp":
      return "google.protobuf.Timestamp";
    case "value":
      return "google.protobuf.Value";
    default:
      return value.kind;
  }
}

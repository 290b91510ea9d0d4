/** Kind of a single value, as the .proto file declares it. */
export type Kind =
  | "double"
  | "float"
  | "int32"
  | "int64"
  | "uint32"
  | "uint64"
  | "sint32"
  | "sint64"
  | "fixed32"
  | "fixed64"
  | "sfixed32"
  | "sfixed64"
  | "bool"
  | "string"
  | "bytes"
  | "enum"
  | "message";

const letters: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["d", "double"],
  ["f", "float"],
  ["i", "int32"],
  ["I", "int64"],
  ["u", "uint32"],
  ["U", "uint64"],
  ["s", "sint32"],
  ["S", "sint64"],
  ["x", "fixed32"],
  ["X", "fixed64"],
  ["y", "sfixed32"],
  ["Y", "sfixed64"],
  ["b", "bool"],
  ["t", "string"],
  ["B", "bytes"],
  ["e", "enum"],
  ["m", "message"],
]);

/** The kind that a letter of the generated table stands for. */
export function kindOfLetter(letter: string): Kind | undefined {
  return letters.get(letter);
}

/** Wire types; a tag is the field's number times 8 plus one of them. Groups (3, 4) are only ever skipped. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const START_GROUP = 3;
export const END_GROUP = 4;
export const FIXED32 = 5;

/** Wire types by kind; all other kinds are varints. */
const wireTypes: ReadonlyMap<Kind, number> = new Map([
  ["double", FIXED64],
  ["fixed64", FIXED64],
  ["sfixed64", FIXED64],
  ["float", FIXED32],
  ["fixed32", FIXED32],
  ["sfixed32", FIXED32],
  ["string", LENGTH],
  ["bytes", LENGTH],
  ["message", LENGTH],
]);

/** Wire type of one value of a kind. */
export function wireTypeOf(kind: Kind): number {
  return wireTypes.get(kind) ?? VARINT;
}

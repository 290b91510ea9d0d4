/**
 * The two wire formats that are both called "Hessian 2". `3` is the draft that Caucho 3.1 spoke, and that SOFARPC on Bolt
 * speaks to this day (com.alipay.sofa:hessian 3.x); `4` is the later one, of Dubbo and Caucho 4. Neither reads the lists,
 * maps, objects, dates and doubles of the other.
 */
export type HessianDialect = "3" | "4";

// What the first byte of a value says. Plain constants: a switch over them becomes a jump table.
export const BAD = 0;
export const NULL = 1;
export const TRUE = 2;
export const FALSE = 3;
export const INT_1 = 4;
export const INT_2 = 5;
export const INT_3 = 6;
export const INT_4 = 7;
export const LONG_1 = 8;
export const LONG_2 = 9;
export const LONG_3 = 10;
export const LONG_4 = 11;
export const LONG_8 = 12;
export const DOUBLE_0 = 13;
export const DOUBLE_1 = 14;
export const DOUBLE_BYTE = 15;
export const DOUBLE_SHORT = 16;
export const DOUBLE_MILLIS = 17;
export const DOUBLE_FLOAT = 18;
export const DOUBLE_8 = 19;
export const DATE_MS = 20;
export const DATE_MINUTES = 21;
export const STRING_SHORT = 22;
export const STRING_MEDIUM = 23;
export const STRING_FINAL = 24;
export const STRING_CHUNK = 25;
export const BINARY_SHORT = 26;
export const BINARY_MEDIUM = 27;
export const BINARY_FINAL = 28;
export const BINARY_CHUNK = 29;
export const LIST_SHORT = 30;
export const LIST_FIXED = 31;
export const LIST_TYPED_SHORT = 32;
export const LIST_TYPED = 33;
export const LIST_OPEN = 34;
export const LIST_OPEN_TYPED = 35;
export const MAP = 36;
export const MAP_TYPED = 37;
export const OBJECT_SHORT = 38;
export const OBJECT = 39;
export const DEFINITION = 40;
export const REF = 41;
export const END = 42;
// The containers of dialect 3.
export const OLD_LIST = 43;
export const OLD_LIST_REPEAT = 44;
export const OLD_MAP = 45;
export const OLD_OBJECT = 46;
export const OLD_DEFINITION = 47;
export const OLD_REF_1 = 48;
export const OLD_REF_2 = 49;
export const OLD_REF_4 = 50;

type Range = readonly [first: number, last: number, tag: number];

/** What both dialects write alike. */
const COMMON: readonly Range[] = [
  [0x00, 0x1f, STRING_SHORT],
  [0x20, 0x2f, BINARY_SHORT],
  [0x38, 0x3f, LONG_3],
  [0x42, 0x42, BINARY_FINAL],
  [0x44, 0x44, DOUBLE_8],
  [0x46, 0x46, FALSE],
  [0x49, 0x49, INT_4],
  [0x4c, 0x4c, LONG_8],
  [0x4e, 0x4e, NULL],
  [0x53, 0x53, STRING_FINAL],
  [0x54, 0x54, TRUE],
  [0x80, 0xbf, INT_1],
  [0xc0, 0xcf, INT_2],
  [0xd0, 0xd7, INT_3],
  [0xd8, 0xef, LONG_1],
  [0xf0, 0xff, LONG_2],
];

const OLD: readonly Range[] = [
  [0x4a, 0x4a, OLD_REF_1],
  [0x4b, 0x4b, OLD_REF_2],
  [0x4d, 0x4d, OLD_MAP],
  [0x4f, 0x4f, OLD_DEFINITION],
  [0x52, 0x52, OLD_REF_4],
  [0x56, 0x56, OLD_LIST],
  [0x62, 0x62, BINARY_CHUNK],
  [0x64, 0x64, DATE_MS],
  [0x67, 0x67, DOUBLE_0],
  [0x68, 0x68, DOUBLE_1],
  [0x69, 0x69, DOUBLE_BYTE],
  [0x6a, 0x6a, DOUBLE_SHORT],
  [0x6b, 0x6b, DOUBLE_FLOAT],
  [0x6f, 0x6f, OLD_OBJECT],
  [0x73, 0x73, STRING_CHUNK],
  [0x76, 0x76, OLD_LIST_REPEAT],
  [0x77, 0x77, LONG_4],
  [0x7a, 0x7a, END],
];

const NEW: readonly Range[] = [
  [0x30, 0x33, STRING_MEDIUM],
  [0x34, 0x37, BINARY_MEDIUM],
  [0x41, 0x41, BINARY_CHUNK],
  [0x43, 0x43, DEFINITION],
  [0x48, 0x48, MAP],
  [0x4a, 0x4a, DATE_MS],
  [0x4b, 0x4b, DATE_MINUTES],
  [0x4d, 0x4d, MAP_TYPED],
  [0x4f, 0x4f, OBJECT],
  [0x51, 0x51, REF],
  [0x52, 0x52, STRING_CHUNK],
  [0x55, 0x55, LIST_OPEN_TYPED],
  [0x56, 0x56, LIST_TYPED],
  [0x57, 0x57, LIST_OPEN],
  [0x58, 0x58, LIST_FIXED],
  [0x59, 0x59, LONG_4],
  [0x5a, 0x5a, END],
  [0x5b, 0x5b, DOUBLE_0],
  [0x5c, 0x5c, DOUBLE_1],
  [0x5d, 0x5d, DOUBLE_BYTE],
  [0x5e, 0x5e, DOUBLE_SHORT],
  [0x5f, 0x5f, DOUBLE_MILLIS],
  [0x60, 0x6f, OBJECT_SHORT],
  [0x70, 0x77, LIST_TYPED_SHORT],
  [0x78, 0x7f, LIST_SHORT],
];

/** What each first byte of a value says, by dialect; {@link BAD} for those that begin none. */
export const TAGS: Readonly<Record<HessianDialect, Uint8Array>> = {
  "3": tableOf([...COMMON, ...OLD]),
  "4": tableOf([...COMMON, ...NEW]),
};

function tableOf(ranges: readonly Range[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const [first, last, tag] of ranges) table.fill(tag, first, last + 1);
  return table;
}

/** Whether a value of this kind may stand behind the definition of a class: its object, or a further definition. */
export function isObject(kind: number): boolean {
  return (
    kind === OBJECT_SHORT ||
    kind === OBJECT ||
    kind === OLD_OBJECT ||
    kind === DEFINITION ||
    kind === OLD_DEFINITION
  );
}

/** How many bytes follow the first one of a number, a date or a constant. */
export const SCALAR_BYTES: Uint8Array = scalarBytes();

function scalarBytes(): Uint8Array {
  const table = new Uint8Array(END + 1);
  for (const kind of [INT_2, LONG_2, DOUBLE_BYTE]) table[kind] = 1;
  for (const kind of [INT_3, LONG_3, DOUBLE_SHORT]) table[kind] = 2;
  for (const kind of [INT_4, LONG_4, DOUBLE_MILLIS, DOUBLE_FLOAT, DATE_MINUTES]) {
    table[kind] = 4;
  }
  for (const kind of [LONG_8, DOUBLE_8, DATE_MS]) table[kind] = 8;
  return table;
}

import { describe, expect, test } from "vitest";
import { decodeAs } from "../src/decode.ts";
import { encodeAs } from "../src/encode.ts";
import { everyKind, hex } from "./every-kind.ts";

const read = (digits: string): unknown => decodeAs(everyKind, hex(digits));
const write = (value: unknown): string => Buffer.from(encodeAs(everyKind, value)).toString("hex");
const whole = (part: object): object => ({ ...everyKind.create(), ...part });

describe("every kind has the bytes of the specification, both ways", () => {
  test.each([
    ["double", { a_double: 1.5 }, "09 000000000000f83f"],
    ["double, negative zero", { a_double: -0 }, "09 0000000000000080"],
    ["float", { a_float: -2 }, "15 000000c0"],
    ["int32", { an_int32: 300 }, "18 ac02"],
    ["int32, negative: sign-extended to ten bytes", { an_int32: -2 }, "18 feffffffffffffffff01"],
    ["int64, beyond 2^53: a bigint", { an_int64: -(2n ** 63n) }, "20 80808080808080808001"],
    ["int64, the largest number", { an_int64: 2 ** 53 - 1 }, "20 ffffffffffffff0f"],
    ["int64, the smallest number", { an_int64: 1 - 2 ** 53 }, "20 81808080808080f0ff01"],
    ["int64, one below", { an_int64: -(2n ** 53n) }, "20 80808080808080f0ff01"],
    ["uint32", { a_uint32: 4_294_967_295 }, "28 ffffffff0f"],
    ["uint64", { a_uint64: 18_446_744_073_709_551_615n }, "30 ffffffffffffffffff01"],
    ["uint64, 2^53: a bigint", { a_uint64: 2n ** 53n }, "30 8080808080808010"],
    ["sint32", { a_sint32: -1 }, "38 01"],
    ["sint32, smallest", { a_sint32: -2_147_483_648 }, "38 ffffffff0f"],
    ["sint64", { a_sint64: -1 }, "40 01"],
    ["sint64, across the halves", { a_sint64: 4_294_967_296 }, "40 8080808020"],
    ["sint64, smallest", { a_sint64: -(2n ** 63n) }, "40 ffffffffffffffffff01"],
    ["fixed32", { a_fixed32: 4_294_967_295 }, "4d ffffffff"],
    ["fixed64", { a_fixed64: 1 }, "51 0100000000000000"],
    ["sfixed32", { a_sfixed32: -1 }, "5d ffffffff"],
    ["sfixed64", { a_sfixed64: -1 }, "61 ffffffffffffffff"],
    ["bool", { a_bool: true }, "68 01"],
    ["string", { a_string: "é" }, "72 02 c3a9"],
    ["bytes", { some_bytes: hex("00ff") }, "7a 02 00ff"],
    ["enum", { an_enum: "GREEN" }, "8001 01"],
    ["enum, of two names the first", { an_enum: "BLUE" }, "8001 05"],
    ["enum, negative", { an_enum: "NEGATIVE" }, "8001 ffffffffffffffffff01"],
    ["enum without a name: a number", { an_enum: 77 }, "8001 4d"],
    ["message, empty", { child: whole({}) }, "8a01 00"],
    ["message", { child: whole({ a_bool: true }) }, "8a01 02 6801"],
    ["repeated numbers: packed", { numbers: [1, -1] }, "9201 02 0201"],
    ["repeated doubles", { doubles: [1.5] }, "ca3e 08 000000000000f83f"],
    ["repeated bools", { bools: [true, false] }, "d23e 02 0100"],
    ["repeated strings, empty ones too", { texts: ["", "a"] }, "9a01 00 9a01 01 61"],
    ["repeated messages", { children: [whole({}), whole({ a_bool: true })] }, "a201 00 a201 02 6801"],
    ["optional, set to its default", { maybe: 0 }, "a801 00"],
    ["member of a oneof, set to its default", { choice_text: "" }, "b201 00"],
    ["map", { by_text: new Map([["a", "b"]]) }, "da01 06 0a0161 120162"],
    ["map of messages", { by_number: new Map([[1, whole({})]]) }, "e201 04 0801 1200"],
    ["map of enums by bool", { by_bool: new Map([[true, "GREEN"]]) }, "ea01 04 0801 1001"],
    ["map of fixed by int64", { by_int64: new Map([[-1, 1]]) }, "f201 10 08ffffffffffffffffff01 1501000000"],
    ["a field number above 256", { far: "x" }, "c23e 01 78"],
  ])("%s", (_name, part, digits) => {
    expect(write(part)).toBe(digits.replaceAll(" ", ""));
    expect(read(digits)).toStrictEqual(whole(part));
  });
});

describe("reading follows the rules for what nobody writes", () => {
  test.each([
    ["of a scalar, the last one wins", "28 01 28 02", { a_uint32: 2 }],
    [
      "parts of a message are merged",
      "8a01 02 6801 8a01 02 2805",
      { child: whole({ a_bool: true, a_uint32: 5 }) },
    ],
    [
      "merging goes down, and lists grow",
      "8a01 05 8a01 02 6801 8a01 07 8a01 04 9a01 01 61",
      {
        child: whole({ child: whole({ a_bool: true, texts: ["a"] }) }),
      },
    ],
    ["of a oneof, the last member wins", "b201 01 61 b801 07", { choice_number: 7 }],
    ["and a member of another oneof stays", "ca01 01 61 b801 07", { other_text: "a", choice_number: 7 }],
    [
      "a member that is a message is merged with itself",
      "c201 02 6801 c201 02 2805",
      {
        choice_child: whole({ a_bool: true, a_uint32: 5 }),
      },
    ],
    [
      "but starts anew after another member",
      "c201 02 6801 b801 07 c201 02 2805",
      { choice_child: whole({ a_uint32: 5 }) },
    ],
    ["repeated numbers may come one by one", "9001 02 9001 01", { numbers: [1, -1] }],
    ["or in several packs, mixed", "9201 01 02 9001 01 9201 02 0204", { numbers: [1, -1, 1, 2] }],
    ["an empty pack adds nothing", "9201 00", {}],
    ["a map entry without key and value has both defaults", "da01 00", { by_text: new Map([["", ""]]) }],
    ["also if the value is a message", "e201 02 0807", { by_number: new Map([[7, whole({})]]) }],
    ["or an enum", "ea01 02 0801", { by_bool: new Map([[true, "RED"]]) }],
    ["key and value may come in either order", "da01 06 120162 0a0161", { by_text: new Map([["a", "b"]]) }],
    [
      "of two entries with one key the last wins",
      "da01 06 0a0161 120162 da01 06 0a0161 120163",
      {
        by_text: new Map([["a", "c"]]),
      },
    ],
    [
      "an unknown field is skipped, whatever its wire type",
      "c03f 01 c13f 0102030405060708 c23f 02 ffff c53f 01020304 68 01",
      {
        a_bool: true,
      },
    ],
    ["a group is skipped, groups inside it too", "c33f 0a0161 cb3f cc3f c43f 68 01", { a_bool: true }],
    [
      "a known number with another wire type is unknown",
      "2a 01 61 09 000000000000f83f 0d 00000000",
      { a_double: 1.5 },
    ],
    ["a repeated string is not taken for a pack", "9801 05 68 01", { a_bool: true }],
    ["a uint32 keeps the lower 32 bits", "28 8180808010", { a_uint32: 1 }],
    ["a bool is any bit", "68 80808080808080808001", { a_bool: true }],
    ["a varint may be longer than it needs", "28 8180808080808080 8000", { a_uint32: 1 }],
    ["a tag too", "e8808000 01", { a_bool: true }],
    ["a oneof member with the default is set", "b801 00", { choice_number: 0 }],
  ] as [string, string, object][])("%s", (_name, digits, part) => {
    expect(read(digits)).toStrictEqual(whole(part));
  });

  test("bytes are views of the input", () => {
    const input = hex("7a 02 00ff");
    const message = decodeAs(everyKind, input) as { some_bytes: Uint8Array };
    expect(message.some_bytes.buffer).toBe(input.buffer);
  });

  test("a Buffer gives plain Uint8Arrays", () => {
    const message = decodeAs(everyKind, Buffer.from("7a0200ff", "hex")) as { some_bytes: Uint8Array };
    expect(message.some_bytes).toStrictEqual(hex("00ff"));
  });
});

describe("writing is the same for equal messages", () => {
  test("whatever the order of properties and of map entries", () => {
    const entries: [string, string][] = [
      ["b", "1"],
      ["a", "2"],
      ["é", "3"],
    ];
    const one = write({ a_string: "x", a_double: 1, by_text: new Map(entries) });
    expect(write({ by_text: new Map(entries.toReversed()), a_double: 1, a_string: "x" })).toBe(one);
    expect(write({ by_text: Object.fromEntries(entries), a_double: 1, a_string: "x" })).toBe(one);
  });

  test("keys that are numbers are sorted as numbers", () => {
    const keys = [10, 9, 4_294_967_295];
    const map = new Map(keys.map((key) => [key, {}]));
    expect(write({ by_number: map })).toBe(write({ by_number: { 9: {}, 10: {}, 4294967295: {} } }));
  });

  test("defaults are left out, an integer's negative zero as well", () => {
    const zeros = {
      a_string: "",
      an_int32: -0,
      an_int64: 0n,
      a_bool: false,
      an_enum: "RED",
      some_bytes: hex(""),
      texts: [],
    };
    expect(write(zeros)).toBe("");
  });

  test("a long list does not outgrow the buffer", () => {
    const texts = Array.from({ length: 5000 }, (_, at) => `text number ${at}`);
    expect(decodeAs(everyKind, encodeAs(everyKind, { texts }))).toStrictEqual(whole({ texts }));
  });
});

describe("writing refuses what is not the message", () => {
  test.each([
    [
      "a property the type does not have",
      { a_strin: "" },
      'test.EveryKind: unknown property "a_strin" of test.EveryKind',
    ],
    ["deep inside", { children: [{}, { child: { x: 1 } }] }, 'children[1].child: unknown property "x"'],
    ["text for a number", { a_uint32: "1" }, 'test.EveryKind: a_uint32: "1" is not a uint32'],
    ["a fraction", { an_int32: 1.5 }, "1.5 is not a int32"],
    ["a number above the range", { a_uint32: 2 ** 32 }, "4294967296 is not a uint32"],
    ["a number below the range", { a_uint32: -1 }, "-1 is not a uint32"],
    ["a 64-bit integer that is not exact", { an_int64: 2 ** 53 }, "9007199254740992 is not a int64"],
    ["a bigint above the range", { an_int64: 2n ** 63n }, "is not a int64"],
    ["a negative unsigned", { a_uint64: -1 }, "-1 is not a uint64"],
    ["an enum's unknown name", { an_enum: "PINK" }, '"PINK" is not a value of test.Color'],
    ["an enum's number beyond 32 bits", { an_enum: 2 ** 31 }, "2147483648 is not a value of test.Color"],
    ["text for bytes", { some_bytes: "00" }, '"00" is not a bytes'],
    ["a lone surrogate", { a_string: "\ud800" }, "is not a string"],
    ["null", { a_string: null }, "null is not a string"],
    ["null in a list", { texts: ["a", null] }, "texts[1]: null is not a string"],
    ["one for many", { texts: "a" }, 'texts: "a" is not a list'],
    ["a list for a message", { child: [] }, "child: a list is not a test.EveryKind"],
    ["a wrong value in a map", { by_text: new Map([["k", 5]]) }, 'by_text["k"]: 5 is not a string'],
    ["a wrong key in a map", { by_number: new Map([["k", {}]]) }, 'by_number: "k" is not a uint32'],
    ["a wrong key in an object", { by_number: { k: {} } }, 'by_number: key "k" is not a uint32'],
    ["two members of a oneof", { choice_text: "", choice_number: 1 }, "oneof choice holds one of them"],
  ])("%s", (_name, value, sentence) => {
    expect(() => write(value)).toThrow(sentence);
  });

  test("a cycle of objects, before the stack ends", () => {
    const message: { child?: object } = {};
    message.child = message;
    expect(() => write(message)).toThrow("nested more than 100 deep");
  });
});

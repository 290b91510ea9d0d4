import {
  decode,
  encode,
  isMessageName,
  listMessageNames,
  type MessageName,
  ProtoError,
} from "@dualmesh/envoy-api";
import { describe, expect, test } from "vitest";
import { decodeAs } from "../src/decode.ts";
import { findMessageType } from "../src/message-type.ts";
import { everyKind, hex } from "./every-kind.ts";
import { RandomMessages, seeded } from "./random-message.ts";

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** The error that reading gives; fails if it gives none, or one that is no ProtoError. */
function refusal(bytes: Uint8Array, budget?: object): ProtoError {
  try {
    decodeAs(everyKind, bytes, budget);
  } catch (error) {
    if (error instanceof ProtoError) return error;
    throw error;
  }
  throw new Error("was read without complaint");
}

describe("broken bytes are refused, naming field and place", () => {
  test.each([
    [
      "a length beyond the end",
      "72 05 6162",
      "test.EveryKind: a_string: a length of 5 bytes where 2 are left (at byte 2)",
    ],
    ["a length of 4 GiB", "72 ffffffff0f", "a length of 4294967295 bytes where 0 are left"],
    ["a length above 32 bits, small in the lower half", "72 8180808010 61", "a length of more than 32 bits"],
    ["a length as a negative number", "72 ffffffffffffffffff01", "a length of more than 32 bits"],
    ["a message beyond the one around it", "8a01 03 7205616263", "a length of 5 bytes where 1 are left"],
    [
      "a number that crosses the end of its message",
      "8a01 02 28ff 01",
      "child.a_uint32: a value goes on past the end of its message",
    ],
    ["a varint of eleven bytes", "28 8080808080808080808001", "a varint of more than 10 bytes"],
    ["the end inside a varint", "28 80", "the bytes end inside a varint"],
    ["the end inside a tag", "80", "the bytes end inside a varint"],
    ["the end inside a fixed number", "09 0000", "8 needed, 2 left"],
    ["the end inside 32 bits", "4d 00", "4 needed, 1 left"],
    ["field number 0", "02 00", "field number 0"],
    ["field number 0 in a long tag", "828000 00", "field number 0"],
    ["a tag of more than 32 bits", "fa8080808001 00", "a tag of more than 32 bits"],
    ["wire type 6", "c63f", "wire type 6, which does not exist"],
    ["wire type 7", "2f", "wire type 7, which does not exist"],
    ["the end of a group that has not begun", "c43f", "group 1016 ends but has not begun"],
    ["a group ended as another", "c33f cc3f", "group 1016 is ended as group 1017"],
    ["a group without end", "c33f 0801", "the bytes end inside group 1016"],
    ["text that is not UTF-8", "72 02 c328", "a_string: a string that is not valid UTF-8"],
    ["an overlong form of a slash", "72 02 c0af", "not valid UTF-8"],
    ["a surrogate in UTF-8", "72 03 eda080", "not valid UTF-8"],
    ["long text that is not UTF-8", `72 28 ${"61".repeat(39)}ff`, "not valid UTF-8"],
    ["a map key that is not UTF-8", "da01 03 0a01ff", "not valid UTF-8"],
    ["a packed value that crosses the end of its list", "9201 01 80 01", "past the end of its list"],
    [
      "a map entry that crosses its end",
      "da01 02 0a05 6161616161",
      "by_text: a length of 5 bytes where 0 are left",
    ],
  ])("%s", (_name, digits, sentence) => {
    expect(refusal(hex(digits)).message).toContain(sentence);
  });

  test("the path goes through lists and maps", () => {
    const error = refusal(hex("a201 00 a201 0a e201 07 0807 1203 7201ff"));
    expect(error.path).toBe("children[1].by_number[7].a_string");
    expect(error.code).toBe("INVALID_ARGUMENT");
  });
});

test("what is wrong after a field is not blamed on the field", () => {
  expect(refusal(hex("8a01 02 6801 c43f")).path).toBe("");
  expect(refusal(hex("8a01 04 6801 c43f")).path).toBe("child");
});

describe("a budget ends what is too dear", () => {
  test("length is compared before anything is read", () => {
    const error = refusal(new Uint8Array(11), { maxBytes: 10 });
    expect(error.message).toBe("test.EveryKind: 11 bytes are over the limit of 10 bytes");
    expect(error.code).toBe("RESOURCE_EXHAUSTED");
  });

  test("messages inside messages: 100 are read, 101 are not", () => {
    const nested = (depth: number): Uint8Array => {
      let bytes = hex("");
      for (let level = 1; level < depth; level++) {
        // The length in two bytes, whatever it is.
        const length = Buffer.from([(bytes.length & 0x7f) | 0x80, bytes.length >>> 7]);
        bytes = Uint8Array.from(Buffer.concat([hex("8a01"), length, bytes]));
      }
      return bytes;
    };
    expect(decodeAs(everyKind, nested(100))).toBeTypeOf("object");
    expect(refusal(nested(101)).code).toBe("RESOURCE_EXHAUSTED");
    expect(refusal(nested(4), { maxDepth: 3 }).message).toContain("nested more than 3 deep");
  });

  test("a hundred thousand nested groups do not end the stack", () => {
    expect(refusal(hex("c33f".repeat(100_000))).message).toContain("groups are nested too deep");
  });

  test("two bytes for an empty message each: the number of messages is bounded", () => {
    const error = refusal(hex("a20100".repeat(10)), { maxNodes: 10 });
    expect(error.message).toContain("more than 10 messages and map entries");
    expect(decodeAs(everyKind, hex("a20100".repeat(9)), { maxNodes: 10 })).toBeTypeOf("object");
    expect(refusal(hex("da0100".repeat(10)), { maxNodes: 10 }).code).toBe("RESOURCE_EXHAUSTED");
  });
});

test("names from the wire never reach a prototype", () => {
  const value = { ["__proto__"]: { polluted: true }, constructor: 1, hasOwnProperty: "x" };
  const bytes = encode("google.protobuf.Struct", JSON.parse(JSON.stringify(value)));
  const read = decode("google.protobuf.Struct", bytes);
  expect(Object.keys(read).sort()).toStrictEqual(["__proto__", "constructor", "hasOwnProperty"]);
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("what an absent field holds cannot be changed for everyone", () => {
  const cluster = decode("envoy.config.cluster.v3.Cluster", hex(""));
  expect(() => (cluster.typed_extension_protocol_options as Map<string, unknown>).set("x", 1)).toThrow(
    TypeError,
  );
  expect(() => (cluster.filters as unknown[]).push(1)).toThrow(TypeError);
});

test(`cut or changed bytes of random messages give a ProtoError or a message (SEED=${seed})`, () => {
  const random = new RandomMessages(seed);
  const chance = seeded(seed);
  for (const name of listMessageNames().filter(isMessageName)) {
    const bytes = encode(name, random.message(findMessageType(name)!, 0) as never);
    for (let round = 0; round < 12 && bytes.length > 0; round++) {
      const broken = round % 2 === 0 ? bytes.slice(0, chance() * bytes.length) : bytes.slice();
      broken[Math.floor(chance() * broken.length)]! ^= 1 << Math.floor(chance() * 8);
      const { read, error } = attempt(name, broken);
      expect(error === undefined || error instanceof ProtoError, `${name}: ${error}`).toBe(true);
      // Whatever could be read, can be written, and then is as it was.
      expect(read === undefined ? read : decode(name, encode(name, read as never)), name).toEqual(read);
    }
  }
});

function attempt(name: MessageName, bytes: Uint8Array): { read?: unknown; error?: unknown } {
  try {
    return { read: decode(name, bytes) };
  } catch (error) {
    return { error };
  }
}

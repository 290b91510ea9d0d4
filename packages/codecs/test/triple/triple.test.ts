import * as fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { createHessian, DecodeError, java, throwable, toJavaError } from "../../src/hessian/index.ts";
import { decodeLimits } from "../../src/limits/decode-limits.ts";
import {
  createTripleContent,
  readTripleException,
  readTripleRequest,
  readTripleResponse,
  writeTripleException,
  writeTripleRequest,
  writeTripleResponse,
} from "../../src/triple/index.ts";

const { root } = protobuf.parse(
  `syntax = "proto3";
  message TripleRequestWrapper { string serializeType = 1; repeated bytes args = 2; repeated string argTypes = 3; }
  message TripleResponseWrapper { string serializeType = 1; bytes data = 2; string type = 3; }
  message TripleExceptionWrapper { string language = 1; string serialization = 2; string className = 3; bytes data = 4; }`,
  { keepCase: true },
);
const theirs = (name: string) => root.lookupType(name);
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: "grapheme" });

describe("the bytes are those of protobufjs", () => {
  test("of a request", () => {
    fc.assert(
      fc.property(text, fc.array(bytes), fc.array(text), (serializeType, args, argTypes) => {
        const request = { serializeType, args, argTypes };
        const type = theirs("TripleRequestWrapper");
        const written = writeTripleRequest(request);
        expect(readTripleRequest(Buffer.from(type.encode(request).finish()))).toEqual(request);
        expect(type.toObject(type.decode(written), { defaults: true })).toEqual(request);
      }),
    );
  });

  test("of a response", () => {
    fc.assert(
      fc.property(text, bytes, text, (serializeType, data, type) => {
        const response = { serializeType, data, type };
        expect(
          readTripleResponse(Buffer.from(theirs("TripleResponseWrapper").encode(response).finish())),
        ).toEqual(response);
        expect(readTripleResponse(writeTripleResponse(response))).toEqual(response);
      }),
    );
  });

  test("of an exception", () => {
    const exception = {
      language: "java",
      serialization: "hessian4",
      className: "a.B",
      data: Buffer.from([1]),
    };
    expect(
      readTripleException(Buffer.from(theirs("TripleExceptionWrapper").encode(exception).finish())),
    ).toEqual(exception);
    expect(writeTripleException(exception).toString("hex")).toBe(
      "0a046a617661120868657373696 16e341a03612e42220101".replace(" ", ""),
    );
  });
});

describe("what is read", () => {
  const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");

  test("skips fields of other numbers, groups in groups among them", () => {
    const odd =
      "20 01 | 2d 01020304 | 31 0102030405060708 | 3a 01 00 | 43 4b 08 01 4c 44 | 0a 01 61".replaceAll(
        "|",
        "",
      );
    expect(readTripleRequest(hex(odd)).serializeType).toBe("a");
  });

  test.each([
    ["0a 05 61", "DATA_LOSS", "a string of 5 bytes is due"],
    ["0a ff ff ff ff 0f", "DATA_LOSS", "a string of 4294967295 bytes is due"],
    ["0a ff ff ff ff ff 01", "INVALID_ARGUMENT", "a length is over 32 bits"],
    ["20 ff ff ff ff ff ff ff ff ff ff 01", "INVALID_ARGUMENT", "a varint is over ten bytes"],
    ["08 01", "INVALID_ARGUMENT", "field 1 is a varint; expected length (string)"],
    ["02 00", "INVALID_ARGUMENT", "field number 0 is none"],
    ["0e 00", "INVALID_ARGUMENT", "wire type 6 of field 1 is none"],
    ["44", "INVALID_ARGUMENT", "ends a group that did not begin"],
    ["43 08 01", "DATA_LOSS", "a group has no end"],
    ["0a 01 ff", "INVALID_ARGUMENT", "a string of 1 bytes is no UTF-8"],
    ["0a", "DATA_LOSS", "a length of 1 bytes is due"],
  ])("refuses %s", (digits, code, message) => {
    const read = () => readTripleRequest(hex(digits));
    expect(read).toThrow(DecodeError);
    expect(read).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });

  test("is bounded", () => {
    const many = Buffer.alloc(4_000, Buffer.from([0x12, 0x00]));
    expect(() => readTripleRequest(many, decodeLimits({ maxNodes: 1_000 }))).toThrow(
      "1001 values are over the limit of 1000",
    );
    expect(() => readTripleRequest(many, decodeLimits({ maxBytes: 3_000 }))).toThrow(
      "4000 bytes are over the limit of 3000",
    );
    const deep = Buffer.alloc(2_000, 0x43);
    expect(() => readTripleRequest(deep)).toThrow("513 levels are over the limit of 512");
  });

  test("whatever it is, errors have a code", () => {
    fc.assert(
      fc.property(bytes, (any) => {
        for (const read of [readTripleRequest, readTripleResponse, readTripleException]) {
          try {
            read(any);
          } catch (error) {
            if (!(error instanceof DecodeError)) throw error;
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("a call", () => {
  const content = createTripleContent();

  test("has each argument as a stream of its own", () => {
    const invocation = { argumentTypes: ["long", "java.lang.Object"], arguments: [7, new Map([["a", 1]])] };
    const message = content.writeRequest(invocation, [java.safeLong]);
    expect(readTripleRequest(message).serializeType).toBe("hessian4");
    expect(content.readRequest(message).arguments).toEqual([7n, new Map([["a", 1]])]);
  });

  test("is taken from those who call the same hessian2, and from no others", () => {
    const request = (serializeType: string) =>
      writeTripleRequest({ serializeType, args: [Buffer.from([0x4e])], argTypes: ["int"] });
    expect(content.readRequest(request("hessian2")).arguments).toEqual([null]);
    expect(() => content.readRequest(request("fastjson2"))).toThrow('serialization "fastjson2" is not read');
    expect(() => content.readRequest(request(""))).toThrow(DecodeError);
  });

  test("has as many types as arguments", () => {
    const request = writeTripleRequest({ serializeType: "hessian4", args: [], argTypes: ["int"] });
    expect(() => content.readRequest(request)).toThrow("triple request: 0 arguments for 1 types");
  });
});

describe("what came of it", () => {
  const content = createTripleContent();

  test("is a value with its type, or nothing", () => {
    const message = content.writeResponse({ value: "hi" }, java.string);
    expect(content.readResponse(message)).toEqual({
      isException: false,
      value: "hi",
      type: "java.lang.String",
    });
    expect(content.readResponse(Buffer.alloc(0)).value).toBeNull();
  });

  test("is what the method threw, if the headers say so", () => {
    const message = content.writeResponse({ isException: true, value: throwable("a.B", "no") });
    const { isException, value } = content.readResponse(message, true);
    expect([isException, toJavaError(value)?.className]).toEqual([true, "a.B"]);
  });

  test("is an exception in a trailer, of the first releases", () => {
    const data = createHessian({ dialect: "4" }).encode(throwable("a.B", "no"));
    const trailer = (serialization: string) =>
      writeTripleException({ language: "java", serialization, className: "a.B", data }).toString("base64");
    expect(content.readException(trailer("hessian2"))?.message).toBe("no");
    expect(content.readException(trailer("fastjson"))).toBeUndefined();
  });
});

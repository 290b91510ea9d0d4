import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeStatusMessage,
  encodeStatusMessage,
  formatGrpcTimeout,
  parseGrpcTimeout,
} from "../../src/grpc/index.ts";

describe("grpc-timeout", () => {
  test.each([
    ["1H", 3_600_000],
    ["2M", 120_000],
    ["3S", 3_000],
    ["100m", 100],
    ["1500u", 1.5],
    ["99999999n", 99.999999],
    ["0m", 0],
    ["00000001S", 1_000],
  ])("%s is %d ms", (text, ms) => {
    expect(parseGrpcTimeout(text)).toBeCloseTo(ms, 9);
  });

  test.each(["", "1", "m", "1s", "-1m", "+1m", "1.5S", "123456789m", "1m ", " 1m", "1mm", "１m"])(
    "%j is none",
    (text) => {
      expect(parseGrpcTimeout(text)).toBeUndefined();
    },
  );

  test.each([
    [1_000, "1000m"],
    [0.2, "1m"],
    [99_999_999, "99999999m"],
    [99_999_999.5, "100000S"],
    [1e8, "100000S"],
    [1e11 - 1, "1666667M"],
    [0, "0m"],
    [-5, "0m"],
    [Number.NaN, "0m"],
    [Number.POSITIVE_INFINITY, "99999999H"],
    [Number.MAX_SAFE_INTEGER, "99999999H"],
  ])("%d ms is written %s", (ms, text) => {
    expect(formatGrpcTimeout(ms)).toBe(text);
  });

  test("what is written is never shorter than what was meant, and can be read", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 3.5e14, noNaN: true }), (ms) => {
        expect(parseGrpcTimeout(formatGrpcTimeout(ms))).toBeGreaterThanOrEqual(ms);
      }),
    );
  });
});

describe("grpc-message", () => {
  test.each([
    ["plain ~ text!", "plain ~ text!"],
    ["100%", "100%25"],
    [
      "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n",
      "%09%0Atest with whitespace%0D%0Aand Unicode BMP %E2%98%BA and non-BMP %F0%9F%98%88%09%0A",
    ],
    ["\x7f", "%7F"],
  ])("%j is written %s", (message, text) => {
    expect(encodeStatusMessage(message)).toBe(text);
    expect(decodeStatusMessage(text)).toBe(message);
  });

  test.each([
    ["%", "%"],
    ["%4", "%4"],
    ["%4x%41", "%4xA"],
    ["%%41", "%A"],
    ["%e2%98%ba", "☺"],
    ["%E2%98", "\ufffd"],
    ["raw ☺", "raw ☺"],
    ["%zz %20", "%zz  "],
  ])("the malformed %j is read as %j", (text, message) => {
    expect(decodeStatusMessage(text)).toBe(message);
  });

  test("any text comes back as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (message) => {
        const text = encodeStatusMessage(message);
        expect(text).toMatch(/^[\x20-\x7e]*$/);
        expect(decodeStatusMessage(text)).toBe(message);
      }),
    );
  });
});

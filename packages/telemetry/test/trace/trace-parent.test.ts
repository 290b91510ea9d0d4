import { describe, expect, test } from "vitest";
import { formatTraceparent, parseTraceparent } from "../../src/index.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";
const of = (version: string, flags: string, rest = ""): string =>
  `${version}-${TRACE_ID}-${SPAN_ID}-${flags}${rest}`;

describe("a traceparent", () => {
  test("is read: trace, caller's span, flags", () => {
    expect(parseTraceparent(of("00", "01"))).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, flags: 1 });
  });

  test.each([
    ["not sampled", of("00", "00"), 0],
    ["with a random trace id", of("00", "02"), 2],
    ["both", of("00", "03"), 3],
    ["flags of the future are not carried on", of("00", "ff"), 3],
    ["of a later version", of("cc", "01"), 1],
    ["of a later version that is longer", of("cc", "01", "-what-the-future-holds"), 1],
    ["of a later version that ends with the separator", of("01", "00", "-"), 0],
  ])("is accepted: %s", (_, text, flags) => {
    expect(parseTraceparent(text)).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, flags });
  });

  test.each([
    ["version ff", of("ff", "01")],
    ["version ff, longer", of("ff", "01", "-x")],
    ["version 00, longer", of("00", "01", "-x")],
    ["version 00, one character longer", of("00", "01", "1")],
    ["a later version, longer without a separator", of("cc", "01", ".x")],
    ["upper case in the trace id", of("00", "01").replace("af", "AF")],
    ["upper case in the version", of("CC", "01")],
    ["upper case in the flags", of("00", "0B")],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${SPAN_ID}-01`],
    ["a span id of zeros", `00-${TRACE_ID}-${"0".repeat(16)}-01`],
    ["no hexadecimal in the trace id", of("00", "01").replace("0af", "0xg")],
    ["no hexadecimal in the span id", of("00", "01").replace("b7ad", "b7-d")],
    ["no hexadecimal in the version", of(".0", "01")],
    ["no hexadecimal in the flags", of("00", ".0")],
    ["a trace id that is too short", `00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`],
    ["a span id that is too long", `00-${TRACE_ID}-${SPAN_ID}0-01`],
    ["flags that are too short", of("00", "1")],
    ["another first separator", of("00", "01").replace("00-", "00_")],
    ["another second separator", of("00", "01").replace("9c-", "9c_")],
    ["another third separator", of("00", "01").replace("31-", "31_")],
    ["a version alone", "00"],
    ["nothing", ""],
    ["a space before", ` ${of("00", "01")}`],
  ])("is invalid: %s", (_, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  test.each(["/", ":", "`", "g", "A", "\u0660"])("has no hexadecimal digit %j", (char) => {
    expect(parseTraceparent(of("00", "01").replace("0af", `0a${char}`))).toBeUndefined();
  });

  test("is written as version 00, whatever was read", () => {
    const parent = parseTraceparent(of("cc", "ff", "-x"));
    expect(parent && formatTraceparent(parent)).toBe(of("00", "03"));
    expect(formatTraceparent({ traceId: TRACE_ID, spanId: SPAN_ID, flags: 0 })).toBe(of("00", "00"));
  });
});

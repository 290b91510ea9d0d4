import { describe, expect, test } from "vitest";
import { parseTracestate } from "../../src/index.ts";

const list = (length: number): string => Array.from({ length }, (_, i) => `k${i}=v`).join(",");

describe("a tracestate", () => {
  test("is read in order, over several headers", () => {
    expect(parseTracestate(["a=1,b=2", "c=3"])).toEqual([
      { key: "a", value: "1" },
      { key: "b", value: "2" },
      { key: "c", value: "3" },
    ]);
  });

  test.each([
    ["nothing", "", 0],
    ["empty entries and spaces around", " \t, a=1\t ,,b=2 , ", 2],
    ["a key with all its characters", "0az_-*/@=1", 1],
    ["tenant and vendor", "tenant@vendor=1", 1],
    ["a key of 256 characters", `${"k".repeat(256)}=1`, 1],
    ["a long tenant, which level 1 refused", `${"t".repeat(242)}@v=1`, 1],
    ["a value of 256 characters", `a=${"v".repeat(256)}`, 1],
    ["a value with spaces inside", "a=1 2", 1],
    ["a key twice", "a=1,a=2", 2],
    ["32 entries", list(32), 32],
    ["32 entries and empty ones between", list(32).replaceAll(",", ", ,"), 32],
  ])("is accepted with %s", (_, text, entries) => {
    expect(parseTracestate([text])).toHaveLength(entries);
  });

  test.each([
    ["no value", "a"],
    ["an empty value", "a="],
    ["an empty key", "=1"],
    ["a key in upper case", "A=1"],
    ["a key that begins with a sign", "@a=1"],
    ["a space in a key", "a b=1"],
    ["a space after the key", "a =1"],
    ["a key of 257 characters", `${"k".repeat(257)}=1`],
    ["a value of 257 characters", `a=${"v".repeat(257)}`],
    ["a second equals sign", "a=1=2"],
    ["a control character", "a=1\u00012"],
    ["a character beyond ASCII", "a=ä"],
    ["33 entries", list(33)],
  ])("is void with %s, whatever else it holds", (_, text) => {
    expect(parseTracestate([text])).toBeUndefined();
    expect(parseTracestate(["good=1", text])).toBeUndefined();
  });
});

import { expect, test } from "vitest";
import { asBytes, asText } from "../src/index.ts";

test.each([
  ["plain", "plain"],
  ["caf\u00e9", "caf\u00c3\u00a9"],
  ["\u738b", "\u00e7\u008e\u008b"],
  ["\ud83d\ude00", "\u00f0\u009f\u0098\u0080"],
])("the text %j is the bytes %j in a head, and text again in a frame", (text, bytes) => {
  expect(asBytes(text)).toBe(bytes);
  expect(asText(bytes)).toBe(text);
});

test.each(["caf\u00e9", "\u738b", "\u00ff\u00fe"])("%j is no UTF-8 in bytes, and stays", (text) => {
  expect(asText(text)).toBe(text);
});

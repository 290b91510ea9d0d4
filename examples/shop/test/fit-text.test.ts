import { expect, test } from "vitest";
import { cutLine, wrapText } from "../src/live/fit-text.ts";

test("a line is cut by what is seen of it, and its colour ends", () => {
  expect(cutLine("\x1b[31mabcdef\x1b[0m", 3)).toBe("\x1b[31mabc\x1b[0m");
});

test("a line that fits stays as it is", () => {
  expect(cutLine("a \x1b[31mb\x1b[0m", 3)).toBe("a \x1b[31mb\x1b[0m");
});

test.each([
  ["before its colours", "abc\x1b[31mdef\x1b[0m", 2, "ab\x1b[31m\x1b[0m"],
  ["behind its colours", "\x1b[31mab\x1b[0mcdef", 3, "\x1b[31mab\x1b[0mc\x1b[0m"],
  ["of text alone", "abcdef", 3, "abc"],
])("a cut falls %s", (_, line, columns, cut) => {
  expect(cutLine(line, columns)).toBe(cut);
});

test("text is broken between words, and a word that is too long stands alone", () => {
  expect(wrapText("one two three-and-more four", 9, "  ")).toEqual(["one two", "  three-and-more", "  four"]);
});

import { createHeaders, type Headers } from "@dualmesh/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HeadScanner, STRICT, TextHeaders } from "../../src/http1/index.ts";

/** Headers over the lines of a head, as a decoder makes them. */
function fromLines(lines: string): TextHeaders {
  const text = `GET / HTTP/1.1\r\n${lines}\r\n`;
  const scanner = new HeadScanner(STRICT, "head", true);
  expect(scanner.scan(Buffer.from(text, "latin1"), 0, text.length)).toBe(text.length);
  return new TextHeaders(text, scanner.fields, scanner.fieldsEnd);
}

const LINES = "Host: a\r\nx-a:1\r\nX-B: \t two \t \r\nx-A:  \r\ncookie: \xe9\r\n";

test("values are cut out without the blanks around them, and keep their bytes", () => {
  const headers = fromLines(LINES);
  expect(headers.flat()).toEqual(["Host", "a", "x-a", "1", "X-B", "two", "x-A", "", "cookie", "\xe9"]);
  expect(headers.getAll("X-a")).toEqual(["1", ""]);
  expect(headers.get("x")).toBeUndefined();
  expect(headers.get("")).toBeUndefined();
});

describe("lines", () => {
  test("pass as they came while nobody changes them, blanks included", () => {
    expect(fromLines(LINES).lines()).toBe(LINES);
    expect(fromLines("").lines()).toBe("");
  });

  test.each<[string, (headers: Headers) => void, string]>([
    ["the first is deleted", (h) => h.delete("host"), LINES.slice("Host: a\r\n".length)],
    ["the last is deleted", (h) => h.delete("cookie"), LINES.slice(0, -"cookie: \xe9\r\n".length)],
    ["two are deleted", (h) => h.delete("x-a"), "Host: a\r\nX-B: \t two \t \r\ncookie: \xe9\r\n"],
    ["one is set", (h) => h.set("x-b", "2"), "Host: a\r\nx-a:1\r\nX-B: 2\r\nx-A:  \r\ncookie: \xe9\r\n"],
    ["several are set", (h) => h.set("X-A", "2"), "Host: a\r\nx-a: 2\r\nX-B: \t two \t \r\ncookie: \xe9\r\n"],
    ["one is set to nothing", (h) => h.set("host", ""), `Host: \r\n${LINES.slice("Host: a\r\n".length)}`],
    ["one is added", (h) => h.append("x-a", "9"), `${LINES}x-a: 9\r\n`],
    ["all go", (h) => ["host", "x-a", "x-b", "cookie"].map((name) => h.delete(name)), ""],
  ])("only what was changed is written anew: %s", (_, change, expected) => {
    const headers = fromLines(LINES);
    change(headers);
    expect(headers.lines()).toBe(expected);
  });

  test.each([
    ["x", "a\r\nevil: 1"],
    ["x", "a\nb"],
    ["x", "a\rb"],
    ["x", "a\0"],
    ["x", "€"],
    ["x: 1\r\nevil", "1"],
    ["", "1"],
    ["x y", "1"],
    ["é", "1"],
  ])("what would be read as something else is refused: %j: %j", (name, value) => {
    const headers = fromLines(LINES);
    headers.append(name, value);
    expect(() => headers.lines()).toThrow(/^\[INVALID_ARGUMENT\] http\/1 field/);
    const set = fromLines(LINES);
    set.set("host", value);
    set.set(name, value);
    expect(() => set.lines()).toThrow(/^\[INVALID_ARGUMENT\] http\/1 field/);
  });
});

const NAME = fc.constantFrom(
  "host",
  "HOST",
  "x-a",
  "X-A",
  "x-b",
  "absent",
  "__proto__",
  "constructor",
  "\u212aey",
);
const FIELDS = fc.array(
  fc.tuple(
    fc.constantFrom("Host", "x-a", "X-A", "x-b", "key"),
    fc.constantFrom("", "1", "two words", "\xa0"),
  ),
  { maxLength: 8 },
);
const STEP = fc.oneof(
  fc.record({
    do: fc.constantFrom("set" as const, "append" as const),
    name: NAME,
    value: fc.constantFrom("", "v", "w"),
  }),
  fc.record({
    do: fc.constantFrom("delete" as const, "get" as const, "flat" as const),
    name: NAME,
    value: fc.constant(""),
  }),
);

function all(headers: Headers): unknown {
  const names = ["host", "Host", "x-a", "X-B", "absent", "__proto__", "\u212aey", "key"];
  return {
    size: headers.size,
    changed: headers.changed,
    flat: headers.flat(),
    pairs: [...headers],
    get: names.map((name) => headers.get(name)),
    getAll: names.map((name) => headers.getAll(name)),
    has: names.map((name) => headers.has(name)),
  };
}

test("whatever is done to them, they say what headers over a list say", () => {
  fc.assert(
    fc.property(FIELDS, fc.array(STEP, { maxLength: 20 }), (fields, steps) => {
      const text = fromLines(fields.map(([name, value]) => `${name}: ${value}\r\n`).join(""));
      const list = createHeaders(fields.flat());
      for (const { do: what, name, value } of steps) {
        const act = (headers: Headers): unknown =>
          what === "set" || what === "append" ? headers[what](name, value) : headers[what](name);
        expect(act(text)).toEqual(act(list));
        expect(all(text)).toEqual(all(list));
      }
    }),
  );
});

test("whatever is done to them, their lines are read as the fields that they have", () => {
  const ASCII = STEP.filter(({ name }) => name !== "\u212aey");
  fc.assert(
    fc.property(FIELDS, fc.array(ASCII, { maxLength: 20 }), (fields, steps) => {
      const headers = fromLines(fields.map(([name, value]) => `${name}:${value} \r\n`).join(""));
      for (const { do: what, name, value } of steps) {
        if (what === "set" || what === "append") headers[what](name, value);
        else headers[what](name);
      }
      expect(fromLines(headers.lines()).flat()).toEqual(headers.flat());
    }),
  );
});

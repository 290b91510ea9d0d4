import { describe, expect, test } from "vitest";
import { JavaObject, type JavaType, java } from "../../src/hessian/index.ts";
import { readJson, writeJson } from "../../src/translate/index.ts";

interface Item {
  count: number;
  note: string | null;
}
interface Order {
  id: bigint;
  items: Item[] | null;
  names: Map<string, number> | Readonly<Record<string, number>> | null;
}
const Item = java.class<Item>("com.example.Item", { count: java.int, note: java.string });
const Order = java.class<Order>("com.example.Order", {
  id: java.long,
  items: java.list(java.required(Item)),
  names: java.map(java.required(java.string), java.int),
});
const Color = java.enum("com.example.Color", ["RED", "GREEN"]);

const read = (text: string, type: unknown): unknown => readJson(text, type as JavaType<unknown>);

test.each([
  ["a long as a number", "7", java.long, 7n],
  ["a long as text", '"-9223372036854775808"', java.long, -(2n ** 63n)],
  ["an int as text", '"12"', java.int, 12],
  ["an int with an exponent", "1e2", java.int, 100],
  ["a double that is none", '"NaN"', java.double, Number.NaN],
  ["an infinity", '"-Infinity"', java.float, Number.NEGATIVE_INFINITY],
  ["bytes", '"aGk="', java.bytes, Buffer.from("hi")],
  ["bytes for URLs, without padding", '"-_8"', java.bytes, Buffer.from([0xfb, 0xff])],
  ["a date with an offset", '"2024-02-29T01:00:00.5+01:00"', java.date, new Date("2024-02-29T00:00:00.500Z")],
  ["a decimal", '"1.10"', java.decimal, "1.10"],
  ["a constant", '"RED"', Color, "RED"],
  ["null where null may be", "null", java.string, null],
  ["null of a primitive", "null", java.int, 0],
  ["a map with keys that are numbers", '{"1":true}', java.map(java.int, java.boolean), new Map([[1, true]])],
  ["an Object", '[1,"a",{"b":null},3000000000]', java.any, [1, "a", new Map([["b", null]]), 3_000_000_000n]],
])("%s is read", (_, text, type, value) => {
  expect(read(text, type)).toEqual(value);
});

test.each([
  [
    '{"items":[{"count":1},{"count":"three"}]}',
    Order,
    'json: items[1].count: expected int (-2147483648 to 2147483647), got "three"',
  ],
  ['{"names":{"a b":null}}', Order, 'json: names["a b"]: expected int, got null'],
  ['{"items":[null]}', Order, "json: items[0]: expected com.example.Item, got null"],
  ['{"itens":[]}', Order, 'json: com.example.Order has no "itens"'],
  ['{"__proto__":{}}', Order, 'json: com.example.Order has no "__proto__"'],
  ['{"constructor":{}}', Order, 'json: com.example.Order has no "constructor"'],
  ["[]", Order, "json: expected com.example.Order, got a list"],
  ["9007199254740993", java.long, "json: expected long, got a number of more than 53 bits: write it as text"],
  ['"9223372036854775808"', java.long, 'json: expected long, got "9223372036854775808"'],
  ["1.5", java.int, "json: expected int (-2147483648 to 2147483647), got 1.5"],
  ["200", java.byte, "json: expected byte (-128 to 127), got 200"],
  ["1e39", java.float, "json: expected a float, got 1e+39"],
  ["1e400", java.double, "json: expected double, got Infinity"],
  ["1.10", java.decimal, "json: expected text of java.math.BigDecimal, got 1.1"],
  ['"BLUE"', Color, 'json: expected one of RED, GREEN, got "BLUE"'],
  ['"2024-02-30T00:00:00Z"', java.date, 'json: expected a date as in RFC 3339, got "2024-02-30T00:00:00Z"'],
  ['"2024-02-28"', java.date, 'json: expected a date as in RFC 3339, got "2024-02-28"'],
  ['"a!"', java.bytes, 'json: expected base64, got "a!"'],
  ["null", java.required(java.string), "json: expected string, got nothing"],
  [`"${"9".repeat(5_000)}"`, java.bigInteger, "a whole number as text of up to 4096 digits"],
  ["{", Order, "json: "],
])("%s is refused", (text, type, message) => {
  expect(() => read(text, type)).toThrow(message);
});

describe("a long text", () => {
  const items = (item: string, count: number, rest = ""): string =>
    `[${`${item},`.repeat(count)}${item}]${rest}`;

  test.each([
    ["of many empty objects", items("{}", 1_000_000), "1000001 values are over the limit of 1000000"],
    ["of many levels", "[".repeat(4_000_000), "513 levels are over the limit of 512"],
    ["of many levels of objects", '{"a":'.repeat(100_000), "513 levels are over the limit of 512"],
  ])("%s is refused before it is made", (_, text, message) => {
    expect(() => readJson(text, java.any)).toThrow(`[RESOURCE_EXHAUSTED] json: ${message}`);
  });

  test("has as many values as the limits say, and what stands in its texts is none", () => {
    const text = items(String.raw`"[{,\"],"`, 9_999);
    expect(readJson(text, java.list(java.string), { maxNodes: 10_000 })).toHaveLength(10_000);
    expect(() => readJson(text, java.any, { maxNodes: 9_999 })).toThrow("10000 values");
    const deep = `${"[".repeat(4)}${" ".repeat(70_000)}${"]".repeat(4)}`;
    expect(readJson(deep, java.any, { maxDepth: 3 })).toEqual([[[[]]]]);
    expect(() => readJson(deep, java.any, { maxDepth: 2 })).toThrow("3 levels");
    expect(() => readJson(`${text}"`, java.any)).toThrow("[INVALID_ARGUMENT] json: ");
  });
});

describe("limits", () => {
  test("of depth", () => {
    const deep = "[".repeat(2_000) + "]".repeat(2_000);
    expect(() => read(deep, java.any)).toThrow("513 levels are over the limit of 512");
  });

  test("of bytes that are read", () => {
    expect(() => readJson('"aaaaaa"'.padEnd(80), java.string, { maxBytes: 64 })).toThrow(
      "80 bytes are over the limit of 64",
    );
  });

  test("of characters that are written, however often a value is referred to", () => {
    let list: unknown = "x".repeat(100);
    for (let i = 0; i < 40; i++) list = [list, list];
    expect(() => writeJson(list, java.any, { maxBytes: 10_000 })).toThrow(/are over the limit of/);
  });

  test("of depth, for what holds itself", () => {
    const list: unknown[] = [];
    list.push(list);
    expect(() => writeJson(list, java.any)).toThrow("513 levels");
  });
});

test.each([
  ["digits that are no number", `"${"1".repeat(300_000)}x"`, java.double],
  ["digits that are no decimal", `"${"1".repeat(300_000)}x"`, java.decimal],
  ["an offset that is none", `"${"2024-02-29T00:00:00+".repeat(15_000)}"`, java.zonedDateTime],
])("%s cost no more than their length", (_, text, type) => {
  const before = performance.now();
  expect(() => read(text, type)).toThrow("json: expected");
  expect(performance.now() - before).toBeLessThan(1_000);
});

test("names of the wire become no properties: an object of a class that nobody knows is written field by field", () => {
  const value = JavaObject.of("com.evil.Thing", [
    ["__proto__", "a"],
    ["n", 5n],
  ]);
  expect(writeJson(value, java.any)).toBe('{"__proto__":"a","n":"5"}');
});

test("a float is written in the fewest digits that make it again", () => {
  expect(writeJson([Math.fround(1.1), 16777216, -0], java.list(java.float))).toBe("[1.1,16777216,-0]");
});

import { expect, test } from "vitest";
import { LayeredRuntime } from "../../src/runtime.ts";
import { compiled } from "./compile-json.ts";

const flat = (layer: object): unknown => Object.fromEntries(compiled("runtime", { name: "r", layer }).values);

test("nested objects and names with dots are the same keys", () => {
  expect(flat({ a: { b: 1, c: { d: "x" } } })).toEqual({ "a.b": 1, "a.c.d": "x" });
  expect(flat({ "a.b": 1, "a.c.d": "x" })).toEqual({ "a.b": 1, "a.c.d": "x" });
});

test("a fractional percent is one value, and so is a list", () => {
  expect(flat({ f: { numerator: 5, denominator: "TEN_THOUSAND" }, l: [1, 2], t: true })).toEqual({
    f: { numerator: 5, denominator: "TEN_THOUSAND" },
    l: [1, 2],
    t: true,
  });
});

test("a key named after a property of every object is an ordinary key", () => {
  const { values } = compiled("runtime", {
    name: "r",
    layer: JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}'),
  });
  expect([...values]).toEqual([
    ["__proto__.x", 1],
    ["constructor", 2],
  ]);
});

test("a share is a fractional percent or a whole number of percent", () => {
  const runtime = new LayeredRuntime([
    compiled("runtime", {
      name: "r",
      layer: {
        half: 50,
        few: { numerator: 5, denominator: "TEN_THOUSAND" },
        broken: { numerator: "x" },
        odd: 0.5,
        below: -1,
        word: "on",
      },
    }),
  ]);
  expect(runtime.getFraction("half")).toEqual({ numerator: 50, denominator: 100 });
  expect(runtime.getFraction("few")).toEqual({ numerator: 5, denominator: 10_000 });
  for (const key of ["broken", "odd", "below", "word", "none"])
    expect(runtime.getFraction(key)).toBeUndefined();
});

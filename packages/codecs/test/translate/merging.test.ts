import { expect, test } from "vitest";
import { java } from "../../src/hessian/index.ts";
import { decodeLimits } from "../../src/limits/decode-limits.ts";
import { compileService } from "../../src/translate/compiled-service.ts";
import { readProto } from "../../src/translate/proto-reader.ts";
import { ValuePath } from "../../src/translate/value-path.ts";

interface Bag {
  items: Set<number> | null;
  note: string | null;
}
const Bag = java.class<Bag>("com.example.Bag", { items: java.set(java.int), note: java.string });
const [method] = compileService({
  service: "com.example.Bags",
  methods: {
    put: { args: { bag: Bag, on: java.list(java.boolean), names: java.map(java.string, java.int) } },
  },
}).methods;

function read(hex: string | Buffer): unknown {
  if (method === undefined) throw new Error("no method");
  const bytes = typeof hex === "string" ? Buffer.from(hex.replaceAll(" ", ""), "hex") : hex;
  return readProto(method.request, bytes, new ValuePath("protobuf", decodeLimits()));
}

test("two messages in one field are put together", () => {
  expect(read("0a02 0801 0a05 0802 1201 61")).toMatchObject({ bag: { items: new Set([1, 2]), note: "a" } });
});

test("lists are taken packed and not; entries of maps may lack a half", () => {
  expect(read("1001 1202 0001 1001 1a00 1a03 0a0161 1a02 1005")).toMatchObject({
    on: [true, false, true, true],
    names: new Map([
      ["", 5],
      ["a", 0],
    ]),
  });
});

test("what is not there is what Java has without it", () => {
  expect(read("")).toEqual({ bag: null, on: [], names: new Map() });
});

test.each([
  ["0801", "field 1 is a varint; expected length (Bag)"],
  ["0a02 0a00 0a03 080180", "a tag of 1 bytes is due"],
  ["1a04 1001 0a01", "a string of 1 bytes is due"],
])("refuses %s", (hex, message) => {
  expect(() => read(hex)).toThrow(message);
});

test("items that come one by one, in messages that come one by one, cost no more than their number", () => {
  const before = performance.now();
  const one = Buffer.from([0x0a, 0x02, 0x08, 0x00]);
  const bytes = Buffer.alloc(4 * 50_000, one);
  for (let i = 0; i < 50_000; i++) bytes[4 * i + 3] = i & 0x7f;
  expect(read(bytes)).toMatchObject({ bag: { note: null } });
  expect(performance.now() - before).toBeLessThan(2_000);
});

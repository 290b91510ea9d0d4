import { describe, expect, test } from "vitest";
import {
  diffNotations,
  type Explanation,
  explainWire,
  readWire,
  WIRE_FORMATS,
  type WireFormat,
  writeWire,
} from "../../src/explain/index.ts";
import { DecodeError } from "../../src/frame/index.ts";
import { tr } from "../../src/tr/index.ts";
import { bytesOf, goldenVectors, type HessianCase, type HostileCase } from "../vectors/golden.ts";

interface FrameCase {
  readonly group: string;
  readonly name: string;
  readonly frame?: unknown;
  readonly pairs?: unknown;
  readonly hex?: string;
  readonly z?: string;
}

const frames = goldenVectors<FrameCase>("frames");
const hostile = goldenVectors<HostileCase>("hostile");

/** Every byte has a meaning, and only one. */
function coverage({ spans }: Explanation): number[] {
  const ends = spans.map(({ at, length }) => [at, at + length] as const);
  return ends.filter(([at], i) => i > 0 && at !== ends[i - 1]?.[1]).map(([at]) => at);
}

describe.each([
  ["bolt-frames", "bolt"],
  ["dubbo-frames-2.7", "dubbo"],
  ["dubbo-frames-3.3", "dubbo"],
] as const)("%s", (file, format) => {
  const cases = frames[file]?.cases ?? [];

  test.each(cases)("$group: $name is told with every field, and written again", (golden) => {
    const bytes = bytesOf(golden);
    const told = readWire(format, bytes);
    expect(told).toEqual({ frame: golden.frame });
    const profile = file.includes("2.7") ? "dubbo-2" : undefined;
    expect(writeWire(format, told, profile).toString("hex")).toBe(bytes.toString("hex"));
  });

  test.each(cases)("$group: $name has a meaning for every byte", (golden) => {
    const bytes = bytesOf(golden);
    const explained = explainWire(format, bytes);
    expect(explained.error).toBeUndefined();
    expect(coverage(explained)).toEqual([]);
    expect(explained.spans.reduce((sum, { length }) => sum + length, 0)).toBe(bytes.length);
  });
});

test.each(frames["bolt-header-maps"]?.cases ?? [])("header map $name", (golden) => {
  const bytes = bytesOf(golden);
  const told = readWire("bolt-header-map", bytes);
  expect(told).toEqual({ pairs: golden.pairs });
  expect(writeWire("bolt-header-map", told)).toEqual(bytes);
  expect(coverage(explainWire("bolt-header-map", bytes))).toEqual([]);
});

test.each(Object.entries(goldenVectors<HessianCase>("hessian")))(
  "%s: every byte of every value",
  (file, pack) => {
    const format = file.includes("3.x") ? "hessian-3" : "hessian-4";
    for (const golden of pack.cases.filter(({ encodeFails }) => encodeFails === undefined)) {
      const bytes = bytesOf(golden);
      const explained = explainWire(format, bytes);
      expect(explained.error, golden.name).toBeUndefined();
      expect(coverage(explained), golden.name).toEqual([]);
      expect(explained.spans.at(-1)?.at, golden.name).toBeLessThan(bytes.length);
    }
  },
);

describe.each(Object.entries(hostile))("%s", (file, { cases }) => {
  const format = (
    file.includes("header")
      ? "bolt-header-map"
      : file.includes("hessian-3")
        ? "hessian-3"
        : file.includes("hessian-4")
          ? "hessian-4"
          : file.includes("bolt")
            ? "bolt"
            : "dubbo"
  ) satisfies WireFormat;

  test.each(cases)("$name: $expect", ({ expect: due, reason, ...golden }) => {
    const bytes = bytesOf(golden);
    let outcome: unknown = "read";
    try {
      readWire(format, bytes);
    } catch (error) {
      outcome = error instanceof DecodeError ? "refused" : error;
    }
    // A stream of values may have a second one.
    const isFree = due === "bounded" || reason === "trailing";
    expect(isFree ? ["read", "refused"] : ["refused"]).toContain(outcome);
    expect(explainWire(format, bytes).spans.every(({ at, length }) => at + length <= bytes.length)).toBe(
      true,
    );
  });
});

test("no bytes are no value", () => {
  expect(() => readWire("hessian-4", Buffer.alloc(0))).toThrow("a value is due");
});

test("a call of TR is told, explained and written", () => {
  const bytes = Buffer.concat(tr.heartbeat(7).bytes);
  const told = readWire("tr", bytes);
  expect(told).toMatchObject({
    frame: { request: true, direction: 2, id: "7", class: "com.taobao.remoting.impl.ConnectionHeartBeat" },
  });
  expect(writeWire("tr", told)).toEqual(bytes);
  expect(coverage(explainWire("tr", bytes))).toEqual([]);
});

test("messages of HTTP are told, and explained line by line", () => {
  const request = Buffer.from("POST /a HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\nhi");
  expect(readWire("http1", request)).toEqual({
    frame: {
      method: "POST",
      target: "/a",
      header: [
        ["Host", "b"],
        ["Content-Length", "2"],
      ],
      bodyHex: "6869",
    },
  });
  expect(coverage(explainWire("http1", request))).toEqual([]);
  const chunked = Buffer.from(
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nx: y\r\n\r\n",
  );
  expect(readWire("http1", chunked)).toMatchObject({
    frame: { status: 200, bodyHex: "6869", trailer: [["x", "y"]] },
  });
  expect(() => readWire("http1", Buffer.from("GET / HTTP/1.1\r\nHost: b\r\n\r\nGET"))).toThrow(
    "3 bytes are left",
  );
  expect(() => readWire("http1", request.subarray(0, -1))).toThrow("no message ends with its");
  expect(() => readWire("http1", Buffer.from("GET / HTTP/1.1\r\nHost : b\r\n\r\n"))).toThrow(DecodeError);
});

test("an explanation gets as far as the bytes do", () => {
  const { spans, error } = explainWire("hessian-4", Buffer.from("7a9051", "hex"));
  expect(spans.map(({ what }) => what)).toEqual(["#0 list of 2", "[0]: int 0"]);
  expect(error?.message).toContain("byte 3 is the end");
});

test("two notations differ where they differ", () => {
  const [left, right] = ["7a9054", "7a9154"].map((hex) => readWire("hessian-4", Buffer.from(hex, "hex")));
  expect(diffNotations(left, right)).toEqual([{ path: "values[0].v[0].v", left: 0, right: 1 }]);
  expect(diffNotations(left, left)).toEqual([]);
  expect(diffNotations([1], [1, 2])).toEqual([{ path: "[1]", left: undefined, right: 2 }]);
});

test.each(WIRE_FORMATS)("%s refuses the notation of another", (format) => {
  const wrong = format.startsWith("hessian") ? { pairs: [] } : { values: [] };
  expect(() => writeWire(format, wrong)).toThrow(TypeError);
});

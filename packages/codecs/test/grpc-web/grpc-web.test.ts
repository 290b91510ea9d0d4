import { createHeaders } from "@dualmesh/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frameMessage } from "../../src/grpc/index.ts";
import {
  GrpcWebDecoder,
  GrpcWebEncoder,
  type GrpcWebMode,
  grpcRequestHeaders,
  grpcResponseHeaders,
  grpcWebMode,
  grpcWebRequestHeaders,
  grpcWebResponseHeaders,
  readWebTrailers,
  writeWebTrailers,
} from "../../src/grpc-web/index.ts";

function read(pieces: readonly Buffer[], mode: GrpcWebMode, maxMessageBytes?: number) {
  const found: unknown[] = [];
  const decoder = new GrpcWebDecoder(
    {
      message: (message, isCompressed) => found.push(`${isCompressed ? "z:" : ""}${message.toString("hex")}`),
      trailers: (trailers) => found.push(trailers.flat()),
    },
    { mode, ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }) },
  );
  for (const piece of pieces) decoder.feed(piece);
  decoder.end();
  return { found, error: decoder.error };
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...pieces, bytes.subarray(at)];
}

test.each(["binary", "text"] as const)("what was written is read, however it was cut: %s", (mode) => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 5 }),
      fc.array(fc.nat(12)),
      (messages, sizes) => {
        const encoder = new GrpcWebEncoder(mode);
        const pieces = messages.map((message) => encoder.message(message, message.length > 20));
        pieces.push(encoder.trailers([["Grpc-Status", "0"]]), encoder.end());
        const { found, error } = read(cut(Buffer.concat(pieces), sizes), mode);
        expect(error).toBeUndefined();
        const hex = messages.map(
          (one) => `${one.length > 20 ? "z:" : ""}${Buffer.from(one).toString("hex")}`,
        );
        expect(found).toEqual([...hex, ["grpc-status", "0"]]);
      },
    ),
  );
});

test("the bytes are those of the specification", () => {
  const trailers = writeWebTrailers([["grpc-status", "0"]]);
  expect(trailers.toString("hex")).toBe(`8000000010${Buffer.from("grpc-status: 0\r\n").toString("hex")}`);
});

test("base64 may be padded in the middle: each frame on its own", () => {
  const text = [frameMessage(Buffer.from("a")), writeWebTrailers([])]
    .map((frame) => frame.toString("base64"))
    .join("");
  expect(text).toContain("=");
  expect(read([Buffer.from(text)], "text")).toEqual({ found: ["61", []], error: undefined });
});

test("a body of nothing but padded groups is one buffer, and not one for each of its bytes", () => {
  const before = process.memoryUsage().heapUsed;
  const decoder = new GrpcWebDecoder({ message: () => {} }, { mode: "text" });
  decoder.feed(Buffer.from("AA==".repeat(1_000_000)));
  expect(decoder.error).toBe(undefined);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(40_000_000);
});

describe("refused are", () => {
  test.each<[string, Buffer, GrpcWebMode, string]>([
    ["a flag that is none", Buffer.from("0200000000", "hex"), "binary", "its flag is 2"],
    ["compressed trailers", Buffer.from("8100000000", "hex"), "binary", "its flag is 129"],
    [
      "a message behind the trailers",
      Buffer.concat([writeWebTrailers([]), frameMessage(Buffer.from("a"))]),
      "binary",
      "stands behind the trailers",
    ],
    [
      "half a message",
      frameMessage(Buffer.from("abc")).subarray(0, 6),
      "binary",
      "the stream ended inside of it",
    ],
    [
      "a length over the limit",
      Buffer.from("00ffffffff", "hex"),
      "binary",
      "length 4294967295 bytes is over the limit of 100 bytes",
    ],
    ["trailers over the limit", Buffer.from("80ffffffff", "hex"), "binary", "is over the limit of 100 bytes"],
    ["what is no base64", Buffer.from("AA!A"), "text", "it is no base64"],
    ["padding that is none", Buffer.from("A==="), "text", "it is no base64"],
    ["half a group", Buffer.from("AAAAA"), "text", "ends inside of a group"],
    [
      "a line that is no field",
      Buffer.concat([Buffer.from("8000000003", "hex"), Buffer.from("a b")]),
      "binary",
      "line 1 is no field",
    ],
  ])("%s", (_, bytes, mode, message) => {
    const { error } = read([bytes], mode, 100);
    expect(error?.message).toContain(message);
  });

  test("trailers in a request", () => {
    const decoder = new GrpcWebDecoder({ message: () => undefined });
    decoder.feed(writeWebTrailers([]));
    expect(decoder.error?.message).toContain("its flag is 128");
  });

  test("trailers that would be others", () => {
    expect(() => writeWebTrailers([["a", "b\r\nc: d"]])).toThrow(RangeError);
    expect(() => writeWebTrailers([["a b", "c"]])).toThrow(RangeError);
    expect(() => readWebTrailers(Buffer.from("a: b\n".repeat(300)))).toThrow(
      "more fields than the limit of 256",
    );
  });
});

test("trailers are read with white space around them, and bare line feeds", () => {
  expect(readWebTrailers(Buffer.from("Grpc-Status:0\nx:\t a b \r\ny:")).flat()).toEqual([
    "grpc-status",
    "0",
    "x",
    "a b",
    "y",
    "",
  ]);
});

test.each([
  ["application/grpc-web", "binary"],
  ["application/grpc-web+proto; charset=utf-8", "binary"],
  ["Application/GRPC-Web-Text", "text"],
  ["application/grpc-web-text+proto", "text"],
  ["application/grpc", undefined],
  ["application/grpc-webby", undefined],
  [undefined, undefined],
])("%s is %s", (contentType, mode) => {
  expect(grpcWebMode(contentType)).toBe(mode);
});

describe("heads", () => {
  test("of requests", () => {
    const web = [
      "Content-Type",
      "application/grpc-web-text+proto",
      "X-Grpc-Web",
      "1",
      "Content-Length",
      "8",
      "a",
      "b",
    ];
    const grpc = grpcRequestHeaders(createHeaders(web));
    expect(grpc.flat()).toEqual(["content-type", "application/grpc+proto", "a", "b", "te", "trailers"]);
    expect(grpcWebRequestHeaders(grpc, "text").flat()).toEqual([
      ...["content-type", "application/grpc-web-text+proto", "a", "b", "x-grpc-web", "1"],
    ]);
  });

  test("of responses, those that are only trailers among them", () => {
    const grpc = createHeaders(["content-type", "application/grpc", "grpc-status", "5", "trailer", "x"]);
    const web = grpcWebResponseHeaders(grpc, "binary");
    expect(web.flat()).toEqual(["content-type", "application/grpc-web", "grpc-status", "5"]);
    expect(grpcResponseHeaders(web).flat()).toEqual(["content-type", "application/grpc", "grpc-status", "5"]);
  });
});

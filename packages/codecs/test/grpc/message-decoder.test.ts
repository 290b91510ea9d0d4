import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frameMessage, GrpcMessageDecoder, type GrpcMessageDecoderOptions } from "../../src/grpc/index.ts";

interface Read {
  readonly messages: readonly { readonly text: string; readonly isCompressed: boolean }[];
  readonly error: GrpcMessageDecoder["error"];
}

/** Feeds pieces, and then the end. */
function read(pieces: readonly Buffer[], options?: GrpcMessageDecoderOptions): Read {
  const messages: { text: string; isCompressed: boolean }[] = [];
  const decoder = new GrpcMessageDecoder((message, isCompressed) => {
    messages.push({ text: message.toString("latin1"), isCompressed });
  }, options);
  for (const piece of pieces) decoder.feed(piece);
  decoder.end();
  return { messages, error: decoder.error };
}

const bytes = (...values: number[]): Buffer => Buffer.from(values);
const singly = (whole: Buffer): Buffer[] => Array.from(whole, (_, i) => whole.subarray(i, i + 1));

test("messages of one piece are views of it", () => {
  const piece = Buffer.concat([frameMessage(Buffer.from("ab")), frameMessage(Buffer.from("c"), true)]);
  const views: Buffer[] = [];
  new GrpcMessageDecoder((message) => views.push(message)).feed(piece);
  expect(views.map((view) => view.buffer === piece.buffer)).toEqual([true, true]);
  expect(read([piece])).toEqual({
    messages: [
      { text: "ab", isCompressed: false },
      { text: "c", isCompressed: true },
    ],
    error: undefined,
  });
});

test("an empty message is a message", () => {
  expect(read([bytes(0, 0, 0, 0, 0)]).messages).toEqual([{ text: "", isCompressed: false }]);
  expect(read(singly(bytes(0, 0, 0, 0, 0))).messages).toEqual([{ text: "", isCompressed: false }]);
});

test("however a stream is cut, its messages are the same", () => {
  const message = fc.tuple(fc.string({ unit: "binary-ascii", maxLength: 300 }), fc.boolean());
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.nat(2_000)), (messages, cuts) => {
      const whole = Buffer.concat(
        messages.map(([text, flag]) => frameMessage(Buffer.from(text, "latin1"), flag)),
      );
      const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
      const pieces = at.slice(1).map((end, i) => whole.subarray(at[i], end));
      const expected = messages.map(([text, isCompressed]) => ({ text, isCompressed }));
      for (const cut of [[whole], pieces, singly(whole)]) {
        expect(read(cut)).toEqual({ messages: expected, error: undefined });
      }
    }),
  );
});

describe("limits", () => {
  test("a message may be as long as the limit, and not one byte longer", () => {
    const options = { maxMessageBytes: 10 };
    expect(read([frameMessage(Buffer.alloc(10))], options).error).toBeUndefined();
    const tooLong = frameMessage(Buffer.alloc(11));
    const error = {
      code: "RESOURCE_EXHAUSTED",
      message: "grpc message: length 11 bytes is over the limit of 10 bytes",
    };
    expect(read([tooLong], options)).toEqual({ messages: [], error });
    expect(read(singly(tooLong), options)).toEqual({ messages: [], error });
  });

  test("a length is an unsigned number", () => {
    expect(read([bytes(0, 0xff, 0xff, 0xff, 0xff)]).error?.message).toBe(
      "grpc message: length 4294967295 bytes is over the limit of 4194304 bytes",
    );
  });

  test("nothing is allocated for what is only announced", () => {
    const decoder = new GrpcMessageDecoder(() => {}, { maxMessageBytes: Number.POSITIVE_INFINITY });
    const before = process.memoryUsage().arrayBuffers;
    decoder.feed(bytes(0, 0xff, 0xff, 0xff, 0xff, 1));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
    expect(decoder.error).toBeUndefined();
  });

  test("what came before a bad prefix counts, and nothing behind it does", () => {
    const stream = Buffer.concat([
      frameMessage(Buffer.from("a")),
      bytes(2, 0, 0, 0, 0),
      frameMessage(Buffer.from("b")),
    ]);
    const error = { code: "INTERNAL", message: "grpc message: its flag is 2; expected 0 or 1" };
    const messages = [{ text: "a", isCompressed: false }];
    expect(read([stream])).toEqual({ messages, error });
    expect(read(singly(stream))).toEqual({ messages, error });
  });
});

test.each([[bytes(0)], [bytes(0, 0, 0, 0)], [bytes(0, 0, 0, 0, 2, 7)]])(
  "a stream that ends inside of a message is an error: %j",
  (half) => {
    expect(read([half]).error).toEqual({
      code: "INTERNAL",
      message: `grpc message: the stream ended inside of it, behind ${half.length} bytes with its prefix`,
    });
  },
);

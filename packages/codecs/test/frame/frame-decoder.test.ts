import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { bolt, writeBoltFrame } from "../../src/bolt/index.ts";
import { DecodeError, type Frame, type FrameCodec, FrameDecoder } from "../../src/frame/index.ts";

const call = (id: number, bytes: number): Buffer =>
  Buffer.concat(writeBoltFrame({ type: 1, command: 1, id, content: Buffer.alloc(bytes, id) }).bytes);

function decode(pieces: Iterable<Buffer>, codec: FrameCodec = bolt) {
  const frames: Frame[] = [];
  const decoder = new FrameDecoder(codec, (frame) => frames.push(frame));
  for (const piece of pieces) decoder.feed(piece);
  return { frames, decoder };
}

function* cutAt(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

describe("frames", () => {
  test("in one piece are views of it", () => {
    const piece = Buffer.concat([call(1, 10), call(2, 0), call(3, 5)]);
    const { frames } = decode([piece]);
    expect(frames.map(({ id }) => id)).toEqual([1, 2, 3]);
    for (const frame of frames) for (const bytes of frame.bytes) expect(bytes.buffer).toBe(piece.buffer);
  });

  test("are the same however a connection is cut", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 6 });
    const cuts = fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, cuts, (lengths, steps) => {
        const sent = lengths.map((length, i) => call(i + 1, length));
        const all = Buffer.concat(sent);
        const pieces: Buffer[] = [];
        for (let at = 0, i = 0; at < all.length; i++) {
          const step = steps[i % steps.length] as number;
          pieces.push(all.subarray(at, at + step));
          at += step;
        }
        const { frames, decoder } = decode(pieces);
        expect(Buffer.concat(frames.flatMap(({ bytes }) => bytes)).equals(all)).toBe(true);
        expect(frames.map(({ id }) => id)).toEqual(sent.map((_, i) => i + 1));
        expect(decoder.heldBytes).toBe(0);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test("of 8 MiB in pieces of 16 KiB are put together once", () => {
    const whole = call(1, 8 * 1024 * 1024 - 22);
    const concat = vi.spyOn(Buffer, "concat");
    const { frames } = decode(cutAt(whole, 16_384));
    const copied = concat.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
    concat.mockRestore();
    expect(frames).toHaveLength(1);
    expect(copied).toBe(whole.length);
  });

  test("of 64 KiB in single bytes are copied no more than twice, a few blocks at a time", () => {
    const whole = call(1, 65_536);
    const concat = vi.spyOn(Buffer, "concat");
    const { frames } = decode(cutAt(whole, 1));
    const copied = concat.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
    concat.mockRestore();
    expect(frames[0]?.body.equals(Buffer.alloc(65_536, 1))).toBe(true);
    expect(copied).toBeLessThan(whole.length + 1_024);
  });

  test("that were only announced hold nothing", () => {
    const announced = call(1, 8 * 1024 * 1024 - 22).subarray(0, 22);
    const alloc = vi.spyOn(Buffer, "allocUnsafe");
    const { decoder } = decode([announced, Buffer.alloc(10)]);
    expect(Math.max(...alloc.mock.calls.map(([bytes]) => bytes))).toBeLessThan(1_000);
    alloc.mockRestore();
    expect(decoder.heldBytes).toBe(32);
  });
});

test("a tiny piece among large ones keeps no block for itself", () => {
  const whole = call(1, 100_000);
  const copies = vi.spyOn(Buffer, "from");
  const { decoder } = decode([
    whole.subarray(0, 5_000),
    whole.subarray(5_000, 5_001),
    whole.subarray(5_001, 12_000),
  ]);
  const copied = copies.mock.calls.map(([bytes]) => (bytes as unknown as Buffer).length);
  copies.mockRestore();
  expect([copied, decoder.heldBytes]).toEqual([[1], 12_000]);
});

describe("an error", () => {
  const garbage = Buffer.from("GET / HTTP/1.1\r\n\r\n", "latin1");

  test("is for good: no further frame is given, nothing is held", () => {
    const { frames, decoder } = decode([call(1, 3), Buffer.concat([call(2, 0), garbage]), call(3, 0)]);
    expect(frames.map(({ id }) => id)).toEqual([1, 2]);
    expect(decoder.error).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("protocol 71"),
    });
    const { error } = decoder;
    decoder.end();
    expect(decoder.error).toBe(error);
    expect(decoder.heldBytes).toBe(0);
  });

  test("of half a frame at the end names what is missing", () => {
    const { decoder } = decode([call(1, 3).subarray(0, 24)]);
    decoder.end();
    expect(decoder.error).toMatchObject({
      code: "DATA_LOSS",
      message: "[DATA_LOSS] bolt frame: the connection ended inside of it, behind 24 of 25 bytes",
    });
  });

  test("of a frame over the limit comes with its header", () => {
    const decoder = new FrameDecoder(bolt, () => {}, { maxBytes: 100 });
    decoder.feed(call(1, 79).subarray(0, 22));
    expect(decoder.error).toMatchObject({
      code: "RESOURCE_EXHAUSTED",
      rawMessage: "bolt frame: length 101 bytes is over the limit of 100 bytes",
    });
  });

  test("of a caller goes through to it", () => {
    const decoder = new FrameDecoder(bolt, () => {
      throw new DecodeError("DATA_LOSS", "of the caller", 0);
    });
    expect(() => decoder.feed(call(1, 0))).toThrow("of the caller");
    expect(decoder.error).toBeUndefined();
  });
});

describe("a codec of anybody", () => {
  const faulty = (measure: FrameCodec["measure"]): FrameCodec => ({ ...bolt, name: "faulty", measure });

  test("that never tells a length holds 1 KiB", () => {
    const { decoder } = decode(
      cutAt(Buffer.alloc(2_000), 100),
      faulty(() => 0),
    );
    expect(decoder.error?.rawMessage).toBe("faulty frame: its header is over the limit of 1024 bytes");
  });

  test("that takes any length is held to the limit", () => {
    const { decoder } = decode(
      [Buffer.alloc(30)],
      faulty(() => 9_000_000),
    );
    expect(decoder.error?.rawMessage).toBe("faulty frame: 9000000 bytes are over the limit of 8388608 bytes");
  });

  test("that needs more bytes than a frame has is refused", () => {
    const { decoder } = decode(
      cutAt(Buffer.alloc(40), 10),
      faulty((_, at, end) => (end - at < 20 ? 0 : 5)),
    );
    expect(decoder.error?.code).toBe("INVALID_ARGUMENT");
  });

  test("whose other faults are no DecodeError throws them", () => {
    const codec = faulty(() => {
      throw new TypeError("a fault");
    });
    expect(() => decode([Buffer.alloc(1)], codec)).toThrow(TypeError);
  });
});

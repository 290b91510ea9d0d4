import { describe, expect, test } from "vitest";
import {
  BodyPipe,
  bytesBody,
  CANCELLED,
  createHeaders,
  discardBody,
  NO_BODY,
  type Reset,
  readBody,
  wholeBody,
} from "../src/index.ts";

/** A pipe that notes why it was cancelled. */
function watchedPipe(lengthBytes?: number): { pipe: BodyPipe; cancelled: Reset[] } {
  const cancelled: Reset[] = [];
  return { pipe: new BodyPipe({ lengthBytes, onCancel: (reason) => cancelled.push(reason) }), cancelled };
}

describe("reading a body to its end", () => {
  test("no body is no bytes and no trailers", async () => {
    expect(await readBody(NO_BODY)).toEqual({ bytes: new Uint8Array(0), trailers: undefined });
  });

  test("bytes that are here are given as they are, uncopied, with their trailers", async () => {
    const trailers = createHeaders(["grpc-status", "0"]);
    const body = { ...bytesBody("hello"), trailers };
    const whole = await readBody(body);
    expect(whole.bytes).toBe(body.bytes);
    expect(whole.trailers).toBe(trailers);
  });

  test("a stream's chunks are joined, and its trailers come along", async () => {
    const pipe = new BodyPipe();
    const whole = readBody(pipe);
    pipe.write(Buffer.from("hel"));
    pipe.write(Buffer.from("lo"));
    pipe.end(createHeaders(["x-sum", "5"]));
    expect(Buffer.from((await whole).bytes).toString()).toBe("hello");
    expect((await whole).trailers?.get("x-sum")).toBe("5");
  });

  test("an empty stream is no bytes", async () => {
    const pipe = new BodyPipe();
    pipe.end();
    expect((await readBody(pipe)).bytes).toHaveLength(0);
  });

  test("a reset rejects with its code, flag and sentence", async () => {
    const pipe = new BodyPipe();
    pipe.reset({ code: "UNAVAILABLE", flag: "UC", message: "connection lost", execution: "in-doubt" });
    await expect(readBody(pipe)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      flag: "UC",
      message: "[UNAVAILABLE] connection lost",
      execution: "in-doubt",
    });
  });

  test("a body that has a reader rejects", async () => {
    const pipe = new BodyPipe();
    const first = readBody(pipe);
    await expect(readBody(pipe)).rejects.toThrow("body: it has a reader already");
    pipe.end();
    expect((await first).bytes).toHaveLength(0);
  });
});

describe("the limit", () => {
  test("admits a body of exactly that length", async () => {
    expect((await readBody(bytesBody("12345"), { maxBytes: 5 })).bytes).toHaveLength(5);
    const pipe = new BodyPipe();
    const whole = readBody(pipe, { maxBytes: 5 });
    pipe.write(Buffer.from("12345"));
    pipe.end();
    expect((await whole).bytes).toHaveLength(5);
  });

  test("refuses bytes that are over it", async () => {
    await expect(readBody(bytesBody("123456"), { maxBytes: 5 })).rejects.toThrow(
      "[RESOURCE_EXHAUSTED] body: 6 bytes came, over the limit of 5 bytes",
    );
  });

  test("refuses a stream with the first byte over it, and cancels the rest", async () => {
    const { pipe, cancelled } = watchedPipe();
    const whole = readBody(pipe, { maxBytes: 5 });
    pipe.write(Buffer.from("123"));
    pipe.write(Buffer.from("456"));
    pipe.write(Buffer.from("789"));
    await expect(whole).rejects.toMatchObject({ code: "RESOURCE_EXHAUSTED" });
    expect(cancelled).toHaveLength(1);
    expect(cancelled[0]?.message).toBe("the body is over 5 bytes");
  });

  test("refuses a stream whose announced length is over it, before any byte", async () => {
    const { pipe, cancelled } = watchedPipe(6);
    await expect(readBody(pipe, { maxBytes: 5 })).rejects.toThrow(
      "[RESOURCE_EXHAUSTED] body: 6 bytes are announced, over the limit of 5 bytes",
    );
    expect(cancelled).toHaveLength(1);
  });

  test("is 4 MiB by default", async () => {
    const body = bytesBody(new Uint8Array(4 * 1024 * 1024 + 1));
    await expect(readBody(body)).rejects.toThrow("over the limit of 4194304 bytes");
  });
});

test("a body that nobody will read is cancelled, if there is someone to tell", () => {
  const { pipe, cancelled } = watchedPipe();
  discardBody(pipe);
  discardBody(bytesBody("x"));
  discardBody(NO_BODY);
  expect(cancelled).toEqual([CANCELLED]);
});

test("whole bytes make a body, none make no body", () => {
  expect(wholeBody(new Uint8Array(0))).toBe(NO_BODY);
  expect(wholeBody(new Uint8Array(1)).kind).toBe("bytes");
});

import {
  type Body,
  BodyPipe,
  bytesBody,
  CANCELLED,
  createHeaders,
  NO_BODY,
  type Reset,
} from "@dualmesh/core";
import { type BodyRecorder, bodyRecorder } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { replayableBody } from "../src/index.ts";

const GONE: Reset = { ...CANCELLED, message: "the client went away" };

function read(body: Body, recorder: BodyRecorder = bodyRecorder()): BodyRecorder {
  expect(body.kind).toBe("stream");
  if (body.kind === "stream") body.read(recorder);
  return recorder;
}

const write = (pipe: BodyPipe, text: string): boolean => pipe.write(Buffer.from(text));

describe("bodies that are here already", () => {
  test.each([{ body: NO_BODY }, { body: bytesBody("x".repeat(100_000)) }])(
    "$body.kind is given as it is, as often as wanted, however long",
    ({ body }) => {
      const replayable = replayableBody(body, 10);
      expect([replayable.next(), replayable.next()]).toEqual([body, body]);
      expect(replayable.committed).toBe(false);
    },
  );
});

describe("a streaming body", () => {
  test("starts again for the second attempt, and goes on as it comes", () => {
    const source = new BodyPipe();
    const replayable = replayableBody(source);
    write(source, "ab");
    const first = read(replayable.next());
    write(source, "cd");
    const second = read(replayable.next());
    write(source, "ef");
    source.end(createHeaders(["x-sum", "1"]));
    expect(first.events).toEqual(["chunk ab", "chunk cd", "reset "]);
    expect(second.events).toEqual(["chunk ab", "chunk cd", "chunk ef", "end x-sum=1"]);
  });

  test("that has come to its end is given whole, with its trailers", () => {
    const source = new BodyPipe();
    const replayable = replayableBody(source);
    read(replayable.next());
    write(source, "ab");
    source.end(createHeaders(["x-sum", "1"]));
    expect(read(replayable.next()).events).toEqual(["chunk ab", "end x-sum=1"]);
    expect(read(replayable.next()).events).toEqual(["chunk ab", "end x-sum=1"]);
  });

  test("keeps its length", () => {
    expect(replayableBody(new BodyPipe({ lengthBytes: 7 })).next()).toMatchObject({ lengthBytes: 7 });
  });

  test("over the bound commits the attempt that has it, and goes on", () => {
    const source = new BodyPipe();
    const replayable = replayableBody(source, 4);
    const reader = read(replayable.next());
    write(source, "abcd");
    expect(replayable.committed).toBe(false);
    write(source, "e");
    expect(replayable.committed).toBe(true);
    source.end();
    expect(reader.events).toEqual(["chunk abcd", "chunk e", "end"]);
    expect(() => replayable.next()).toThrow(TypeError);
  });

  test("with nothing to be kept can be repeated until something comes", () => {
    const source = new BodyPipe();
    const replayable = replayableBody(source, 0);
    read(replayable.next());
    expect(replayable.committed).toBe(false);
    const second = read(replayable.next());
    write(source, "a");
    expect(replayable.committed).toBe(true);
    expect(second.events).toEqual(["chunk a"]);
  });

  test("pauses between two attempts; what is under way is kept for the next, which is then the last", () => {
    const source = new BodyPipe();
    const replayable = replayableBody(source, 4);
    read(replayable.next());
    write(source, "abc");
    replayable.rewind();
    expect(write(source, "def")).toBe(false);
    expect(replayable.committed).toBe(false);
    const second = read(replayable.next());
    expect(replayable.committed).toBe(true);
    source.end();
    expect(second.events).toEqual(["chunk abc", "chunk def", "end"]);
  });

  test("passes a reader's pause on to the sender, and its wish for more", () => {
    let drained = 0;
    const source = new BodyPipe({ onDrain: () => drained++ });
    const body = replayableBody(source).next();
    const reader = read(body, bodyRecorder({ pauseAfterChunks: 1 }));
    expect(write(source, "ab")).toBe(false);
    reader.credit = 5;
    if (body.kind === "stream") body.resume();
    expect(drained).toBe(1);
    expect(write(source, "cd")).toBe(true);
    expect(reader.events).toEqual(["chunk ab", "chunk cd"]);
  });

  test("wakes a sender that an earlier attempt had paused", () => {
    let drained = 0;
    const source = new BodyPipe({ onDrain: () => drained++ });
    const replayable = replayableBody(source);
    read(replayable.next(), bodyRecorder({ pauseAfterChunks: 1 }));
    write(source, "ab");
    expect(drained).toBe(0);
    read(replayable.next());
    expect(drained).toBe(1);
  });

  test("that an attempt does not want any more waits for the next one", () => {
    const cancels: Reset[] = [];
    const source = new BodyPipe({ onCancel: (reason) => cancels.push(reason) });
    const replayable = replayableBody(source);
    const first = replayable.next();
    read(first);
    write(source, "ab");
    if (first.kind === "stream") first.cancel(GONE);
    expect(write(source, "cd")).toBe(false);
    expect(cancels).toEqual([]);
    const second = read(replayable.next());
    source.end();
    expect(second.events).toEqual(["chunk ab", "chunk cd", "end"]);
  });

  test("that the last attempt does not want any more is cancelled", () => {
    const cancels: Reset[] = [];
    const source = new BodyPipe({ onCancel: (reason) => cancels.push(reason) });
    const replayable = replayableBody(source);
    const only = replayable.next();
    read(only);
    if (only.kind === "stream") only.cancel(GONE);
    replayable.commit();
    expect(cancels).toEqual([GONE]);
  });

  test("that is committed passes a cancellation on at once", () => {
    const cancels: Reset[] = [];
    const source = new BodyPipe({ onCancel: (reason) => cancels.push(reason) });
    const replayable = replayableBody(source);
    const only = replayable.next();
    replayable.commit();
    if (only.kind === "stream") only.cancel(GONE);
    expect(cancels).toEqual([GONE]);
  });

  test("that the client breaks off cannot be repeated", () => {
    const source = new BodyPipe();
    const replayable = replayableBody(source);
    const reader = read(replayable.next());
    write(source, "ab");
    source.reset(GONE);
    expect(replayable.committed).toBe(true);
    expect(reader.events).toEqual(["chunk ab", "reset DC"]);
  });

  test("that the client breaks off between two attempts is broken for the next one too", () => {
    const source = new BodyPipe();
    const replayable = replayableBody(source);
    read(replayable.next());
    write(source, "ab");
    replayable.rewind();
    source.reset(GONE);
    expect(read(replayable.next()).reason).toBe(GONE);
  });
});

import { bodyRecorder } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { BodyPipe, CANCELLED, createHeaders, type Reset } from "../src/index.ts";

const CONNECTION_LOST: Reset = {
  code: "UNAVAILABLE",
  flag: "UC",
  message: "connection lost",
  execution: "in-doubt",
};

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("delivery", () => {
  test("what arrives before the reader is held, and delivered before read returns", () => {
    const pipe = new BodyPipe();
    pipe.write(bytes("a"));
    pipe.write(bytes("b"));
    pipe.end();
    const reader = bodyRecorder();
    pipe.read(reader);
    expect(reader.events).toEqual(["chunk a", "chunk b", "end"]);
  });

  test("how much is held is known, and is nothing after the end", () => {
    const pipe = new BodyPipe();
    pipe.write(bytes("abc"));
    pipe.write(bytes("d"));
    expect(pipe.heldBytes).toBe(4);
    const reader = bodyRecorder({ pauseAfterChunks: 1 });
    pipe.read(reader);
    expect(pipe.heldBytes).toBe(1);
    pipe.reset(CONNECTION_LOST);
    expect(pipe.heldBytes).toBe(0);
  });

  test("what arrives after the reader is handed on at once, uncopied", () => {
    const pipe = new BodyPipe();
    const got: Uint8Array[] = [];
    pipe.read({ chunk: (chunk) => got.push(chunk) > 0, end() {}, reset() {} });
    const chunk = bytes("a");
    pipe.write(chunk);
    expect(got[0]).toBe(chunk);
  });

  test("trailers come with the end, and only after all that is held", () => {
    const pipe = new BodyPipe();
    const reader = bodyRecorder({ pauseAfterChunks: 1 });
    pipe.read(reader);
    pipe.write(bytes("a"));
    pipe.write(bytes("b"));
    pipe.end(createHeaders(["grpc-status", "0"]));
    expect(reader.events).toEqual(["chunk a"]);
    reader.credit = 10;
    pipe.resume();
    expect(reader.events).toEqual(["chunk a", "chunk b", "end grpc-status=0"]);
  });

  test("a second reader is refused, and does not disturb the first", () => {
    const pipe = new BodyPipe();
    const reader = bodyRecorder();
    pipe.read(reader);
    expect(() => pipe.read(bodyRecorder())).toThrow(new TypeError("body: it has a reader already"));
    pipe.write(bytes("a"));
    expect(reader.events).toEqual(["chunk a"]);
  });

  test("says the length that its sender announced", () => {
    expect(new BodyPipe({ lengthBytes: 0 }).lengthBytes).toBe(0);
    expect(new BodyPipe().lengthBytes).toBeUndefined();
  });
});

describe("back-pressure", () => {
  test("a reader that pauses gets nothing more until it resumes", () => {
    const pipe = new BodyPipe();
    const reader = bodyRecorder({ pauseAfterChunks: 1 });
    pipe.read(reader);
    pipe.write(bytes("a"));
    pipe.write(bytes("b"));
    expect(reader.events).toEqual(["chunk a"]);
    pipe.resume();
    expect(reader.events).toEqual(["chunk a", "chunk b"]);
  });

  test("the sender is asked to hold back as soon as the reader pauses, and told when it may go on", () => {
    let drained = 0;
    const pipe = new BodyPipe({ onDrain: () => drained++ });
    const reader = bodyRecorder({ pauseAfterChunks: 1 });
    pipe.read(reader);
    expect(pipe.write(bytes("a"))).toBe(false);
    expect(drained).toBe(0);
    pipe.resume();
    expect(drained).toBe(1);
  });

  test("without a reader the sender may fill the buffer to its mark, and not beyond", () => {
    let drained = 0;
    const pipe = new BodyPipe({ highWaterMarkBytes: 4, onDrain: () => drained++ });
    expect(pipe.write(bytes("abc"))).toBe(true);
    expect(pipe.write(bytes("d"))).toBe(false);
    pipe.read(bodyRecorder());
    expect(drained).toBe(1);
  });

  test("what was read makes room again", () => {
    const pipe = new BodyPipe({ highWaterMarkBytes: 4 });
    const reader = bodyRecorder({ pauseAfterChunks: 1 });
    pipe.write(bytes("abc"));
    pipe.read(reader);
    expect(pipe.write(bytes("def"))).toBe(true);
    expect(pipe.write(bytes("g"))).toBe(false);
  });

  test("a sender that was never refused is not told to go on", () => {
    let drained = 0;
    const pipe = new BodyPipe({ onDrain: () => drained++ });
    pipe.write(bytes("a"));
    pipe.read(bodyRecorder());
    pipe.resume();
    expect(drained).toBe(0);
  });

  test("a sender that writes again from onDrain keeps the order", () => {
    const pipe = new BodyPipe({ highWaterMarkBytes: 1, onDrain: () => pipe.write(bytes("c")) });
    pipe.write(bytes("a"));
    pipe.write(bytes("b"));
    const reader = bodyRecorder();
    pipe.read(reader);
    expect(reader.events).toEqual(["chunk a", "chunk b", "chunk c"]);
  });
});

describe("the end", () => {
  test("comes once: what the sender does afterwards is ignored", () => {
    const pipe = new BodyPipe();
    const reader = bodyRecorder();
    pipe.read(reader);
    pipe.end();
    pipe.end();
    pipe.reset(CONNECTION_LOST);
    expect(pipe.write(bytes("late"))).toBe(true);
    expect(reader.events).toEqual(["end"]);
  });

  test("a reset drops what is held: the reader must not take a part for the whole", () => {
    const pipe = new BodyPipe();
    pipe.write(bytes("half"));
    pipe.reset(CONNECTION_LOST);
    const reader = bodyRecorder();
    pipe.read(reader);
    expect(reader.events).toEqual(["reset UC"]);
    expect(reader.reason).toBe(CONNECTION_LOST);
  });

  test("a reset reaches a reader that pauses", () => {
    const pipe = new BodyPipe();
    const reader = bodyRecorder({ pauseAfterChunks: 1 });
    pipe.read(reader);
    pipe.write(bytes("a"));
    pipe.write(bytes("b"));
    pipe.reset(CONNECTION_LOST);
    expect(reader.events).toEqual(["chunk a", "reset UC"]);
  });
});

describe("cancelling", () => {
  test("tells the sender why, once, and tells the reader nothing", () => {
    const reasons: Reset[] = [];
    const pipe = new BodyPipe({ onCancel: (reason) => reasons.push(reason) });
    const reader = bodyRecorder();
    pipe.read(reader);
    pipe.cancel(CANCELLED);
    pipe.cancel(CANCELLED);
    pipe.write(bytes("late"));
    pipe.end();
    expect(reasons).toEqual([CANCELLED]);
    expect(reader.events).toEqual([]);
  });

  test("inside a chunk stops the chunks that are held behind it", () => {
    const pipe = new BodyPipe();
    pipe.write(bytes("a"));
    pipe.write(bytes("b"));
    pipe.end();
    const got: string[] = [];
    pipe.read({
      chunk(chunk) {
        got.push(Buffer.from(chunk).toString());
        pipe.cancel(CANCELLED);
        return true;
      },
      end: () => void got.push("end"),
      reset: () => void got.push("reset"),
    });
    expect(got).toEqual(["a"]);
  });

  test("needs no reader, and leaves none to come", () => {
    const reasons: Reset[] = [];
    const pipe = new BodyPipe({ onCancel: (reason) => reasons.push(reason) });
    pipe.cancel(CANCELLED);
    expect(reasons).toEqual([CANCELLED]);
    expect(() => pipe.read(bodyRecorder())).toThrow(TypeError);
  });

  test("after the sender's end has no one to tell", () => {
    const reasons: Reset[] = [];
    const pipe = new BodyPipe({ onCancel: (reason) => reasons.push(reason) });
    pipe.write(bytes("a"));
    pipe.end();
    pipe.cancel(CANCELLED);
    expect(reasons).toEqual([]);
  });
});

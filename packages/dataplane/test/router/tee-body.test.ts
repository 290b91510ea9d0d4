import { BodyPipe, CANCELLED, type Reset } from "@dualmesh/core";
import { bodyRecorder } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { TeeBody } from "../../src/router/tee-body.ts";

const GONE: Reset = { code: "UNAVAILABLE", flag: "DC", message: "gone", execution: "in-doubt" };

function tee() {
  const cancelled: Reset[] = [];
  let drained = 0;
  const source = new BodyPipe({
    lengthBytes: 6,
    onDrain: () => drained++,
    onCancel: (reason) => cancelled.push(reason),
  });
  return { source, body: new TeeBody(source), cancelled, drained: () => drained };
}

test("reader and copies get the same chunks, uncopied, and the same end", () => {
  const { source, body } = tee();
  const copies = [body.copy(), body.copy()];
  const readers = [body, ...copies].map((one) => {
    const chunks: Uint8Array[] = [];
    let ended = false;
    one.read({ chunk: (bytes) => chunks.push(bytes) > 0, end: () => (ended = true), reset() {} });
    return { chunks, isEnded: () => ended };
  });
  const chunk = Buffer.from("abcdef");
  source.write(chunk);
  source.end();
  for (const { chunks, isEnded } of readers) {
    expect(chunks[0]).toBe(chunk);
    expect(isEnded()).toBe(true);
  }
  expect([body, ...copies].map(({ lengthBytes }) => lengthBytes)).toEqual([6, 6, 6]);
});

test("a copy that nobody reads is cut off beyond a megabyte, and the reader is not held up", () => {
  const { source, body, drained } = tee();
  const copy = body.copy();
  const reader = bodyRecorder();
  body.read(reader);
  for (let i = 0; i < 17; i++) expect(source.write(Buffer.alloc(65_536))).toBe(true);
  source.end();
  const late = bodyRecorder();
  copy.read(late);
  expect(late.reason?.message).toContain("not read as fast");
  expect(late.bytes.length).toBe(0);
  expect(reader.bytes.length).toBe(17 * 65_536);
  expect(reader.events.at(-1)).toBe("end");
  expect(drained()).toBe(0);
});

test("the pause of a copy pauses nobody else; that of the reader pauses the sender", () => {
  const { source, body } = tee();
  const copy = body.copy();
  copy.read(bodyRecorder({ pauseAfterChunks: 1 }));
  const reader = bodyRecorder({ pauseAfterChunks: 2 });
  body.read(reader);
  expect(source.write(Buffer.from("a"))).toBe(true);
  expect(source.write(Buffer.from("b"))).toBe(false);
  reader.credit = 10;
  body.resume();
  expect(source.write(Buffer.from("c"))).toBe(true);
});

test("a copy that is not wanted any more leaves the others alone", () => {
  const { source, body, cancelled } = tee();
  const copy = body.copy();
  const reader = bodyRecorder();
  body.read(reader);
  copy.cancel(CANCELLED);
  source.write(Buffer.from("abc"));
  source.end();
  expect(reader.events).toEqual(["chunk abc", "end"]);
  expect(cancelled).toEqual([]);
});

test("where the reader stops, or the sender is gone, copies are no whole bodies", () => {
  const stopped = tee();
  const one = bodyRecorder();
  stopped.body.copy().read(one);
  stopped.body.read(bodyRecorder());
  stopped.body.cancel(CANCELLED);
  expect(one.reason).toBe(CANCELLED);
  expect(stopped.cancelled).toEqual([CANCELLED]);
  const gone = tee();
  const two = bodyRecorder();
  gone.body.copy().read(two);
  const reader = bodyRecorder();
  gone.body.read(reader);
  gone.source.reset(GONE);
  expect([two.reason, reader.reason]).toEqual([GONE, GONE]);
});

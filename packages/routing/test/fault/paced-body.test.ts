import { BodyPipe, CANCELLED, createHeaders, NO_BODY, type Reset, type StreamBody } from "@dualmesh/core";
import { bodyRecorder, manualClock } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { paceBody } from "../../src/fault/index.ts";

const BROKEN: Reset = { code: "UNAVAILABLE", flag: "UC", message: "gone", execution: "in-doubt" };

/** 1 KiB per second is 51 bytes each 50 ms. */
const PER_TICK = 51;

function setUp(pauseAfterChunks = Number.POSITIVE_INFINITY) {
  const clock = manualClock();
  const recorder = bodyRecorder({ pauseAfterChunks });
  const told: string[] = [];
  const source = new BodyPipe({
    lengthBytes: 200_000,
    onDrain: () => void told.push("drain"),
    onCancel: ({ flag }) => void told.push(`cancel ${flag}`),
  });
  const paced = paceBody(source, 1, clock) as StreamBody;
  paced.read(recorder);
  return { clock, recorder, source, paced, told };
}

const bytes = (length: number): Uint8Array => Buffer.alloc(length, "x");

test("bytes pass evenly, the first without a wait, and trailers after the last of them", () => {
  const { clock, recorder, source } = setUp();
  source.write(bytes(120));
  source.end(createHeaders(["grpc-status", "0"]));
  const seen = [recorder.bytes.length];
  for (let tick = 0; tick < 2; tick++) {
    clock.advance(50);
    seen.push(recorder.bytes.length);
  }
  expect(seen).toEqual([PER_TICK, 2 * PER_TICK, 120]);
  expect(recorder.events.at(-1)).toBe("end grpc-status=0");
  expect(clock.pendingTimers).toBe(0);
});

test("a stream that was idle does not make up for it", () => {
  const { clock, recorder, source } = setUp();
  source.write(bytes(10));
  clock.advance(1_000);
  source.write(bytes(120));
  expect(recorder.bytes.length).toBe(10 + PER_TICK);
});

test("small chunks pass at once, as long as the rate allows", () => {
  const { recorder, source } = setUp();
  for (const length of [20, 20, 20]) source.write(bytes(length));
  expect(recorder.bytes.length).toBe(PER_TICK);
});

test("who sends too much is asked to pause, and to go on when all has passed", () => {
  const { clock, recorder, source, told } = setUp();
  expect(source.write(bytes(70_000))).toBe(false);
  clock.advance(60_000);
  expect(told).toEqual([]);
  clock.advance(10_000);
  expect([recorder.bytes.length, told]).toEqual([70_000, ["drain"]]);
});

test("a reader that pauses stops the clock, and gets the rest after", () => {
  const { clock, recorder, source, paced } = setUp(1);
  source.write(bytes(100));
  source.end();
  expect([recorder.bytes.length, clock.pendingTimers]).toEqual([PER_TICK, 0]);
  recorder.credit = 10;
  clock.advance(50);
  paced.resume();
  expect([recorder.bytes.length, recorder.events.at(-1)]).toEqual([100, "end"]);
});

test("a reset passes at once, and what was held does not", () => {
  const { clock, recorder, source } = setUp();
  source.write(bytes(200));
  source.reset(BROKEN);
  expect([recorder.bytes.length, recorder.events.at(-1), clock.pendingTimers]).toEqual([
    PER_TICK,
    "reset UC",
    0,
  ]);
});

test("a reader that does not want the rest stops the sender", () => {
  const { clock, source, paced, told } = setUp();
  source.write(bytes(200));
  paced.cancel(CANCELLED);
  expect([told, clock.pendingTimers]).toEqual([["cancel DC"], 0]);
});

test("a body that is here already is paced, too; none is none", () => {
  const clock = manualClock();
  const recorder = bodyRecorder();
  const trailers = createHeaders(["x-end", "1"]);
  const paced = paceBody({ kind: "bytes", bytes: bytes(60), trailers }, 1, clock) as StreamBody;
  expect(paced.lengthBytes).toBe(60);
  paced.read(recorder);
  clock.advance(50);
  expect([recorder.bytes.length, recorder.events.at(-1)]).toEqual([60, "end x-end=1"]);
  expect(paceBody(NO_BODY, 1, clock)).toBe(NO_BODY);
});

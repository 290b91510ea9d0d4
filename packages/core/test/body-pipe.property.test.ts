import fc from "fast-check";
import { expect, test } from "vitest";
import { BodyPipe, type BodySink, CANCELLED, type Reset } from "../src/index.ts";

const LOST: Reset = { code: "UNAVAILABLE", flag: "UC", message: "lost", execution: "in-doubt" };

/** One step of the sender, of the reader, or of what the reader will do inside its next chunk. */
const STEP = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("write" as const), length: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("end" as const, "reset" as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("read" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("resume" as const), credit: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("cancel" as const, "cancelInChunk" as const) }) },
);

type Step = typeof STEP extends fc.Arbitrary<infer S> ? S : never;

/** Drives one pipe and notes what either side was told. */
class Play {
  written = 0;
  received = 0;
  sendersEnd: "end" | "reset" | undefined;
  readonly ends: string[] = [];
  cancelled = false;
  cancelNotes = 0;
  /** The sender was asked to hold back and has not been told to go on. */
  blocked = false;
  hasReader = false;
  readonly mistakes: string[] = [];
  readonly #pipe: BodyPipe;
  #paused = false;
  #credit = 2;
  #cancelNext = false;

  constructor() {
    this.#pipe = new BodyPipe({
      highWaterMarkBytes: 8,
      onDrain: () => {
        if (!this.blocked) this.mistakes.push("drain without a refusal before");
        if (this.written !== this.received) this.mistakes.push("drain while bytes are held");
        this.blocked = false;
      },
      onCancel: () => {
        this.cancelNotes++;
        if (this.sendersEnd !== undefined) this.mistakes.push("cancel after the sender's end");
      },
    });
  }

  step(step: Step): void {
    const pipe = this.#pipe;
    switch (step.do) {
      case "write":
        this.#write(step.length);
        break;
      case "end":
        if (!this.cancelled) this.sendersEnd ??= "end";
        pipe.end();
        break;
      case "reset":
        if (!this.cancelled) this.sendersEnd ??= "reset";
        pipe.reset(LOST);
        break;
      case "read":
        this.#read();
        break;
      case "resume":
        this.#credit = step.credit;
        this.#paused = false;
        pipe.resume();
        break;
      case "cancel":
        this.#cancel();
        break;
      case "cancelInChunk":
        this.#cancelNext = true;
        break;
      default:
        step satisfies never;
    }
  }

  #read(): void {
    const mayRead = !this.hasReader && !this.cancelled;
    this.hasReader = true;
    try {
      this.#pipe.read(this.#sink);
      if (!mayRead) this.mistakes.push("a second reader");
    } catch (error) {
      if (mayRead || !(error instanceof TypeError)) throw error;
    }
  }

  #write(length: number): void {
    if (this.sendersEnd !== undefined || this.cancelled) {
      if (!this.#pipe.write(new Uint8Array(length))) this.mistakes.push("a refusal after the end");
      return;
    }
    // The chunk carries its place in the stream, so that the reader can see gaps and repetitions.
    const chunk = Uint8Array.from({ length }, (_, i) => (this.written + i) % 251);
    this.written += length;
    if (!this.#pipe.write(chunk)) this.blocked = true;
  }

  #cancel(): void {
    // A reader that was told the end cannot cancel any more.
    if (this.ends.length === 0) this.cancelled = true;
    this.#pipe.cancel(CANCELLED);
  }

  readonly #sink: BodySink = {
    chunk: (chunk) => {
      if (this.#paused) this.mistakes.push("a chunk while paused");
      if (this.ends.length > 0) this.mistakes.push("a chunk after the end");
      if (this.cancelled) this.mistakes.push("a chunk after cancelling");
      for (const byte of chunk) if (byte !== this.received++ % 251) this.mistakes.push("a gap");
      if (this.#cancelNext) this.#cancel();
      this.#paused = --this.#credit <= 0;
      return !this.#paused;
    },
    end: () => {
      if (this.received !== this.written) this.mistakes.push("an end before the last byte");
      if (this.cancelled) this.mistakes.push("an end after cancelling");
      this.ends.push("end");
    },
    reset: () => {
      if (this.cancelled) this.mistakes.push("a reset after cancelling");
      this.ends.push("reset");
    },
  };
}

test("in any order of steps, bytes come once and in order, and the end comes once", () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 60 }), (steps) => {
      const play = new Play();
      for (const step of steps) play.step(step);
      expect(play.mistakes).toEqual([]);
      expect(play.ends.length).toBeLessThanOrEqual(1);
      expect(play.cancelNotes).toBeLessThanOrEqual(1);
    }),
    { numRuns: 2_000 },
  );
});

test("whatever happened before, a reader that goes on reading learns how the body ended", () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 40 }), (steps) => {
      const play = new Play();
      for (const step of steps) play.step(step);
      fc.pre(!play.cancelled);
      if (!play.hasReader) play.step({ do: "read" });
      play.step({ do: "resume", credit: 1_000 });
      fc.pre(!play.cancelled);
      // All is delivered now: nobody may still be waiting for a drain that never comes.
      expect(play.blocked && play.sendersEnd === undefined).toBe(false);
      play.step({ do: "end" });
      expect(play.ends).toEqual([play.sendersEnd]);
      expect(play.mistakes).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

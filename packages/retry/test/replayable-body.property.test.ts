import { BodyPipe } from "@dualmesh/core";
import { type BodyRecorder, bodyRecorder } from "@dualmesh/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ReplayableBody, replayableBody } from "../src/index.ts";

/** A reader that pauses after some chunks. */
interface Attempt {
  readonly recorder: BodyRecorder;
  readonly resume: () => void;
}

function begin(replayable: ReplayableBody, credit: number): Attempt {
  const body = replayable.next();
  const recorder = bodyRecorder({ pauseAfterChunks: credit });
  if (body.kind === "stream") body.read(recorder);
  return {
    recorder,
    resume() {
      recorder.credit = Number.POSITIVE_INFINITY;
      if (body.kind === "stream") body.resume();
    },
  };
}

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ write: fc.string({ minLength: 1, maxLength: 6, unit: "binary-ascii" }) }),
    },
    { weight: 2, arbitrary: fc.record({ credit: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: fc.constantFrom("rewind" as const, "resume" as const) },
  ),
  { maxLength: 40 },
);

test("every attempt sees the body from its beginning, and the last one all of it", () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 40 }), (script, maxBytes) => {
      const source = new BodyPipe({ highWaterMarkBytes: 8 });
      const replayable = replayableBody(source, maxBytes);
      let sent = "";
      let last = begin(replayable, 1);
      const attempts = [last];
      for (const step of script) {
        if (step === "resume") last.resume();
        else if (step === "rewind") {
          if (!replayable.committed) replayable.rewind();
        } else if ("write" in step) {
          sent += step.write;
          source.write(Buffer.from(step.write));
        } else if (!replayable.committed) {
          last = begin(replayable, step.credit);
          attempts.push(last);
        }
      }
      if (!replayable.committed) {
        last = begin(replayable, 1);
        attempts.push(last);
      }
      source.end();
      last.resume();
      for (const { recorder } of attempts) expect(sent.startsWith(recorder.text)).toBe(true);
      expect(last.recorder.text).toBe(sent);
      expect(last.recorder.events.at(-1)).toBe("end");
    }),
  );
});

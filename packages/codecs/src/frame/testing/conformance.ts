import { DecodeError } from "../../limits/decode-error.ts";
import { decodeLimits } from "../../limits/decode-limits.ts";
import type { Frame } from "../frame.ts";
import type { FrameCodec } from "../frame-codec.ts";
import { FrameDecoder } from "../frame-decoder.ts";

/** One thing that a proxy relies on. */
export interface FrameCheck {
  /** A sentence. */
  readonly name: string;
  /** What is not so, up to 20 sentences; none if all is well. Takes milliseconds, and has no chance in it. */
  check(): string[];
}

const LIMITS = decodeLimits();
const MAX_FAILURES = 20;
const OTHER_ID = 0x8000_0001;

/** Bits are flipped in so many of the first bytes, and in as many behind them. */
const FLIPPED_BYTES = 96;

/**
 * What every {@link FrameCodec} keeps to, as checks for any test runner:
 *
 * ```ts
 * import { bolt } from "@dualmesh/codecs/bolt";
 * import { frameConformance } from "@dualmesh/codecs/frame/testing";
 *
 * const heartbeat = Buffer.concat(bolt.heartbeat(7).bytes);
 * for (const { name, check } of frameConformance(bolt, [heartbeat])) if (check().length > 0) console.log(name);
 * ```
 *
 * @param samples Whole frames, at least one of each kind that the protocol has.
 */
export function frameConformance(codec: FrameCodec, samples: readonly Buffer[]): readonly FrameCheck[] {
  const each = (found: (frame: Frame, bytes: Buffer) => Iterable<string>) => (): string[] => {
    const failures: string[] = [];
    for (const [i, bytes] of samples.entries()) {
      for (const what of found(codec.read(bytes, LIMITS), bytes)) {
        failures.push(`sample ${i}: ${what}`);
        if (failures.length === MAX_FAILURES) return failures;
      }
    }
    return failures;
  };
  return [
    { name: "a connection is known by its first bytes", check: each((_, bytes) => detected(codec, bytes)) },
    { name: "a frame that nobody changes is the bytes that came", check: each(unchanged) },
    { name: "however bytes are cut, the frames are the same", check: () => cut(codec, samples) },
    {
      name: "a frame that is not whole waits, and is lost with its connection",
      check: each((_, bytes) => waits(codec, bytes)),
    },
    { name: "another id changes nothing else", check: each((frame) => withId(codec, frame)) },
    {
      name: "a header is set, replaced and taken away, beside the same body",
      check: each((frame) => withHeader(codec, frame)),
    },
    { name: "another timeout changes nothing else", check: each((frame) => withTimeout(codec, frame)) },
    {
      name: "a request can be refused, and a heartbeat answered",
      check: each((frame) => answered(codec, frame)),
    },
    {
      name: "whatever bit is flipped, nothing is thrown but a DecodeError",
      check: each((_, bytes) => flipped(codec, bytes)),
    },
  ];
}

function* detected({ detect, maxDetectBytes }: FrameCodec, bytes: Buffer): Generator<string> {
  if (detect(bytes.subarray(0, 0)) !== "more") yield "no bytes at all are said to be enough";
  for (let length = 1; length <= Math.min(bytes.length, maxDetectBytes); length++) {
    const answer = detect(bytes.subarray(0, length));
    if (answer === "no") yield `its first ${length} bytes are said to be no such frame`;
    if (answer === "more" && length === maxDetectBytes) yield `${length} bytes do not tell`;
  }
}

function* unchanged(frame: Frame, bytes: Buffer): Generator<string> {
  if (!joined(frame).equals(bytes)) yield "other bytes";
  if (frame.byteLength !== bytes.length) yield `byteLength is ${frame.byteLength}, for ${bytes.length} bytes`;
}

function cut(codec: FrameCodec, samples: readonly Buffer[]): string[] {
  const all = Buffer.concat(samples);
  const failures: string[] = [];
  for (const size of [1, 2, 3, 7, 19, 64, 1_000, all.length]) {
    let count = 0;
    const decoder = new FrameDecoder(codec, (frame) => {
      const expected = samples[count++];
      if (expected === undefined || !joined(frame).equals(expected))
        failures.push(`pieces of ${size}: frame ${count - 1}`);
    });
    for (let at = 0; at < all.length; at += size) decoder.feed(all.subarray(at, at + size));
    decoder.end();
    if (decoder.error !== undefined) failures.push(`pieces of ${size}: ${decoder.error.message}`);
    if (count !== samples.length) failures.push(`pieces of ${size}: ${count} of ${samples.length} frames`);
  }
  return failures.slice(0, MAX_FAILURES);
}

function* waits(codec: FrameCodec, bytes: Buffer): Generator<string> {
  for (let length = 1; length < bytes.length; length += length < FLIPPED_BYTES ? 1 : 97) {
    let count = 0;
    const decoder = new FrameDecoder(codec, () => count++);
    decoder.feed(bytes.subarray(0, length));
    if (count > 0) yield `${length} bytes of ${bytes.length} are a frame`;
    if (decoder.error !== undefined) yield `${length} bytes of ${bytes.length}: ${decoder.error.message}`;
    decoder.end();
    if (decoder.error === undefined) yield `${length} bytes of ${bytes.length}: no error at the end`;
  }
}

function* withId(codec: FrameCodec, frame: Frame): Generator<string> {
  const changed = codec.read(joined(frame.withId(OTHER_ID)), LIMITS);
  if (changed.id !== OTHER_ID) yield `its id is ${changed.id}, not ${OTHER_ID}`;
  if (!sameBut(frame, changed)) yield "more than its id is another";
  const back = changed.withId(frame.id, frame.idHigh);
  if (!joined(back).equals(joined(frame))) yield "with its own id again it is not the same";
}

function* withHeader(codec: FrameCodec, frame: Frame): Generator<string> {
  const name = "x-conformance-é";
  const set = frame.withHeader(name, "one");
  // A protocol, or a kind of frame, without headers.
  if (set === frame) return;
  for (const read of [set, codec.read(joined(set), LIMITS)]) {
    if (read.header(name) !== "one") yield `its value is ${read.header(name)}`;
    if (!sameBut(frame, read)) yield "more than a header is another";
    if (![...read.headers()].some((pair) => pair[0] === name)) yield "headers() does not have it";
  }
  const replaced = codec.read(
    joined(
      set.withHeaders(
        new Map([
          [name, "äöü"],
          ["x-second", ""],
        ]),
      ),
    ),
    LIMITS,
  );
  if (replaced.header(name) !== "äöü" || replaced.header("x-second") !== "") yield "it is not replaced";
  const without = codec.read(
    joined(
      replaced.withHeaders(
        new Map([
          [name, undefined],
          ["x-second", undefined],
        ]),
      ),
    ),
    LIMITS,
  );
  if (without.header(name) !== undefined) yield "it is not taken away";
  if (!same([...without.headers()], [...frame.headers()])) yield "without it, the others are not as before";
}

function* withTimeout(codec: FrameCodec, frame: Frame): Generator<string> {
  const set = frame.withTimeout(1_234);
  if (set === frame) return;
  const read = codec.read(joined(set), LIMITS);
  if (read.timeoutMs !== 1_234) yield `it is ${read.timeoutMs} ms, not 1234`;
  if (read.id !== frame.id || !read.body.equals(frame.body)) yield "more than the timeout is another";
}

function* answered(codec: FrameCodec, frame: Frame): Generator<string> {
  if (frame.kind === "request") {
    const refusal = codec.refuse(frame, { code: "UNAVAILABLE", message: "nobody is there" });
    const read = codec.read(joined(refusal), LIMITS);
    if (read.kind !== "response" || read.id !== frame.id || read.idHigh !== frame.idHigh)
      yield "a refusal is no answer";
    if (codec.outcome(read) === "OK") yield "a refusal counts as OK";
  }
  if (frame.kind !== "heartbeat") return;
  const ack = codec.read(joined(codec.heartbeatAck(frame)), LIMITS);
  if (ack.kind !== "heartbeat-ack" || ack.id !== frame.id)
    yield `its answer is a ${ack.kind} with id ${ack.id}`;
  if (codec.read(joined(codec.heartbeat(OTHER_ID)), LIMITS).kind !== "heartbeat")
    yield "no heartbeat of its own";
}

function* flipped(codec: FrameCodec, bytes: Buffer): Generator<string> {
  const stride = Math.max(1, Math.floor((bytes.length - FLIPPED_BYTES) / FLIPPED_BYTES));
  for (let at = 0; at < bytes.length; at += at < FLIPPED_BYTES ? 1 : stride) {
    for (let bit = 0; bit < 8; bit++) {
      const other = Buffer.from(bytes);
      other.writeUInt8((other[at] as number) ^ (1 << bit), at);
      const thrown = thrownBy(codec, other);
      if (thrown !== undefined) yield `bit ${bit} of byte ${at}: ${thrown}`;
    }
  }
}

function thrownBy(codec: FrameCodec, bytes: Buffer): string | undefined {
  try {
    const decoder = new FrameDecoder(codec, (frame) => {
      lookAt(frame);
      lookAt(frame.withId(OTHER_ID).withHeader("x-conformance", "one").withTimeout(1));
      if (frame.kind === "response") codec.outcome(frame);
    });
    decoder.feed(bytes);
    decoder.end();
  } catch (error) {
    if (!(error instanceof DecodeError))
      return error instanceof Error ? error.stack : "something else than an error";
  }
  return undefined;
}

function lookAt(frame: Frame): number {
  const { kind, id, idHigh, service, method, timeoutMs, status, body, bytes } = frame;
  return [kind, id, idHigh, service, method, timeoutMs, status, ...bytes, body, ...frame.headers()].length;
}

/** Whether all but id and headers is the same. */
function sameBut(frame: Frame, other: Frame): boolean {
  const told = ({ kind, service, method, timeoutMs, status }: Frame) => [
    kind,
    service,
    method,
    timeoutMs,
    status,
  ];
  return same(told(frame), told(other)) && frame.body.equals(other.body);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function joined(frame: Frame): Buffer {
  return Buffer.concat(frame.bytes);
}

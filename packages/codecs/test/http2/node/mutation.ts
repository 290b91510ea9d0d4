import * as fc from "fast-check";
import { frame, splitFrames } from "../frames.ts";

/** Something that is done to bytes, or to one of their frames. Places are taken modulo what there is. */
export type Mutation =
  | { readonly kind: "flip"; readonly at: number; readonly mask: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "delete"; readonly at: number; readonly bytes: number }
  | { readonly kind: "cut"; readonly at: number }
  | { readonly kind: "repeat"; readonly at: number; readonly times: number }
  | { readonly kind: "move"; readonly at: number; readonly to: number }
  | {
      readonly kind: "change";
      readonly at: number;
      readonly type: number | undefined;
      readonly flags: number;
      readonly stream: number;
    }
  | { readonly kind: "frame"; readonly at: number; readonly frame: Buffer };

const place = fc.nat(1_000_000);
const stream = fc.nat(30);
const payload = fc.oneof(
  fc
    .constantFrom(0, 4, 5, 6, 8, 12)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
  fc.uint8Array({ maxLength: 40 }),
);

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: place, mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({
    kind: fc.constant("insert" as const),
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
  }),
  fc.record({ kind: fc.constant("delete" as const), at: place, bytes: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant("cut" as const), at: place }),
  fc.record({ kind: fc.constant("repeat" as const), at: place, times: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: fc.constant("move" as const), at: place, to: place }),
  fc.record({
    kind: fc.constant("change" as const),
    at: place,
    type: fc.option(fc.nat(10), { nil: undefined }),
    flags: fc.nat(255),
    stream,
  }),
  fc.record({
    kind: fc.constant("frame" as const),
    at: place,
    frame: fc.tuple(fc.nat(10), fc.nat(255), stream, payload).map((parts) => frame(...parts)),
  }),
);

/** Bytes of frames after a mutation. */
export function mutated(bytes: Buffer, mutations: readonly Mutation[]): Buffer {
  let frames = splitFrames(bytes);
  const ofBytes: Mutation[] = [];
  // First those of frames: afterwards nothing may be one any more.
  for (const one of mutations) {
    const at = one.at % (frames.length + 1);
    const subject = frames[at];
    if (one.kind === "frame") frames = frames.toSpliced(at, 0, one.frame);
    else if (subject === undefined) continue;
    else if (one.kind === "repeat")
      frames = frames.toSpliced(at, 0, ...Array<Buffer>(one.times).fill(subject));
    else if (one.kind === "move")
      frames = frames.toSpliced(at, 1).toSpliced(one.to % frames.length, 0, subject);
    else if (one.kind === "change")
      frames[at] = frame(one.type ?? (subject[3] as number), one.flags, one.stream, subject.subarray(9));
    else ofBytes.push(one);
  }
  return ofBytes.reduce(mutateBytes, Buffer.concat(frames));
}

function mutateBytes(bytes: Buffer, one: Mutation): Buffer {
  const at = one.at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (one.kind) {
    case "insert":
      return Buffer.concat([before, one.bytes, after]);
    case "delete":
      return Buffer.concat([before, after.subarray(one.bytes)]);
    case "cut":
      return before;
    case "flip": {
      const changed = Buffer.from(bytes);
      if (at < bytes.length) changed[at] = (changed[at] as number) ^ one.mask;
      return changed;
    }
    default:
      return bytes;
  }
}

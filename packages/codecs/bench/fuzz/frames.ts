import { seededRandom } from "@dualmesh/testkit";
import { bolt, boltCodec } from "../../src/bolt/index.ts";
import { DUBBO_SERIALIZATION, dubboCodec } from "../../src/dubbo/index.ts";
import { DecodeError, type Frame, type FrameCodec, FrameDecoder } from "../../src/frame/index.ts";
import { tr, writeTrFrame } from "../../src/tr/index.ts";
import { mutated } from "../../test/hessian/random-values.ts";
import { bytesOf, type GoldenBytes, goldenVectors } from "../../test/vectors/golden.ts";
import { agree, type FuzzTarget } from "./fuzz-target.ts";

const golden = goldenVectors<GoldenBytes>("frames");
const samples = (file: string): readonly Buffer[] => golden[file]?.cases.map(bytesOf) ?? [];

const TARGETS: readonly (readonly [codec: FrameCodec, frames: readonly Buffer[]])[] = [
  [bolt, samples("bolt-frames")],
  [boltCodec({ protocol: 2, checksum: true }), samples("bolt-frames")],
  [
    dubboCodec({ serializations: [DUBBO_SERIALIZATION.hessian2, DUBBO_SERIALIZATION.fastjson2] }),
    [...samples("dubbo-frames-2.7"), ...samples("dubbo-frames-3.3")],
  ],
  [tr, [1, 300, 2 ** 31].map((id) => Buffer.concat(writeTrFrame({ id, className: "a.B" }).bytes))],
];

const ROUND = 300;

let streams = 0;
let frames = 0;
let refused = 0;
let spliced = 0;

/**
 * Streams of real frames, some of whose bytes are changed, cut anywhere: a decoder gives frames or one coded error, the same
 * ones as from bytes in one piece; every field of a frame is read, or is a coded error; what is spliced is read again as what
 * it was meant to be, with all the rest as it was.
 */
export const frameStreams: FuzzTarget = {
  async round(seed) {
    const random = seededRandom(seed);
    const pick = (below: number): number => Math.floor(random() * below);
    for (let i = 0; i < ROUND; i++) {
      const [codec, known] = TARGETS[pick(TARGETS.length)] as (typeof TARGETS)[number];
      const drawn = Array.from({ length: 1 + pick(3) }, () => known[pick(known.length)] as Buffer);
      const bytes = drawn.map((one) => (pick(2) === 0 ? one : mutated(pick, one)));
      const stream = Buffer.concat(bytes);
      const whole = decode(codec, [stream]);
      const pieces: Buffer[] = [];
      for (let at = 0; at < stream.length; ) {
        const end = Math.min(stream.length, at + 1 + pick(pick(2) === 0 ? 5 : 5_000));
        pieces.push(Buffer.from(stream.subarray(at, end)));
        at = end;
      }
      const cut = decode(codec, pieces);
      agree(
        whole.text === cut.text
          ? undefined
          : `${codec.name} of ${stream.toString("hex")}: ${whole.text} or ${cut.text}`,
      );
      streams++;
      frames += whole.frames.length;
      if (whole.text.includes("refused")) refused++;
      for (const frame of whole.frames) splice(codec, frame, pick);
    }
  },
  report: () => [
    `${streams} streams of ${frames} frames, ${refused} of which ended in a coded error; ${spliced} frames were spliced`,
  ],
};

function decode(codec: FrameCodec, pieces: readonly Buffer[]): { frames: Frame[]; text: string } {
  const found: Frame[] = [];
  const decoder = new FrameDecoder(codec, (frame) => found.push(frame));
  for (const piece of pieces) decoder.feed(piece);
  const held = decoder.error === undefined ? `holds ${decoder.heldBytes}` : `refused: ${decoder.error.code}`;
  return { frames: found, text: `${found.map(textOf).join("; ")} ${held}` };
}

function textOf(frame: Frame): string {
  return [
    () => `${frame.kind} ${frame.idHigh}:${frame.id} ${frame.status} ${frame.byteLength}`,
    () => `${frame.service} ${frame.method} ${frame.timeoutMs}`,
    () => JSON.stringify([...frame.headers()]),
    () => `${frame.body.length}`,
  ]
    .map((look) => attempt(look) ?? "refused within")
    .join(" ");
}

function splice(codec: FrameCodec, frame: Frame, pick: (below: number) => number): void {
  const id = pick(2 ** 32);
  const value = "x".repeat(pick(40));
  const changed = attempt(() =>
    frame
      .withId(id)
      .withHeader("fuzz", value)
      .withTimeout(1 + pick(9_999)),
  );
  if (changed === undefined) return;
  const bytes = Buffer.concat(changed.bytes);
  const again = decode(codec, [bytes]).frames[0];
  spliced++;
  if (again === undefined)
    throw new Error(`${codec.name}: what was spliced is no frame: ${bytes.toString("hex")}`);
  const same = again.id === id && again.kind === frame.kind && bytes.length === changed.byteLength;
  const keeps = attempt(() => again.body.equals(frame.body)) ?? true;
  const says = attempt(() => again.header("fuzz")) === attempt(() => changed.header("fuzz"));
  agree(same && keeps && says ? undefined : `${codec.name}: ${textOf(frame)} became ${textOf(again)}`);
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof DecodeError) return undefined;
    throw error;
  }
}

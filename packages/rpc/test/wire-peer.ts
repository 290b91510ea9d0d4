import { type Duplex, duplexPair } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { type Frame, type FrameCodec, FrameDecoder } from "@dualmesh/codecs/frame";

/** The other end of an in-memory connection, by hand. */
export interface WirePeer {
  /** What is to be tested has this end. */
  readonly socket: Duplex;
  /** The test's own. */
  readonly wire: Duplex;
  /** Frames that came, and that {@link next} has not given. */
  readonly frames: readonly Frame[];
  /** Pieces in which bytes came. */
  readonly writes: readonly Buffer[];
  readonly isClosed: boolean;
  /** The next frame; waits a few turns of the event loop for it. */
  next(): Promise<Frame>;
  say(...frames: readonly (Frame | Buffer)[]): Promise<void>;
}

/** So many turns are enough for whatever is under way in one process. */
const TURNS = 20;

export async function settled(turns = 5): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await setImmediate();
}

export function wirePeer(codec: FrameCodec, options: { readonly highWaterMark?: number } = {}): WirePeer {
  const [socket, wire] = duplexPair({ highWaterMark: 65_536, ...options });
  const frames: Frame[] = [];
  const writes: Buffer[] = [];
  let isClosed = false;
  const decoder = new FrameDecoder(codec, (frame) => frames.push(frame));
  wire.on("data", (bytes: Buffer) => {
    writes.push(bytes);
    decoder.feed(bytes);
  });
  wire.on("error", () => {});
  wire.once("end", () => wire.end());
  socket.once("close", () => {
    isClosed = true;
  });
  return {
    socket,
    wire,
    frames,
    writes,
    get isClosed() {
      return isClosed;
    },
    async next() {
      for (let turn = 0; turn < TURNS && frames.length === 0; turn++) await setImmediate();
      const frame = frames.shift();
      if (frame === undefined) throw new Error(`no frame came within ${TURNS} turns`);
      return frame;
    },
    async say(...said) {
      for (const one of said) for (const piece of Buffer.isBuffer(one) ? [one] : one.bytes) wire.write(piece);
      await settled();
    },
  };
}

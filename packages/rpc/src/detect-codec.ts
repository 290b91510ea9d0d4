import type { Duplex } from "node:stream";
import { createDetector } from "@dualmesh/codecs/detect";
import type { FrameCodec } from "@dualmesh/codecs/frame";
import type { Clock } from "@dualmesh/core";

export interface DetectCodecOptions {
  readonly codecs: readonly FrameCodec[];
  /** For the first bytes. Milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** @param firstBytes What was read for it. */
  readonly found: (socket: Duplex, codec: FrameCodec, firstBytes: Buffer) => void;
}

/** Finds what a connection speaks, by its first bytes. One that says none of it, or nothing in time, is closed. */
export function createCodecDetector(options: DetectCodecOptions): (socket: Duplex) => void {
  const { codecs, timeoutMs, clock, found } = options;
  const detector = createDetector(codecs);
  return (socket) => {
    let held: Buffer = Buffer.alloc(0);
    const timer = clock.setTimer(() => socket.destroy(), timeoutMs);
    const onData = (bytes: Buffer): void => {
      held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
      const detection = detector.detect(held);
      if (detection.kind === "more") return;
      done();
      if (detection.kind === "found") found(socket, detection.protocol, held);
      else socket.destroy();
    };
    const done = (): void => {
      timer[Symbol.dispose]();
      socket.off("data", onData).off("end", onEnd).off("close", done);
    };
    const onEnd = (): void => {
      done();
      socket.destroy();
    };
    // An error is followed by its close.
    socket.on("error", () => {});
    socket.on("data", onData).once("end", onEnd).once("close", done);
  };
}

import type { Socket } from "node:net";
import { createDetector, type Detector } from "@dualmesh/codecs/detect";
import type { FrameCodec } from "@dualmesh/codecs/frame";

/** What a connection may turn out to speak, beside HTTP/1.1, which whatever is none of these is taken for. */
export type SpokenProtocol = "h2" | FrameCodec;

/** @returns `undefined` where there is nothing to tell apart. */
export function protocolDetector(
  takesHttp2: boolean,
  codecs: readonly FrameCodec[],
): Detector<SpokenProtocol> | undefined {
  const protocols: readonly SpokenProtocol[] = takesHttp2 ? ["h2", ...codecs] : codecs;
  return protocols.length === 0 ? undefined : createDetector(protocols);
}

/**
 * Tells by a connection's first bytes which protocol it speaks; they are put back for whoever serves it. A connection that
 * says nothing stays undecided: idle ones are closed by their server.
 */
export function detectProtocol(
  socket: Socket,
  detector: Detector<SpokenProtocol>,
  decided: (protocol: SpokenProtocol | "http1") => void,
): void {
  let seen: Buffer = Buffer.alloc(0);
  const look = (bytes: Buffer): void => {
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    const found = detector.detect(seen);
    if (found.kind === "more") return;
    socket.off("data", look);
    socket.pause();
    socket.unshift(seen);
    decided(found.kind === "found" ? found.protocol : "http1");
  };
  socket.on("data", look);
  // It may have been paused while somebody else looked at its first bytes.
  socket.resume();
}

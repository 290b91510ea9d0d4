import { connect } from "node:net";
import { type BoltFrame, bolt } from "@dualmesh/codecs/bolt";
import { FrameDecoder } from "@dualmesh/codecs/frame";

/** One connection of Bolt, with the calls that wait on it. */
export interface BoltClient {
  /** @throws {Error} when the time is over, or the connection gone. */
  send(request: BoltFrame, timeoutMs: number): Promise<BoltFrame>;
  close(): void;
}

interface Waiting {
  readonly answer: (frame: BoltFrame) => void;
  readonly fail: (error: Error) => void;
}

export function createBoltClient(port: number): BoltClient {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const socket = connect(port, "127.0.0.1");
  const decoder = new FrameDecoder(bolt, (frame) => waiting.get(frame.id)?.answer(frame as BoltFrame));
  socket.on("data", (bytes: Buffer) => {
    decoder.feed(bytes);
    if (decoder.error !== undefined) socket.destroy(new Error(decoder.error.message));
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    for (const { fail } of waiting.values()) fail(new Error("the connection to Java is gone"));
  });
  return {
    send: (request, timeoutMs) =>
      new Promise((resolve, reject) => {
        lastId = (lastId + 1) >>> 0;
        const id = lastId;
        const over = (): void => {
          clearTimeout(timer);
          waiting.delete(id);
        };
        const fail = (error: Error): void => {
          over();
          reject(error);
        };
        const timer = setTimeout(() => fail(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
        const answer = (frame: BoltFrame): void => {
          over();
          resolve(frame);
        };
        waiting.set(id, { answer, fail });
        if (socket.destroyed) fail(new Error("the connection to Java is gone"));
        for (const piece of request.withId(id).bytes) socket.write(piece);
      }),
    close: () => socket.destroy(),
  };
}

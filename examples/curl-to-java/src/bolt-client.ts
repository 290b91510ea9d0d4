import { connect } from "node:net";
import { type BoltFrame, bolt } from "@dualmesh/codecs/bolt";
import { FrameDecoder } from "@dualmesh/codecs/frame";
import { MeshError } from "@dualmesh/core";

/** One connection of Bolt, with the calls that wait on it. */
export interface BoltClient {
  /** @throws {MeshError} `DEADLINE_EXCEEDED` when the time is over, `UNAVAILABLE` when the connection is gone. */
  send(request: BoltFrame, timeoutMs: number): Promise<BoltFrame>;
  close(): void;
}

const GONE = "the connection to Java is gone";

interface Waiting {
  readonly answer: (frame: BoltFrame) => void;
  readonly fail: (error: Error) => void;
}

export function createBoltClient(port: number, host = "127.0.0.1"): BoltClient {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const socket = connect(port, host);
  const decoder = new FrameDecoder(bolt, (frame) => waiting.get(frame.id)?.answer(frame as BoltFrame));
  socket.on("data", (bytes: Buffer) => {
    decoder.feed(bytes);
    if (decoder.error !== undefined) socket.destroy(new Error(decoder.error.message));
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    for (const { fail } of waiting.values()) fail(new MeshError("UNAVAILABLE", GONE));
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
        const late = (): void => fail(new MeshError("DEADLINE_EXCEEDED", `no answer within ${timeoutMs} ms`));
        const timer = setTimeout(late, timeoutMs);
        const answer = (frame: BoltFrame): void => {
          over();
          resolve(frame);
        };
        waiting.set(id, { answer, fail });
        if (socket.destroyed) fail(new MeshError("UNAVAILABLE", GONE));
        for (const piece of request.withId(id).bytes) socket.write(piece);
      }),
    close: () => socket.destroy(),
  };
}

import { once } from "node:events";
import { connect } from "node:net";
import { FRAME, type Frame, fields, frame, frameReader, PREFACE } from "./frames.ts";

/** The fields of a request, with the method that it says. */
export const GET: Buffer = request("GET");
export const POST: Buffer = request("POST");

function request(method: string): Buffer {
  return fields([":method", method], [":scheme", "http"], [":authority", "orders.test"], [":path", "/"]);
}

/** A client of HTTP/2 that sends what a test gives it, and acknowledges nothing by itself. */
export interface RawH2Client extends Disposable {
  send(...frames: readonly Buffer[]): void;
  /** What has come so far. */
  readonly frames: readonly Frame[];
  /** Settles when the server has closed the connection, in whatever way. */
  readonly closed: Promise<void>;
}

/** Connects, and sends the preface and `hello`. */
export async function rawH2Client(
  port: number,
  hello: Buffer = frame(FRAME.settings, 0, 0),
): Promise<RawH2Client> {
  const socket = connect({ port, host: "127.0.0.1" });
  const frames: Frame[] = [];
  const over = Promise.withResolvers<void>();
  socket.on(
    "data",
    frameReader(0, (received) => frames.push(received)),
  );
  socket.once("end", () => over.resolve());
  // Who closes before it has read all resets the connection.
  socket.on("error", () => over.resolve());
  await once(socket, "connect");
  socket.write(Buffer.concat([PREFACE, hello]));
  return {
    send: (...given) => void socket.write(Buffer.concat(given)),
    frames,
    closed: over.promise,
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** The code that a GOAWAY gave. */
export function goawayCode({ frames }: RawH2Client): number | undefined {
  return frames.find(({ type }) => type === FRAME.goaway)?.payload.readUInt32BE(4);
}

/** The code that a stream was reset with. */
export function resetCode({ frames }: RawH2Client, stream: number): number | undefined {
  return frames.find((each) => each.type === FRAME.reset && each.stream === stream)?.payload.readUInt32BE(0);
}

/** Whether a stream has got the head of an answer. */
export function isAnswered({ frames }: RawH2Client, stream: number): boolean {
  return frames.some((each) => each.type === FRAME.headers && each.stream === stream);
}

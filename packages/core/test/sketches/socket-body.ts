import type { Socket } from "node:net";
import { BodyPipe, type BodySink, type Reset, type StreamBody } from "../../src/index.ts";

/** What a socket receives, as a body. A body that is cancelled closes the socket. */
export function socketBody(socket: Socket): StreamBody {
  const body = new BodyPipe({
    onDrain: () => socket.resume(),
    onCancel: () => socket.destroy(),
  });
  socket.on("data", (bytes) => {
    if (!body.write(bytes)) socket.pause();
  });
  socket.on("end", () => body.end());
  socket.on("error", (cause) => body.reset(lost(cause)));
  socket.on("close", () => body.reset(lost(undefined)));
  return body;
}

/** What a body delivers, sent by a socket. A reset closes it hard: the peer must not take a part for the whole. */
export function socketSink(socket: Socket, resume: () => void): BodySink {
  socket.on("drain", resume);
  return {
    chunk: (bytes) => socket.write(bytes),
    end: () => socket.end(),
    reset: () => socket.resetAndDestroy(),
  };
}

function lost(cause: Error | undefined): Reset {
  const message = cause?.message ?? "the connection closed";
  return { code: "UNAVAILABLE", flag: "UC", message, execution: "in-doubt", cause };
}

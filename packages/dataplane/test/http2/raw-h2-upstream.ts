import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { FRAME, type Frame, frame, frameReader, PREFACE } from "./frames.ts";

export interface RawH2Upstream extends AsyncDisposable {
  readonly port: number;
  /** Connections so far. */
  readonly connections: number;
}

/** An upstream that says SETTINGS, and then what a test gives it, frame by frame. */
export async function rawH2Upstream(
  onFrame: (frame: Frame, socket: Socket, connection: number) => void,
  hello: Buffer = frame(FRAME.settings, 0, 0),
): Promise<RawH2Upstream> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    const connection = open.size;
    socket.on("error", () => {});
    socket.on(
      "data",
      frameReader(PREFACE.length, (received) => onFrame(received, socket, connection)),
    );
    socket.write(hello);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return open.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

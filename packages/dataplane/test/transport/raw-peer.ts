import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** A peer on loopback that speaks bytes and no protocol. */
export interface RawPeer extends AsyncDisposable {
  readonly port: number;
  /** Connections that were ever accepted. */
  readonly accepted: number;
}

/** Listens, and hands each connection over with the number of its place, from 1. */
export async function rawPeer(onConnection: (socket: Socket, place: number) => void): Promise<RawPeer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    // A test that cuts a connection expects what the other side makes of it.
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
    onConnection(socket, ++accepted);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A connection that says bytes and hears bytes, as Latin-1 text. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  write(text: string): void;
  /** Waits until what came holds a match, and gives all that came. Rejects when the peer closes before. */
  until(text: RegExp): Promise<string>;
  /** Waits until the peer has closed, and gives all that came. */
  readonly closed: Promise<string>;
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1" });
  let received = "";
  const lookers = new Set<() => void>();
  const over = Promise.withResolvers<string>();
  socket.setEncoding("latin1").on("data", (text: string) => {
    received += text;
    for (const look of lookers) look();
  });
  socket.once("end", () => over.resolve(received));
  // A reset is an end like any other here: what came before it is what counts.
  socket.on("error", () => over.resolve(received));
  await once(socket, "connect");
  return {
    socket,
    write: (text) => void socket.write(text, "latin1"),
    closed: over.promise,
    until(text) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          if (!text.test(received)) return;
          lookers.delete(look);
          resolve(received);
        };
        lookers.add(look);
        look();
        void over.promise.then(() =>
          reject(new Error(`closed without ${text}: ${JSON.stringify(received)}`)),
        );
      });
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}

/** Sends bytes on a connection of their own and gives all that came until the peer closed it. */
export async function rawExchange(port: number, bytes: string): Promise<string> {
  using client = await rawClient(port);
  client.write(bytes);
  // Awaited here: the connection is destroyed when this function ends.
  return await client.closed;
}

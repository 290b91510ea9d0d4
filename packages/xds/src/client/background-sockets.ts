import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

const connecting = new AsyncLocalStorage<true>();
let subscribed = false;

/**
 * Runs `open`, and lets no socket that comes of it keep the process alive: a stream of configuration stays open for ever,
 * and the program that it serves must still be able to end. grpc-js has no setting for that, and takes its sockets back
 * into account with every call; node:net tells of each socket where it is made.
 */
export function inBackground<T>(open: () => T): T {
  if (!subscribed) {
    subscribed = true;
    subscribe("net.client.socket", (message) => {
      if (connecting.getStore() !== true) return;
      const { socket } = message as { readonly socket: Socket };
      socket.unref();
      socket.ref = () => socket;
    });
  }
  return connecting.run(true, open);
}

import { connect as connectInClear, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectByTls } from "node:tls";
import type { Clock } from "@dualmesh/core";
import type { PeerAddress } from "./peer-address.ts";

export interface OpenSocketOptions {
  readonly address: PeerAddress;
  /** Options of `node:tls`; `true` for its defaults. Default: clear text. */
  readonly tls?: ConnectionOptions | true | undefined;
  /** The handshake included. Milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * A socket that can be written to: with TLS, to a server that has proved who it is.
 *
 * @throws what `node:net` and `node:tls` say, and an `Error` when it takes too long.
 */
export function openSocket(options: OpenSocketOptions): Promise<Socket> {
  const { address, tls, timeoutMs, clock } = options;
  return new Promise((resolve, reject) => {
    const socket =
      tls === undefined
        ? connectInClear({ ...address, noDelay: true })
        : connectByTls({
            ...address,
            ...("host" in address && !/^[\d.]+$|:/.test(address.host) && { servername: address.host }),
            ...(tls === true ? {} : tls),
          });
    const timer = clock.setTimer(() => {
      socket.destroy(new Error(`no connection within ${timeoutMs} ms`));
    }, timeoutMs);
    const fail = (error: Error): void => {
      timer[Symbol.dispose]();
      reject(error);
    };
    socket.once("error", fail);
    socket.once(tls === undefined ? "connect" : "secureConnect", () => {
      timer[Symbol.dispose]();
      socket.off("error", fail);
      if (tls !== undefined) socket.setNoDelay(true);
      resolve(socket);
    });
  });
}

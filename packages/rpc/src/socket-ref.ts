import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Nobody waits for a connection without calls: it must not keep the process. */
export function refSocket(socket: Duplex, isUsed: boolean): void {
  if (!(socket instanceof Socket)) return;
  if (isUsed) socket.ref();
  else socket.unref();
}

import type { Socket } from "node:net";
import type { FrameCodec } from "@dualmesh/codecs/frame";
import { type ServedConnection, serveConnection } from "@dualmesh/rpc";
import { DOWNSTREAM, downstreamOf } from "../downstream.ts";
import type { ServerConnection, ServerContext } from "../server-context.ts";

/** Without an idle time for connections of HTTP, silent ones are still not kept for ever. Milliseconds. */
const LONGEST_IDLE_MS = 24 * 3_600_000;

/** A connection whose client speaks frames. Each call goes through the very chain that requests of HTTP do. */
export class RpcConnection implements ServerConnection {
  /** It closes itself when it has been idle for long: heartbeats are signs of life. */
  readonly isIdle = false;
  idleLooks = 0;
  readonly #served: ServedConnection;

  constructor(context: ServerContext, socket: Socket, codec: FrameCodec, idleTimeoutMs: number) {
    const { service, clock, scheme, onCall } = context;
    const downstream = downstreamOf(socket, scheme);
    this.#served = serveConnection(socket, {
      codec,
      service,
      clock,
      idleTimeoutMs: idleTimeoutMs > 0 ? idleTimeoutMs : LONGEST_IDLE_MS,
      onCall(call, request) {
        call.set(DOWNSTREAM, downstream);
        context.count(1);
        call.onEnd(() => context.count(-1));
        onCall?.(call, request);
      },
    });
    // It was paused while somebody looked at its first bytes.
    socket.resume();
    if (context.isDraining) this.drain();
  }

  drain(): void {
    this.#served.close();
  }

  destroy(): void {
    this.#served.destroy();
  }
}

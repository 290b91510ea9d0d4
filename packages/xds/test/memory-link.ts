import type { OpenXdsStream } from "../src/index.ts";
import type { XdsServer } from "../src/server/index.ts";

/** A network between a client and a server engine, in which a test moves the messages, in order, one at a time. */
export interface MemoryLink {
  readonly openStream: OpenXdsStream;
  readonly toServer: number;
  readonly toClient: number;
  /** Delivers the oldest message of a direction, if there is one. */
  deliver(direction: "toServer" | "toClient"): void;
  /** Breaks the stream: what is under way is lost. */
  cut(): void;
}

export function memoryLink(server: XdsServer): MemoryLink {
  const toServer: (() => void)[] = [];
  const toClient: (() => void)[] = [];
  let cut = (): void => {};
  return {
    get toServer() {
      return toServer.length;
    },
    get toClient() {
      return toClient.length;
    },
    deliver(direction) {
      (direction === "toServer" ? toServer : toClient).shift()?.();
    },
    cut: () => cut(),
    openStream(_, handlers) {
      toServer.length = toClient.length = 0;
      let over = false;
      const far = server.serve({
        peer: "memory",
        send(bytes) {
          if (!over) toClient.push(() => handlers.onMessage(bytes));
          return true;
        },
        end(status) {
          if (!over) toClient.push(() => handlers.onEnd(status));
        },
      });
      const close = (): void => {
        if (over) return;
        over = true;
        toServer.length = toClient.length = 0;
        far.onEnd();
      };
      cut = () => {
        close();
        handlers.onEnd({ code: "UNAVAILABLE", message: "cut" });
      };
      queueMicrotask(() => handlers.onOpen());
      return {
        send: (bytes) => void toServer.push(() => far.onRequest(bytes)),
        pause() {},
        resume() {},
        end: close,
      };
    },
  };
}

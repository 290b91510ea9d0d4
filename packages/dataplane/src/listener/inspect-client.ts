import type { Socket } from "node:net";
import { readFirstWords } from "@dualmesh/codecs/detect";
import type { Clock } from "@dualmesh/core";
import type { Arrival } from "./choose-chain.ts";

export interface InspectOptions {
  readonly clock: Clock;
  /** How long a client may take to say what is needed; it is cut off then. Milliseconds. 0: no limit. */
  readonly timeoutMs: number;
}

/**
 * Waits for a client's first words and puts them back, for whoever serves it. A client that says too little in time, or
 * what is neither TLS nor anything else, is cut off.
 */
export function inspectClient(
  socket: Socket,
  options: InspectOptions,
  decided: (words: Pick<Arrival, "transport" | "serverName">) => void,
): void {
  const { clock, timeoutMs } = options;
  let seen: Buffer = Buffer.alloc(0);
  const timer = timeoutMs > 0 ? clock.setTimer(() => socket.destroy(), timeoutMs) : undefined;
  const gone = (): void => void socket.destroy();
  const leave = (): void => {
    timer?.[Symbol.dispose]();
    socket.off("data", look);
    for (const event of GONE) socket.off(event, gone);
  };
  const look = (bytes: Buffer): void => {
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    const words = readFirstWords(seen);
    if (words.kind === "more") return;
    leave();
    if (words.kind === "malformed") {
      socket.destroy();
      return;
    }
    socket.pause();
    socket.unshift(seen);
    if (words.kind === "tls") decided({ transport: "tls", serverName: words.serverName });
    else decided({ transport: "raw_buffer", serverName: "" });
  };
  socket.on("data", look);
  for (const event of GONE) socket.on(event, gone);
  socket.once("close", leave);
}

const GONE = ["end", "error"] as const;

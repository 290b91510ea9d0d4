import type { Duplex } from "node:stream";
import { type DecodeError, type Frame, type FrameCodec, FrameDecoder } from "@dualmesh/codecs/frame";
import type { CheckedLimits } from "./connection-limits.ts";

/**
 * Reads frames off a socket, and knows since when half a frame has been waiting for its rest: a peer that sends a byte now and
 * then would else hold what it has sent for ever.
 */
export class FrameReader {
  readonly #decoder: FrameDecoder;
  readonly #frameTimeoutMs: number;
  #frames = 0;
  #halfSinceMs = Number.POSITIVE_INFINITY;

  constructor(codec: FrameCodec, onFrame: (frame: Frame) => void, limits: CheckedLimits) {
    this.#frameTimeoutMs = limits.frameTimeoutMs;
    this.#decoder = new FrameDecoder(
      codec,
      (frame) => {
        this.#frames++;
        onFrame(frame);
      },
      limits.decode,
    );
  }

  /** Why nothing is read any more. */
  get error(): DecodeError | undefined {
    return this.#decoder.error;
  }

  /** When the rest of what has begun is due. Monotonic milliseconds; `Infinity` between frames. */
  get dueMs(): number {
    return this.#halfSinceMs + this.#frameTimeoutMs;
  }

  /** For sentences: what is lacking. */
  get lateness(): string {
    return `${this.#decoder.heldBytes} bytes of a frame came, and not its rest within ${this.#frameTimeoutMs} ms`;
  }

  feed(bytes: Buffer, nowMs: number): void {
    const frames = this.#frames;
    this.#decoder.feed(bytes);
    if (this.#decoder.heldBytes === 0) this.#halfSinceMs = Number.POSITIVE_INFINITY;
    else if (this.#frames !== frames || this.#halfSinceMs === Number.POSITIVE_INFINITY)
      this.#halfSinceMs = nowMs;
  }
}

/** A peer's last words are read, its errors are kept, and its end is told once: what both sides do with a socket. */
export interface SocketObserver {
  data(bytes: Buffer): void;
  /** The peer sends nothing more. */
  ended(): void;
  closed(cause: Error | undefined): void;
}

export function listen(socket: Duplex, observer: SocketObserver): void {
  let cause: Error | undefined;
  socket.on("data", (bytes: Buffer) => observer.data(bytes));
  socket.on("error", (error: Error) => {
    cause ??= error;
  });
  socket.once("end", () => observer.ended());
  socket.once("close", () => observer.closed(cause));
}

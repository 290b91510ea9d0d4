import type { BodySink, StreamBody } from "./body.ts";
import type { Headers } from "./headers.ts";
import type { Reset } from "./reset.ts";

export interface BodyPipeOptions {
  /** How many bytes will be written, where it is known. */
  readonly lengthBytes?: number | undefined;
  /** Bytes held for a reader that pauses, before `write` gives `false`. Default 65,536. */
  readonly highWaterMarkBytes?: number;
  /** The reader wants more, after `write` gave `false`. */
  readonly onDrain?: () => void;
  /** The reader does not want the rest. Not called after the end. */
  readonly onCancel?: (reason: Reset) => void;
}

const DEFAULT_HIGH_WATER_MARK = 65_536;

/**
 * A stream body and, in one object, the side that fills it: what arrives before the reader does, or while it pauses, is
 * held. One object per streamed body is all that a transport makes.
 *
 * ```text
 *            write, end, reset                 read, resume, cancel
 *  sender ───────────────────────► BodyPipe ◄─────────────────────── reader
 *            false / onDrain, onCancel         chunk, end, reset
 * ```
 */
export class BodyPipe implements StreamBody {
  readonly kind = "stream";
  readonly lengthBytes: number | undefined;
  readonly #limit: number;
  readonly #onDrain: (() => void) | undefined;
  readonly #onCancel: ((reason: Reset) => void) | undefined;
  #sink: BodySink | undefined;
  #held: Uint8Array[] | undefined;
  #heldBytes = 0;
  #paused = false;
  #blocked = false;
  /** `open` until the sender ended or reset; `done` when the reader has been told, or has cancelled. */
  #state: "open" | "ended" | "reset" | "done" = "open";
  #trailers: Headers | undefined;
  #reason: Reset | undefined;

  constructor(options: BodyPipeOptions = {}) {
    this.lengthBytes = options.lengthBytes;
    this.#limit = options.highWaterMarkBytes ?? DEFAULT_HIGH_WATER_MARK;
    this.#onDrain = options.onDrain;
    this.#onCancel = options.onCancel;
  }

  /** Bytes that wait for the reader. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Hands bytes on. `false`: hold back until `onDrain`. Ignored after the end. */
  write(bytes: Uint8Array): boolean {
    if (this.#state !== "open") return true;
    if (this.#sink !== undefined && !this.#paused && this.#held === undefined) {
      if (this.#sink.chunk(bytes)) return true;
      this.#paused = true;
      this.#blocked = true;
      return false;
    }
    this.#held ??= [];
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes < this.#limit) return true;
    this.#blocked = true;
    return false;
  }

  end(trailers?: Headers): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    this.#trailers = trailers;
    this.#settle();
  }

  /** Ends the body before its end. What is held is dropped: the reader must not take it for the whole. */
  reset(reason: Reset): void {
    if (this.#state !== "open") return;
    this.#state = "reset";
    this.#reason = reason;
    this.#held = undefined;
    this.#heldBytes = 0;
    this.#settle();
  }

  read(sink: BodySink): void {
    if (this.#sink !== undefined) throw new TypeError("body: it has a reader already");
    this.#sink = sink;
    this.#flush();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#flush();
  }

  cancel(reason: Reset): void {
    if (this.#state === "done") return;
    const wasOpen = this.#state === "open";
    this.#state = "done";
    this.#held = undefined;
    this.#heldBytes = 0;
    this.#sink ??= IGNORE;
    if (wasOpen) this.#onCancel?.(reason);
  }

  #flush(): void {
    const sink = this.#sink as BodySink;
    while (this.#held !== undefined && !this.#paused) {
      const chunk = this.#held.shift();
      if (chunk === undefined) this.#held = undefined;
      else {
        this.#heldBytes -= chunk.length;
        if (!sink.chunk(chunk)) this.#paused = true;
      }
    }
    if (this.#paused) return;
    if (this.#state !== "open") this.#settle();
    else if (this.#blocked) {
      this.#blocked = false;
      this.#onDrain?.();
    }
  }

  /** Tells the reader how it ended, once there is a reader and nothing is held before that. */
  #settle(): void {
    if (this.#sink === undefined || this.#held !== undefined) return;
    const state = this.#state;
    this.#state = "done";
    if (state === "ended") this.#sink.end(this.#trailers);
    else if (state === "reset") this.#sink.reset(this.#reason as Reset);
  }
}

const IGNORE: BodySink = { chunk: () => true, end() {}, reset() {} };

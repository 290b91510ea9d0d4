import type { Clock } from "@dualmesh/core";
import type { Wire } from "../wire.ts";

/** A client that reads nothing of its last answer for this long is cut off. Milliseconds; Envoy's `stream_idle_timeout`. */
const MAX_FLUSH_MS = 300_000;

/**
 * Ends a connection in peace. It is not destroyed at once: with bytes unread, the kernel would send a reset, and the last
 * answer could get lost. The time that the client has for its half begins when that answer has left: one that reads slowly
 * is not cut off in its middle.
 */
export class DelayedClose implements Disposable {
  readonly #stream: Wire;
  readonly #clock: Clock;
  readonly #delayMs: number;
  #timer: Disposable | undefined;

  constructor(stream: Wire, lastWords: string, clock: Clock, delayMs: number) {
    this.#stream = stream;
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#destroyIn(MAX_FLUSH_MS);
    stream.once("finish", () => this.#flushed());
    stream.resume();
    if (lastWords === "") stream.end();
    else stream.end(lastWords, "latin1");
  }

  /** The connection is gone. */
  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #flushed(): void {
    if (this.#timer === undefined) return;
    this.#timer[Symbol.dispose]();
    this.#destroyIn(this.#delayMs);
  }

  #destroyIn(delayMs: number): void {
    this.#timer = this.#clock.setTimer(() => this.#stream.destroy(), delayMs);
  }
}

import { type Random, systemRandom } from "@dualmesh/core";

/** How long to leave a peer alone that could not be reached. */
export interface ReconnectBackoffOptions {
  /** After the first failure. Milliseconds, over 0. Default 100. */
  readonly baseMs?: number;
  /** At most. Milliseconds. Default 5,000. */
  readonly maxMs?: number;
  readonly random?: Random;
}

/** Doubles with each failure, and draws from its upper half: clients of one server do not come back together. */
export class ReconnectBackoff {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #random: Random;
  #failures = 0;
  #untilMs = Number.NEGATIVE_INFINITY;

  /** @throws {RangeError} for an option out of its range. */
  constructor(options: ReconnectBackoffOptions = {}) {
    const { baseMs = 100, maxMs = 5_000, random = systemRandom } = options;
    if (!(baseMs > 0)) throw new RangeError(`reconnect backoff: baseMs must be over 0 ms, got ${baseMs}`);
    if (!(maxMs >= baseMs))
      throw new RangeError(`reconnect backoff: maxMs must be ${baseMs} ms (baseMs) or more, got ${maxMs}`);
    this.#baseMs = baseMs;
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /** Milliseconds until the next try; 0 or less: now. */
  waitMs(nowMs: number): number {
    return this.#untilMs - nowMs;
  }

  failed(nowMs: number): void {
    const ceiling = Math.min(this.#baseMs * 2 ** this.#failures++, this.#maxMs);
    this.#untilMs = nowMs + ceiling * (0.5 + this.#random() / 2);
  }

  succeeded(): void {
    this.#failures = 0;
    this.#untilMs = Number.NEGATIVE_INFINITY;
  }
}

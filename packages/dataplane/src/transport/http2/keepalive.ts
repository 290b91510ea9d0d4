import type { Clock } from "@dualmesh/core";

/** Pings on a connection, so that one whose peer is gone without a word is noticed. */
export interface KeepaliveOptions {
  /** Without a byte from the peer for this long, it is pinged. Milliseconds. */
  readonly intervalMs: number;
  /** Without an answer for this long, the connection is cut. Milliseconds. */
  readonly timeoutMs: number;
  /** Also while there is no stream. */
  readonly whenIdle: boolean;
}

export interface KeepaliveParts {
  readonly clock: Clock;
  /** Whether there are streams. */
  readonly isUsed: () => boolean;
  readonly ping: () => void;
  readonly fail: (error: Error) => void;
}

/**
 * Pings when nothing has come for a while (gRFC A8; Envoy's `connection_keepalive`). Whoever shares a connection shares its
 * pings: the one who wants them most often decides.
 *
 * ```text
 *            interval without a byte          no byte within the timeout
 *  silent ────────────────────────────► pinged ─────────────────────────────► cut
 *     └──────────── a byte ──────────────┘
 * ```
 */
export class Keepalive implements Disposable {
  readonly #parts: KeepaliveParts;
  #options: KeepaliveOptions | undefined;
  #timer: Disposable | undefined;
  #hasHeard = false;

  constructor(parts: KeepaliveParts) {
    this.#parts = parts;
  }

  /** Pings at least as often as that from now on. */
  tighten(options: KeepaliveOptions): void {
    const before = this.#options;
    const isTighter =
      before === undefined ||
      options.intervalMs < before.intervalMs ||
      options.timeoutMs < before.timeoutMs ||
      (options.whenIdle && !before.whenIdle);
    if (!isTighter) return;
    this.#options = {
      intervalMs: Math.min(options.intervalMs, before?.intervalMs ?? options.intervalMs),
      timeoutMs: Math.min(options.timeoutMs, before?.timeoutMs ?? options.timeoutMs),
      whenIdle: options.whenIdle || before?.whenIdle === true,
    };
    this.#listen(this.#options);
  }

  /** Something came from the peer. */
  heard(): void {
    this.#hasHeard = true;
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#options = undefined;
  }

  #listen({ intervalMs, whenIdle }: KeepaliveOptions): void {
    this.#hasHeard = false;
    this.#wait(intervalMs, (options) => {
      if (this.#hasHeard || (!whenIdle && !this.#parts.isUsed())) this.#listen(options);
      else this.#ask(options);
    });
  }

  #ask({ timeoutMs }: KeepaliveOptions): void {
    this.#parts.ping();
    this.#wait(timeoutMs, (options) => {
      if (this.#hasHeard) this.#listen(options);
      else this.#parts.fail(new Error(`no answer to a ping within ${timeoutMs} ms`));
    });
  }

  #wait(delayMs: number, then: (options: KeepaliveOptions) => void): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#parts.clock.setTimer(() => {
      if (this.#options !== undefined) then(this.#options);
    }, delayMs);
  }
}

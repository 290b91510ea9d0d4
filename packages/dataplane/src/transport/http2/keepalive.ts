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

/** What satisfies both; the first itself, where it does. */
export function tighterKeepalive(
  before: KeepaliveOptions | undefined,
  wanted: KeepaliveOptions,
): KeepaliveOptions {
  if (before === undefined) return wanted;
  const intervalMs = Math.min(before.intervalMs, wanted.intervalMs);
  const timeoutMs = Math.min(before.timeoutMs, wanted.timeoutMs);
  const whenIdle = before.whenIdle || wanted.whenIdle;
  const isSame =
    intervalMs === before.intervalMs && timeoutMs === before.timeoutMs && whenIdle === before.whenIdle;
  return isSame ? before : { intervalMs, timeoutMs, whenIdle };
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
  /** Since the last look. */
  #hasHeard = false;
  /** A ping is under way. */
  #isAsking = false;

  constructor(parts: KeepaliveParts) {
    this.#parts = parts;
  }

  /** Pings at least as often as that from now on. */
  tighten(options: KeepaliveOptions): void {
    const tighter = tighterKeepalive(this.#options, options);
    if (tighter === this.#options) return;
    this.#options = tighter;
    this.#listen(tighter);
  }

  /** Something came from the peer. */
  heard(): void {
    this.#hasHeard = true;
    if (!this.#isAsking || this.#options === undefined) return;
    this.#isAsking = false;
    this.#listen(this.#options);
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#options = undefined;
  }

  #listen({ intervalMs, whenIdle }: KeepaliveOptions): void {
    this.#hasHeard = false;
    this.#isAsking = false;
    this.#wait(intervalMs, (options) => {
      if (this.#hasHeard || (!whenIdle && !this.#parts.isUsed())) this.#listen(options);
      else this.#ask(options);
    });
  }

  #ask({ timeoutMs }: KeepaliveOptions): void {
    this.#isAsking = true;
    this.#parts.ping();
    this.#wait(timeoutMs, () => this.#parts.fail(new Error(`no answer to a ping within ${timeoutMs} ms`)));
  }

  #wait(delayMs: number, then: (options: KeepaliveOptions) => void): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = this.#parts.clock.setTimer(() => {
      if (this.#options !== undefined) then(this.#options);
    }, delayMs);
  }
}

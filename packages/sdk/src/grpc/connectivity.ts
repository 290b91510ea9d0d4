import type { Clock, Random } from "@dualmesh/core";
import { createProcessHold } from "../process-hold.ts";

/** grpc-js's numbers for the states of a channel. */
export const IDLE = 0;
export const CONNECTING = 1;
export const READY = 2;
export const TRANSIENT_FAILURE = 3;
export const SHUTDOWN = 4;

export type ConnectivityState =
  | typeof IDLE
  | typeof CONNECTING
  | typeof READY
  | typeof TRANSIENT_FAILURE
  | typeof SHUTDOWN;

export interface ConnectivityOptions {
  /** Looks whether an endpoint can be reached, and connects to it where that is the way to know. */
  readonly look: () => Promise<boolean>;
  /** Calls back when the mesh has changed, so that another look is worth it. */
  readonly onChange: (callback: () => void) => Disposable;
  readonly clock: Clock;
  readonly random: Random;
  /** Between two looks that fail: the first time. Milliseconds. */
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
}

/** Who waits until an endpoint can be reached. */
export interface ReadinessWaiter {
  ready(): void;
  /** The channel was closed meanwhile. */
  closed(): void;
}

interface Watcher {
  readonly from: ConnectivityState;
  readonly callback: (error?: Error) => void;
  timer: Disposable | undefined;
}

/** Of gRPC's connection backoff. */
const BACKOFF_MULTIPLIER = 1.6;
const BACKOFF_JITTER = 0.2;

/** With none at all, whoever waits would look again and again without end. */
const MIN_BACKOFF_MS = 1;

/**
 * The state of a channel, which is that of the way to its target: what calls have met, and what looks have found. A
 * connection belongs to a cluster, and may be lost without notice here: `READY` holds until a call or a look fails.
 *
 * ```text
 *        asked            look succeeds, a call is answered
 *  IDLE ───────► CONNECTING ────────────────────────────────► READY
 *                    │  ▲                                       │
 *         look fails ▼  │ backoff is over, the mesh changes     │ a call reaches nobody
 *               TRANSIENT_FAILURE ◄─────────────────────────────┘
 * ```
 * @see gRPC, "gRPC Connectivity Semantics and API", "GRPC Connection Backoff Protocol"
 */
export class Connectivity {
  readonly #options: ConnectivityOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #waiting = new Set<ReadinessWaiter>();
  state: ConnectivityState = IDLE;
  #isLooking = false;
  #backoffMs: number;
  /** No look before (monotonic milliseconds): the last one failed. */
  #notBeforeMs = 0;
  #backoff: Disposable | undefined;
  #changes: Disposable | undefined;

  constructor(options: ConnectivityOptions) {
    this.#options = options;
    this.#backoffMs = options.initialBackoffMs;
  }

  /** The state now. @param tryToConnect Begins to look, where nobody has, unless a look has failed just now. */
  get(tryToConnect: boolean): ConnectivityState {
    const { state } = this;
    if (tryToConnect && (state === IDLE || (state === TRANSIENT_FAILURE && this.#untilNextLookMs === 0)))
      this.#look();
    return state;
  }

  /** Calls back once, when the state is another than `from`, or with an error at a deadline (wall milliseconds). */
  watch(from: ConnectivityState, deadlineMs: number, callback: (error?: Error) => void): void {
    if (this.state !== from) {
      process.nextTick(callback);
      return;
    }
    const watcher: Watcher = { from, callback, timer: undefined };
    this.#watchers.add(watcher);
    const { clock } = this.#options;
    if (deadlineMs !== Number.POSITIVE_INFINITY) {
      watcher.timer = heldTimer(
        clock,
        () => {
          this.#watchers.delete(watcher);
          this.#settle();
          callback(new Error("Deadline passed without connectivity state change"));
        },
        Math.max(deadlineMs - clock.wall(), 0),
      );
    }
    if (from === TRANSIENT_FAILURE) this.#lookLater();
  }

  /** What a call has met. */
  met(isReached: boolean): void {
    if (isReached) {
      if (this.state !== READY) this.#found();
    } else if (!this.#isLooking) this.#failed();
  }

  /** Tells the waiter once, when a look or a call has reached somebody. */
  whenReady(waiter: ReadinessWaiter): Disposable {
    if (this.state === SHUTDOWN) waiter.closed();
    else this.#waiting.add(waiter);
    if (!this.#isLooking) this.#lookLater();
    return {
      [Symbol.dispose]: () => {
        if (this.#waiting.delete(waiter)) this.#settle();
      },
    };
  }

  /** For good. */
  close(): void {
    this.#become(SHUTDOWN);
    for (const waiter of this.#takeWaiting()) waiter.closed();
    this.#settle();
  }

  #look(): void {
    this.#backoff?.[Symbol.dispose]();
    this.#backoff = undefined;
    this.#isLooking = true;
    this.#become(CONNECTING);
    void this.#finishLook(this.#options.look());
  }

  async #finishLook(look: Promise<boolean>): Promise<void> {
    const isReached = await look;
    this.#isLooking = false;
    if (isReached) this.#found();
    else this.#failed();
  }

  #found(): void {
    this.#allowLook();
    this.#backoff?.[Symbol.dispose]();
    this.#backoff = undefined;
    this.#become(READY);
    for (const waiter of this.#takeWaiting()) waiter.ready();
    this.#settle();
  }

  #takeWaiting(): readonly ReadinessWaiter[] {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    return waiting;
  }

  #failed(): void {
    if (this.#untilNextLookMs === 0) {
      const { clock, random, maxBackoffMs } = this.#options;
      const backoffMs = Math.max(this.#backoffMs, MIN_BACKOFF_MS);
      this.#notBeforeMs = clock.now() + backoffMs * (1 + BACKOFF_JITTER * (2 * random() - 1));
      this.#backoffMs = Math.min(this.#backoffMs * BACKOFF_MULTIPLIER, maxBackoffMs);
    }
    this.#become(TRANSIENT_FAILURE);
    if (this.#isWatched) this.#lookLater();
  }

  /** Somebody waits: looks again after the backoff, or when the mesh has changed. */
  #lookLater(): void {
    if (this.state === SHUTDOWN || this.#backoff !== undefined) return;
    const { clock, onChange } = this.#options;
    this.#backoff = clock.setTimer(() => this.#look(), this.#untilNextLookMs);
    this.#changes ??= onChange(() => {
      if (this.#backoff === undefined) return;
      this.#allowLook();
      this.#look();
    });
  }

  get #untilNextLookMs(): number {
    return Math.max(this.#notBeforeMs - this.#options.clock.now(), 0);
  }

  #allowLook(): void {
    this.#backoffMs = this.#options.initialBackoffMs;
    this.#notBeforeMs = 0;
  }

  get #isWatched(): boolean {
    return this.#waiting.size > 0 || this.#watchers.size > 0;
  }

  /** Nobody waits any more: nothing is looked for. */
  #settle(): void {
    if (this.#isWatched) return;
    this.#backoff?.[Symbol.dispose]();
    this.#backoff = undefined;
    this.#changes?.[Symbol.dispose]();
    this.#changes = undefined;
  }

  #become(state: ConnectivityState): void {
    if (this.state === SHUTDOWN || this.state === state) return;
    this.state = state;
    for (const watcher of this.#watchers) {
      this.#watchers.delete(watcher);
      watcher.timer?.[Symbol.dispose]();
      process.nextTick(watcher.callback);
    }
  }
}

/** One that keeps the process alive, as grpc-js's own does for whoever watches. */
function heldTimer(clock: Clock, callback: () => void, delayMs: number): Disposable {
  const hold = createProcessHold();
  hold.enter();
  const timer = clock.setTimer(() => {
    hold[Symbol.dispose]();
    callback();
  }, delayMs);
  return {
    [Symbol.dispose]() {
      timer[Symbol.dispose]();
      hold[Symbol.dispose]();
    },
  };
}

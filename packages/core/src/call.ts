import type { Attribute } from "./attribute.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { RequestHead, ResponseHead } from "./head.ts";
import type { Outcome } from "./outcome.ts";
import type { Reset } from "./reset.ts";
import { resetError } from "./reset.ts";
import type { RouteEntry } from "./route-entry.ts";

export interface CallOptions {
  readonly clock?: Clock;
  /** When the call began, by the clock's `now()`. Default: now. One clock read per call, passed down. */
  readonly startMs?: number;
  /** Monotonic milliseconds. Default: none, `Infinity`. */
  readonly deadlineMs?: number;
  /** Takes 100 and 103 responses. Default: they are dropped. */
  readonly informational?: (head: ResponseHead) => void;
}

/**
 * One call on its way through the chain: its deadline, its route, what filters tell each other, and its end.
 *
 * A call ends exactly once, after trailers or reset; whoever judges outcomes observes that with {@link onEnd}, and not
 * with `.then` on the response, which comes before the body.
 */
export interface Call {
  readonly clock: Clock;
  /** When it began, monotonic milliseconds. */
  readonly startMs: number;
  /** When it must be over, monotonic milliseconds; `Infinity` if never. */
  readonly deadlineMs: number;
  /** The number of the current attempt, from 1; 0 before the first. */
  readonly attempt: number;
  /** For APIs that want one. Made when first asked for: most calls never do. */
  readonly signal: AbortSignal;
  /** Why it was cancelled, once it was. */
  readonly cancelled: Reset | undefined;
  /** How it ended, once it did. */
  readonly outcome: Outcome | undefined;
  readonly informational: ((head: ResponseHead) => void) | undefined;
  /** Moves the deadline forward; a later one than today's is ignored. */
  limitDeadline(deadlineMs: number): void;
  /** Counts a further attempt and gives its number. */
  beginAttempt(): number;
  /** The route that is kept now, without matching: `undefined` before anybody asked, after a clearing, or if none matched. */
  readonly matched: RouteEntry | undefined;
  /** The route, matched when first asked for and then kept. `undefined`: no route matches. */
  route(head: RequestHead): RouteEntry | undefined;
  /** Says how routes are found. Forgets the one that was kept. */
  routeWith(match: (head: RequestHead, call: Call) => RouteEntry | undefined): void;
  /** Forgets the route: for a filter that changed what routing reads, where Envoy's filter does the same. */
  clearRoute(): void;
  get<T>(attribute: Attribute<T>): T;
  set<T>(attribute: Attribute<T>, value: T): void;
  /** Stops the call: cancel hooks run, once, in reverse order. Without effect after the end. */
  cancel(reason: Reset): void;
  /**
   * Runs `hook` when the call is cancelled (at once if it is). Disposing the result takes the hook back, also while
   * others run. A hook must not throw.
   */
  onCancel(hook: (reason: Reset) => void): Disposable;
  /** Runs `observer` at the end (at once if it has ended). An observer must not throw. */
  onEnd(observer: (outcome: Outcome, call: Call) => void): void;
  /** Ends the call; only its edge does this. A second end is ignored. */
  end(outcome: Outcome): void;
}

/**
 * A call that has just begun. Whoever makes one ends it, when its response body has ended.
 *
 * ```ts
 * import { createCall, createHeaders, responseOutcome, systemClock } from "@dualmesh/core";
 *
 * const call = createCall({ deadlineMs: systemClock.now() + 250 });
 * call.onEnd(({ code, status }) => console.log(code, status)); // => OK 200
 * call.end(responseOutcome({ status: 200, headers: createHeaders() }));
 * ```
 */
export function createCall(options: CallOptions = {}): Call {
  return new RunningCall(options);
}

type RouteMatch = (head: RequestHead, call: Call) => RouteEntry | undefined;
type Observer = (outcome: Outcome, call: Call) => void;

/** Everything beyond the plain fields is made when first needed: a call without hooks is one object. */
class RunningCall implements Call {
  readonly clock: Clock;
  readonly startMs: number;
  deadlineMs: number;
  attempt = 0;
  cancelled: Reset | undefined = undefined;
  outcome: Outcome | undefined = undefined;
  readonly informational: ((head: ResponseHead) => void) | undefined;
  #match: RouteMatch | undefined;
  /** `null`: not asked for yet. */
  #route: RouteEntry | undefined | null = null;
  #attributes: Map<unknown, unknown> | undefined;
  /** The hook that was added last. */
  #hook: CancelHook | undefined;
  #observers: Observer[] | undefined;
  #controller: AbortController | undefined;

  constructor(options: CallOptions) {
    this.clock = options.clock ?? systemClock;
    this.startMs = options.startMs ?? this.clock.now();
    this.deadlineMs = options.deadlineMs ?? Number.POSITIVE_INFINITY;
    this.informational = options.informational;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      this.onCancel((reason) => controller.abort(resetError(reason)));
    }
    return this.#controller.signal;
  }

  limitDeadline(deadlineMs: number): void {
    if (deadlineMs < this.deadlineMs) this.deadlineMs = deadlineMs;
  }

  beginAttempt(): number {
    return ++this.attempt;
  }

  get matched(): RouteEntry | undefined {
    return this.#route ?? undefined;
  }

  route(head: RequestHead): RouteEntry | undefined {
    if (this.#route === null) this.#route = this.#match?.(head, this);
    return this.#route;
  }

  routeWith(match: RouteMatch): void {
    this.#match = match;
    this.#route = null;
  }

  clearRoute(): void {
    this.#route = null;
  }

  get<T>(attribute: Attribute<T>): T {
    const attributes = this.#attributes;
    if (attributes === undefined || !attributes.has(attribute)) return attribute.initial;
    return attributes.get(attribute) as T;
  }

  set<T>(attribute: Attribute<T>, value: T): void {
    this.#attributes ??= new Map();
    this.#attributes.set(attribute, value);
  }

  cancel(reason: Reset): void {
    if (this.cancelled !== undefined || this.outcome !== undefined) return;
    this.cancelled = reason;
    for (let hook = this.#hook; hook !== undefined; hook = this.#hook) {
      this.#hook = hook.before;
      hook.before = undefined;
      hook.run?.(reason);
    }
  }

  onCancel(run: (reason: Reset) => void): Disposable {
    if (this.cancelled !== undefined) {
      run(this.cancelled);
      return NOTHING_TO_DISPOSE;
    }
    this.#hook = new CancelHook(run, this.#hook);
    return this.#hook;
  }

  onEnd(observer: Observer): void {
    if (this.outcome !== undefined) observer(this.outcome, this);
    else if (this.#observers === undefined) this.#observers = [observer];
    else this.#observers.push(observer);
  }

  end(outcome: Outcome): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    this.#hook = undefined;
    const observers = this.#observers;
    this.#observers = undefined;
    if (observers !== undefined) for (const observer of observers) observer(outcome, this);
  }
}

/**
 * A hook, and the one before it. An object of its own, so that one function may be hooked twice and each hook is taken
 * back alone. One that was taken back stays in the list until the call is over: there are as many as attempts.
 */
class CancelHook implements Disposable {
  run: ((reason: Reset) => void) | undefined;
  before: CancelHook | undefined;

  constructor(run: (reason: Reset) => void, before: CancelHook | undefined) {
    this.run = run;
    this.before = before;
  }

  [Symbol.dispose](): void {
    this.run = undefined;
  }
}

const NOTHING_TO_DISPOSE: Disposable = { [Symbol.dispose]() {} };

import {
  type Attribute,
  type Call,
  type Clock,
  createCall,
  type Outcome,
  type RequestHead,
  type Reset,
  type ResponseHead,
  type RouteEntry,
} from "@dualmesh/core";

/**
 * One attempt of a call, as a call: with a deadline, a cancellation and an end of its own, so that an attempt can be
 * given up while the call goes on, and whoever counts attempts (breakers, endpoints in flight) observes them through
 * `onEnd`. Route, attributes and informational responses are those of the whole call.
 *
 * Whoever makes attempts passes the call's cancellation and end on to the current one.
 */
export function attemptCall(whole: Call, startMs: number, deadlineMs: number): Call {
  return new AttemptCall(whole, startMs, deadlineMs);
}

class AttemptCall implements Call {
  readonly #whole: Call;
  readonly #own: Call;
  readonly clock: Clock;
  readonly startMs: number;
  readonly informational: ((head: ResponseHead) => void) | undefined;
  attempt: number;

  constructor(whole: Call, startMs: number, deadlineMs: number) {
    this.#whole = whole;
    this.#own = createCall({ clock: whole.clock, startMs, deadlineMs });
    this.clock = whole.clock;
    this.startMs = startMs;
    this.informational = whole.informational;
    this.attempt = whole.attempt;
  }

  get deadlineMs(): number {
    return this.#own.deadlineMs;
  }

  get signal(): AbortSignal {
    return this.#own.signal;
  }

  get cancelled(): Reset | undefined {
    return this.#own.cancelled;
  }

  get outcome(): Outcome | undefined {
    return this.#own.outcome;
  }

  limitDeadline(deadlineMs: number): void {
    this.#own.limitDeadline(deadlineMs);
  }

  /** A retry loop inside a retry loop: its attempts are attempts of the whole call too. */
  beginAttempt(): number {
    this.attempt = this.#whole.beginAttempt();
    return this.attempt;
  }

  get matched(): RouteEntry | undefined {
    return this.#whole.matched;
  }

  route(head: RequestHead): RouteEntry | undefined {
    return this.#whole.route(head);
  }

  routeWith(match: (head: RequestHead, call: Call) => RouteEntry | undefined): void {
    this.#whole.routeWith(match);
  }

  clearRoute(): void {
    this.#whole.clearRoute();
  }

  get<T>(attribute: Attribute<T>): T {
    return this.#whole.get(attribute);
  }

  set<T>(attribute: Attribute<T>, value: T): void {
    this.#whole.set(attribute, value);
  }

  cancel(reason: Reset): void {
    this.#own.cancel(reason);
  }

  onCancel(hook: (reason: Reset) => void): Disposable {
    return this.#own.onCancel(hook);
  }

  onEnd(observer: (outcome: Outcome, call: Call) => void): void {
    this.#own.onEnd((outcome) => observer(outcome, this));
  }

  end(outcome: Outcome): void {
    this.#own.end(outcome);
  }
}

import type { EndpointConnections } from "../pool-set.ts";
import type { AttemptFailure } from "../transport.ts";
import type { EndpointPoolOptions } from "../transport-options.ts";
import { ClientSession, type SessionEnd, type SessionOwner } from "./client-session.ts";
import type { KeepaliveOptions } from "./keepalive.ts";

/** Who waits for a session with room for one more stream. */
export interface SessionWaiter {
  run(session: ClientSession): void;
  /** There is none. */
  fail(failure: AttemptFailure, cause: Error): void;
  /** Set by the pool: told when it waits no more. */
  onGivenUp: (() => void) | undefined;
}

/**
 * The sessions to one endpoint: one, as long as the peer takes as many streams on it as there are calls, and more only
 * beyond that.
 */
export class SessionPool implements SessionOwner, EndpointConnections {
  readonly #options: EndpointPoolOptions;
  /** All that are not closed; those that take no more streams are no longer in `#usable`. */
  readonly #sessions = new Set<ClientSession>();
  readonly #usable = new Set<ClientSession>();
  readonly #waiting = new Set<SessionWaiter>();
  #connecting = 0;
  #isClosing = false;
  #keepalive: KeepaliveOptions | undefined;

  constructor(options: EndpointPoolOptions) {
    this.#options = options;
  }

  /** Settles when a session with room for a stream stands. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.run({
        run: () => resolve(),
        fail: (_failure, cause) => reject(cause),
        onGivenUp: undefined,
      });
    });
  }

  keepAlive(options: KeepaliveOptions): void {
    this.#keepalive = options;
    for (const session of this.#sessions) session.keepAlive(options);
  }

  run(exchange: SessionWaiter): void {
    if (this.#waiting.size === 0) {
      for (const session of this.#usable) {
        if (!session.hasRoom) continue;
        exchange.run(session);
        return;
      }
    }
    this.#waiting.add(exchange);
    exchange.onGivenUp = () => this.#givenUp(exchange);
    this.#connectIfNeeded();
  }

  close(): void {
    this.#isClosing = true;
    if (this.#waiting.size === 0) for (const session of [...this.#usable]) session.leave();
    this.#settle();
  }

  opened(session: ClientSession): void {
    this.#connecting--;
    this.#options.onConnection?.("opened");
    this.freed(session);
  }

  freed(session: ClientSession): void {
    for (const exchange of this.#waiting) {
      if (!session.hasRoom) break;
      this.#waiting.delete(exchange);
      exchange.run(session);
    }
    this.#connectIfNeeded();
    if (this.#isClosing && this.#waiting.size === 0) session.leave();
  }

  leaving(session: ClientSession): void {
    this.#usable.delete(session);
    this.#connectIfNeeded();
  }

  closed(session: ClientSession, { isConnected, wasUsed, cause }: SessionEnd): void {
    this.#sessions.delete(session);
    this.#usable.delete(session);
    if (!isConnected) this.#connecting--;
    this.#options.onConnection?.(isConnected ? "closed" : "failed");
    // All that wait have waited for this one; a peer that takes connections and no streams is to be left alone, too.
    if (!wasUsed && this.#connecting === 0) {
      const failed = [...this.#waiting];
      this.#waiting.clear();
      for (const exchange of failed) exchange.fail("connect-failure", cause);
    }
    this.#connectIfNeeded();
    this.#settle();
  }

  /** It waits no more: what nobody waits for must not be held, nor connected for. */
  #givenUp(exchange: SessionWaiter): void {
    if (!this.#waiting.delete(exchange) || !this.#isClosing || this.#waiting.size > 0) return;
    for (const session of [...this.#usable]) session.leave();
    this.#settle();
  }

  #connectIfNeeded(): void {
    const { maxConnections } = this.#options;
    if (this.#waiting.size === 0 || this.#connecting > 0 || this.#sessions.size >= maxConnections) return;
    // A peer that takes no stream at all now would take none on the next connection either, and so for ever.
    for (const session of this.#usable)
      if (session.isOpen && session.streams === 0 && !session.hasRoom) return;
    this.#connecting++;
    const session = new ClientSession(this, this.#options);
    if (this.#keepalive !== undefined) session.keepAlive(this.#keepalive);
    this.#sessions.add(session);
    this.#usable.add(session);
  }

  #settle(): void {
    if (this.#isClosing && this.#sessions.size === 0 && this.#waiting.size === 0) this.#options.onClosed();
  }
}

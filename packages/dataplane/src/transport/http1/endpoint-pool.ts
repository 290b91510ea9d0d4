import type { EndpointConnections } from "../pool-set.ts";
import type { EndpointPoolOptions } from "../transport-options.ts";
import { ClientConnection, type ConnectionOwner } from "./client-connection.ts";
import type { Exchange } from "./exchange.ts";

/** How often connections that nobody uses are looked at. Milliseconds. */
const TICK_MS = 1_000;

/**
 * The connections to one endpoint. The one used last is used next, so that those which are not needed grow old. What
 * waits takes whichever connection is free first, a new one or one that was busy.
 */
export class EndpointPool implements ConnectionOwner, EndpointConnections {
  readonly #options: EndpointPoolOptions;
  readonly #connections = new Set<ClientConnection>();
  readonly #idle: ClientConnection[] = [];
  /** Exchanges without a connection, oldest first; the first `#waitingFrom` have been taken. */
  #waiting: Exchange[] = [];
  #waitingFrom = 0;
  #connecting = 0;
  #tick: Disposable | undefined;
  #isClosing = false;

  constructor(options: EndpointPoolOptions) {
    this.#options = options;
  }

  run(exchange: Exchange): void {
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (!connection.isUsable) continue;
      connection.run(exchange);
      return;
    }
    this.#waiting.push(exchange);
    this.#connectIfNeeded();
  }

  /** Lets what is under way or waits finish, and closes each connection after that. */
  close(): void {
    this.#isClosing = true;
    this.#tick?.[Symbol.dispose]();
    for (const connection of this.#idle.splice(0)) connection.leave();
    this.#settle();
  }

  opened(connection: ClientConnection): void {
    this.#connecting--;
    this.#options.onConnection?.("opened");
    this.idle(connection);
  }

  idle(connection: ClientConnection): void {
    const next = this.#nextWaiting();
    if (next !== undefined) {
      connection.run(next);
      return;
    }
    if (this.#isClosing) {
      connection.leave();
      return;
    }
    connection.idleS = 0;
    this.#idle.push(connection);
    this.#tick ??= this.#options.clock.setTimer(() => this.#age(), TICK_MS);
  }

  closed(connection: ClientConnection, cause: Error | undefined): void {
    this.#connections.delete(connection);
    if (cause === undefined) this.#options.onConnection?.("closed");
    else {
      this.#connecting--;
      this.#options.onConnection?.("failed");
      // It was opened for one of those who wait; the others have connections of their own on the way.
      this.#nextWaiting()?.fail("connect-failure", cause);
    }
    this.#connectIfNeeded();
    this.#settle();
  }

  /** One connection on its way for each that waits, within the limit. */
  #connectIfNeeded(): void {
    const { maxConnections } = this.#options;
    while (
      this.#connecting < this.#waiting.length - this.#waitingFrom &&
      this.#connections.size < maxConnections
    ) {
      this.#connecting++;
      this.#connections.add(new ClientConnection(this, this.#options));
    }
  }

  /** Whoever has waited longest and was not given up. */
  #nextWaiting(): Exchange | undefined {
    while (this.#waitingFrom < this.#waiting.length) {
      const exchange = this.#waiting[this.#waitingFrom++] as Exchange;
      if (exchange.state === "waiting") return exchange;
    }
    if (this.#waitingFrom > 0) {
      this.#waiting = [];
      this.#waitingFrom = 0;
    }
    return undefined;
  }

  /** Counted in ticks, so that no call reads the clock for it. */
  #age(): void {
    this.#tick = undefined;
    const { idleTimeoutMs, clock } = this.#options;
    const limitS = idleTimeoutMs === 0 ? Number.POSITIVE_INFINITY : idleTimeoutMs / 1_000;
    const old = new Set<ClientConnection>();
    for (const connection of this.#idle) {
      connection.idleS += TICK_MS / 1_000;
      // The one that would be too old before the next look goes now.
      if (connection.idleS >= limitS || connection.idleS + TICK_MS / 1_000 > connection.keptForS)
        old.add(connection);
    }
    for (const connection of old) connection.leave();
    const kept = this.#idle.filter((connection) => !old.has(connection) && connection.isUsable);
    this.#idle.splice(0, this.#idle.length, ...kept);
    if (this.#idle.length > 0) this.#tick = clock.setTimer(() => this.#age(), TICK_MS);
  }

  #settle(): void {
    if (this.#isClosing && this.#connections.size === 0 && this.#waitingFrom === this.#waiting.length) {
      this.#options.onClosed();
    }
  }
}

import type { Socket } from "node:net";
import type { Call, Clock, Request, Response, Service } from "@dualmesh/core";
import { createHttpServer, type HttpServer } from "@dualmesh/dataplane";
import type { HttpLimits } from "./http-limits.ts";

export interface ConnectionGroupOptions {
  readonly service: Service<Request, Response>;
  /** Told of each answer before it is written. */
  readonly onAnswer: (response: Response, call: Call) => void;
  readonly limits: HttpLimits;
  readonly clock: Clock;
}

/**
 * The connections of one listener that were accepted under one configuration of its parser, and their end.
 *
 * ```text
 * serving ─drain─► draining: answers ask to close, idle connections go ─quiet, or time is over─► closed
 * ```
 */
export class ConnectionGroup {
  readonly limits: HttpLimits;
  readonly #http: HttpServer;
  readonly #clock: Clock;
  readonly #sockets = new Set<Socket>();
  /** Somebody waits for the end of a call, of a connection, or of the time for it. */
  #change: PromiseWithResolvers<void> | undefined;

  constructor(options: ConnectionGroupOptions) {
    this.limits = options.limits;
    this.#clock = options.clock;
    this.#http = createHttpServer(options.service, {
      ...options.limits,
      clock: options.clock,
      onCall: (call) => this.#watch(call),
      onAnswer: options.onAnswer,
    });
  }

  /** Requests without a complete answer. */
  get active(): number {
    return this.#http.active;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#changed();
    });
    this.#http.accept(socket);
  }

  /** From now on answers ask their clients to close; new connections are still served. */
  drain(): void {
    this.#http.drain();
  }

  /**
   * Drains, and cuts what is left after `limitMs`. Settles when the last connection is closed.
   *
   * @param whenQuiet Do not wait for connections on which nothing is under way: the process is about to end, and a
   * client that has only connected would hold it up.
   */
  async close(limitMs: number, whenQuiet: boolean): Promise<void> {
    this.#http.drain();
    await this.#settled(limitMs, whenQuiet);
    await this.#http[Symbol.asyncDispose]();
  }

  async #settled(limitMs: number, whenQuiet: boolean): Promise<void> {
    const over = (): boolean => this.#sockets.size === 0 || (whenQuiet && this.#isQuiet());
    if (over()) return;
    let isLate = false;
    using _timer = this.#clock.setTimer(() => {
      isLate = true;
      this.#changed();
    }, limitMs);
    while (!over() && !isLate) {
      this.#change ??= Promise.withResolvers();
      await this.#change.promise;
    }
  }

  /** No call is under way, and all that was answered has left this process. */
  #isQuiet(): boolean {
    if (this.#http.active > 0) return false;
    for (const socket of this.#sockets) if (socket.writableLength > 0) return false;
    return true;
  }

  #watch(call: Call): void {
    call.onEnd(() => {
      // The last bytes are handed to the socket within this turn or the next.
      if (this.#change !== undefined) setImmediate(() => this.#changed());
    });
  }

  #changed(): void {
    const change = this.#change;
    this.#change = undefined;
    change?.resolve();
  }
}

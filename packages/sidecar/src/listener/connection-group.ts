import type { Socket } from "node:net";
import type { FrameCodec } from "@dualmesh/codecs/frame";
import type { Call, Clock, MeshError, Metrics, Request, Response, Service } from "@dualmesh/core";
import { createHttpServer, type FilterChainPlan, type HttpServer, TlsTerminator } from "@dualmesh/dataplane";
import { httpLimits } from "./http-limits.ts";

export interface ConnectionGroupOptions {
  readonly service: Service<Request, Response>;
  /** Told of each answer before it is written. */
  readonly onAnswer: (response: Response, call: Call) => void;
  readonly chain: FilterChainPlan;
  /** Protocols of frames that its connections may speak. */
  readonly codecs: readonly FrameCodec[];
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** What stands before the names of counters. */
  readonly metricsPrefix: string;
  /** Told once when the chain's certificates cannot be loaded: its connections are closed as they come. */
  readonly onFailure: (error: MeshError) => void;
}

/**
 * The connections of one filter chain that were accepted under one configuration of its TLS and its parser, and their end.
 *
 * ```text
 * serving ─drain─► draining: answers ask to close, idle connections go ─quiet, or time is over─► closed
 * ```
 */
export class ConnectionGroup {
  readonly chain: FilterChainPlan;
  readonly codecs: readonly FrameCodec[];
  readonly #http: HttpServer;
  readonly #tls: TlsTerminator | undefined;
  readonly #clock: Clock;
  /** By what was accepted: what speaks HTTP, which with TLS is a socket on top of it. */
  readonly #sockets = new Map<Socket, Socket>();
  /** Somebody waits for the end of a call, of a connection, or of the time for it. */
  #change: PromiseWithResolvers<void> | undefined;

  constructor(options: ConnectionGroupOptions) {
    const { chain, codecs, clock, metrics, metricsPrefix, onFailure } = options;
    const { tls } = chain;
    this.chain = chain;
    this.codecs = codecs;
    this.#clock = clock;
    this.#http = createHttpServer(options.service, {
      ...httpLimits(chain),
      codecs,
      scheme: tls === undefined ? "http" : "https",
      clock,
      onCall: (call) => this.#watch(call),
      onAnswer: options.onAnswer,
    });
    if (tls === undefined) return;
    this.#tls = new TlsTerminator({
      chain: { ...chain, tls },
      clock,
      metrics,
      metricsPrefix,
      onFailure,
      onConnection: (connection, socket) => {
        this.#sockets.set(socket, connection);
        this.#http.accept(connection);
      },
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
    this.#sockets.set(socket, socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#changed();
    });
    if (this.#tls === undefined) this.#http.accept(socket);
    else this.#tls.accept(socket);
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
    this.#tls?.[Symbol.dispose]();
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
    for (const socket of this.#sockets.values()) if (socket.writableLength > 0) return false;
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

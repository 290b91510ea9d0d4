import { createServer as createServerInClear, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createServerByTls, type TlsOptions } from "node:tls";
import type { FrameCodec } from "@dualmesh/codecs/frame";
import {
  type Clock,
  createTimerWheel,
  type Filter,
  type Request,
  type Response,
  type Service,
  systemClock,
} from "@dualmesh/core";
import { createCallSlots } from "./call-slots.ts";
import type { ConnectionLimits } from "./connection-limits.ts";
import { createCodecDetector } from "./detect-codec.ts";
import type { GoawayPolicy } from "./goaway.ts";
import type { PeerAddress } from "./peer-address.ts";
import { type ServedConnection, serveConnection } from "./serve-connection.ts";

/** What all servers are told. */
export interface RpcServerOptions {
  /** Around the service: `stack().use(…).to`. */
  readonly filters?: Filter<Request, Response>;
  /** Options of `node:tls`, with `key` and `cert`. Default: clear text. */
  readonly tls?: TlsOptions;
  /** On all connections. What is over it is refused with `RESOURCE_EXHAUSTED`. Integer from 1. Default 1,000. */
  readonly maxConcurrentCalls?: number;
  /** Further ones are closed at once. Default: no limit. */
  readonly maxConnections?: number;
  readonly limits?: ConnectionLimits;
  /** For the first bytes of a connection. Milliseconds, over 0. Default 10,000. */
  readonly detectTimeoutMs?: number;
  /** Without a byte and without a call for this long a connection is closed. Milliseconds, over 0. Default 180,000 (3 min). */
  readonly idleTimeoutMs?: number;
  /** Default: `known` for Bolt, `always` for others. */
  readonly goaway?: GoawayPolicy;
  readonly clock?: Clock;
}

export interface FrameServerOptions extends RpcServerOptions {
  /** Those that its one port speaks. At least one. */
  readonly codecs: readonly FrameCodec[];
  /** Answers requests: those of `frameRequest`, by frames or local replies. */
  readonly service: Service<Request, Response>;
}

/** Where to listen: a port (0: any that is free) of a host (default: all addresses), or the path of a Unix socket. */
export type ListenAddress = { readonly port: number; readonly host?: string } | { readonly path: string };

export interface RpcServer extends AsyncDisposable {
  /** Settles with where it listens. Rejects with what `node:net` says. */
  listen(address: ListenAddress): Promise<PeerAddress>;
  /** Serves a connection that somebody else has accepted. */
  inject(socket: Duplex): void;
  /** Calls under way, on all connections. */
  readonly activeCalls: number;
  readonly connections: number;
  /**
   * Takes no more connections, drains those that it has, and settles when the last is closed. What is not over by `timeoutMs`
   * (default 10,000) is cut off: its calls are in doubt to whoever made them.
   */
  close(options?: { readonly timeoutMs?: number }): Promise<void>;
}

/** @throws {RangeError} for an option out of its range, and for no codec. */
export function createFrameServer(options: FrameServerOptions): RpcServer {
  return new ListeningServer(options);
}

class ListeningServer implements RpcServer {
  readonly #clock: Clock;
  readonly #slots: ReturnType<typeof createCallSlots>;
  readonly #server: Server;
  readonly #accept: (socket: Duplex) => void;
  /** Those whose first bytes have not come. */
  readonly #undetected = new Set<Duplex>();
  readonly #connections = new Set<ServedConnection>();
  #closed: PromiseWithResolvers<void> | undefined;
  #isListening = false;

  constructor(options: FrameServerOptions) {
    const {
      codecs,
      tls,
      clock = systemClock,
      maxConcurrentCalls = 1_000,
      detectTimeoutMs = 10_000,
    } = options;
    if (!(detectTimeoutMs > 0))
      throw new RangeError(`rpc server: detectTimeoutMs must be over 0 ms, got ${detectTimeoutMs}`);
    if (options.idleTimeoutMs !== undefined && !(options.idleTimeoutMs > 0))
      throw new RangeError(`rpc server: idleTimeoutMs must be over 0 ms, got ${options.idleTimeoutMs}`);
    this.#clock = clock;
    this.#slots = createCallSlots(maxConcurrentCalls);
    const wheel = createTimerWheel({ clock });
    const service = options.filters === undefined ? options.service : options.filters(options.service);
    const { limits, idleTimeoutMs, goaway } = options;
    const shared = {
      service,
      clock,
      wheel,
      slots: this.#slots,
      ...(limits !== undefined && { limits }),
      ...(idleTimeoutMs !== undefined && { idleTimeoutMs }),
      ...(goaway !== undefined && { goaway }),
    };
    const detect = createCodecDetector({
      codecs,
      timeoutMs: detectTimeoutMs,
      clock,
      found: (socket, codec, firstBytes) => {
        this.#undetected.delete(socket);
        const connection: ServedConnection = serveConnection(socket, {
          ...shared,
          codec,
          firstBytes,
          onClosed: () => this.#gone(connection),
        });
        this.#connections.add(connection);
        if (this.#closed !== undefined) connection.close();
      },
    });
    this.#accept = (socket) => {
      this.#undetected.add(socket);
      socket.once("close", () => this.#undetected.delete(socket));
      detect(socket);
    };
    // Answers are due also to those who have closed their half.
    const accept = (socket: Socket): void => {
      socket.setNoDelay(true);
      this.#accept(socket);
    };
    this.#server =
      tls === undefined
        ? createServerInClear({ allowHalfOpen: true, noDelay: true }, accept)
        : createServerByTls({ handshakeTimeout: detectTimeoutMs, ...tls }, accept);
    // A handshake that fails closes its connection; nobody else is to hear of it.
    this.#server.on("tlsClientError", () => {});
    if (options.maxConnections !== undefined) this.#server.maxConnections = options.maxConnections;
  }

  get activeCalls(): number {
    return this.#slots.taken;
  }

  get connections(): number {
    return this.#connections.size + this.#undetected.size;
  }

  listen(address: ListenAddress): Promise<PeerAddress> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(address, () => {
        this.#server.off("error", reject);
        this.#isListening = true;
        const bound = this.#server.address();
        if (bound === null || typeof bound === "string") resolve({ path: bound ?? "" });
        else resolve({ host: bound.address, port: bound.port });
      });
    });
  }

  inject(socket: Duplex): void {
    if (this.#closed === undefined) this.#accept(socket);
    else socket.destroy();
  }

  close(options: { readonly timeoutMs?: number } = {}): Promise<void> {
    if (this.#closed !== undefined) return this.#closed.promise;
    this.#closed = Promise.withResolvers();
    if (this.#isListening) this.#server.close();
    for (const socket of this.#undetected) socket.destroy();
    this.#undetected.clear();
    for (const connection of this.#connections) connection.close();
    const timer = this.#clock.setTimer(() => {
      for (const connection of this.#connections) connection.destroy();
    }, options.timeoutMs ?? 10_000);
    void this.#closed.promise.then(() => timer[Symbol.dispose]());
    this.#settle();
    return this.#closed.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #gone(connection: ServedConnection): void {
    this.#connections.delete(connection);
    this.#settle();
  }

  #settle(): void {
    if (this.#connections.size === 0) this.#closed?.resolve();
  }
}

import type { Duplex } from "node:stream";
import type { ConnectionOptions } from "node:tls";
import type { FrameCodec } from "@dualmesh/codecs/frame";
import {
  type Call,
  type Clock,
  createTimerWheel,
  type Filter,
  type Request,
  type Reset,
  type Response,
  type Service,
  systemClock,
  type TimerWheel,
} from "@dualmesh/core";
import { ChannelCall } from "./channel-call.ts";
import { ClientConnection } from "./client-connection.ts";
import { type ConnectionLimits, connectionLimits } from "./connection-limits.ts";
import { Heartbeat, type HeartbeatOptions } from "./heartbeat.ts";
import { openSocket } from "./open-socket.ts";
import { type PeerAddress, parseAddress, printAddress } from "./peer-address.ts";
import { ReconnectBackoff, type ReconnectBackoffOptions } from "./reconnect-backoff.ts";

export interface RpcChannelOptions {
  readonly codec: FrameCodec;
  /** `host:port`, `[::1]:port`, `unix:/path`. One of this and `connect` is given. */
  readonly address?: string | PeerAddress;
  /** Opens a connection in place of it: for tunnels and tests. */
  readonly connect?: () => Promise<Duplex> | Duplex;
  /** Options of `node:tls`; `true` for its defaults. Default: clear text. */
  readonly tls?: ConnectionOptions | true;
  /** Around the channel: `stack().use(…).to`. */
  readonly filters?: Filter<Request, Response>;
  readonly clock?: Clock;
  readonly limits?: ConnectionLimits;
  /** `false`: none are sent. Default: every 15 s without a byte. */
  readonly heartbeat?: HeartbeatOptions | false;
  /** The handshake of TLS included. Milliseconds, over 0. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Without a call for this long the connection is closed. Milliseconds. Default 300,000 (5 min); 0: never. */
  readonly idleTimeoutMs?: number;
  /** Calls that wait for a connection. Integer from 0. Default 1,000. */
  readonly maxWaitingCalls?: number;
  /** After a failed connect. Calls within it fail at once. */
  readonly backoff?: ReconnectBackoffOptions;
}

/** Calls a peer. It is a service: filters stack on it, and it is what clients stand on. */
export type RpcChannel = Service<Request, Response> & AsyncDisposable & ChannelHandle;

export interface ChannelHandle {
  /** `idle`: the next call connects. `closed`: for good. */
  readonly state: "idle" | "connecting" | "open" | "closed";
  /** Takes no new calls; settles when the last is over, and its connection closed. */
  close(): Promise<void>;
}

/**
 * One connection to one peer, made when a call needs it, and anew when it is lost or drained. Requests are those of
 * `frameRequest`.
 *
 * A call goes with what is left of its deadline as its timeout on the wire, and ends at the deadline with a local reply. All
 * failures are local replies: `UF` no connection, `UC` it was lost, `UT` the deadline, `UO` too much waits, `UPE` what came was no
 * frame. A call that is cancelled rejects.
 *
 * @throws {RangeError} for an option out of its range.
 */
export function createRpcChannel(options: RpcChannelOptions): RpcChannel {
  const channel = new Channel(options);
  const direct: Service<Request, Response> = (request, call) => channel.run(request, call);
  const service = options.filters === undefined ? direct : options.filters(direct);
  const own = {
    close: () => channel.close(),
    [Symbol.asyncDispose]: () => channel.close(),
  };
  const run = Object.assign((request: Request, call: Call) => service(request, call), own);
  Object.defineProperty(run, "state", { get: () => channel.state, enumerable: true });
  return run as unknown as RpcChannel;
}

class Channel {
  readonly #options: RpcChannelOptions;
  readonly #clock: Clock;
  readonly #wheel: TimerWheel;
  readonly #peer: string;
  readonly #connect: () => Promise<Duplex> | Duplex;
  readonly #backoff: ReconnectBackoff;
  readonly #maxWaiting: number;
  readonly #waiting = new Set<ChannelCall>();
  /** All that are not gone; those that are drained finish beside the one that takes calls. */
  readonly #connections = new Set<ClientConnection>();
  #current: ClientConnection | undefined;
  #isConnecting = false;
  #lastFailure = "";
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(options: RpcChannelOptions) {
    const { codec, address, connect, tls, clock = systemClock, connectTimeoutMs = 5_000 } = options;
    const { maxWaitingCalls = 1_000, idleTimeoutMs = 300_000 } = options;
    if ((address === undefined) === (connect === undefined))
      throw new RangeError(`rpc channel: one of address and connect is to be given, for ${codec.name}`);
    if (!(connectTimeoutMs > 0))
      throw new RangeError(`rpc channel: connectTimeoutMs must be over 0 ms, got ${connectTimeoutMs}`);
    if (!(Number.isInteger(maxWaitingCalls) && maxWaitingCalls >= 0))
      throw new RangeError(`rpc channel: maxWaitingCalls is an integer from 0, got ${maxWaitingCalls}`);
    if (!(idleTimeoutMs >= 0))
      throw new RangeError(`rpc channel: idleTimeoutMs must be 0 ms or more, got ${idleTimeoutMs}`);
    connectionLimits(options.limits);
    // Here, and not where the first connection stands: nobody would hear of it there, and its calls would have no end.
    if (options.heartbeat !== false) new Heartbeat(options.heartbeat ?? {}, 0);
    this.#options = { ...options, idleTimeoutMs };
    this.#clock = clock;
    this.#wheel = createTimerWheel({ clock });
    this.#backoff = new ReconnectBackoff(options.backoff);
    this.#maxWaiting = maxWaitingCalls;
    const peer = typeof address === "string" ? parseAddress(address) : address;
    this.#peer = `${codec.name} ${peer === undefined ? "peer" : printAddress(peer)}`;
    this.#connect =
      peer === undefined
        ? (connect as () => Duplex)
        : () => openSocket({ address: peer, tls, timeoutMs: connectTimeoutMs, clock });
  }

  get state(): RpcChannel["state"] {
    if (this.#closed !== undefined) return "closed";
    if (this.#current !== undefined) return "open";
    return this.#isConnecting ? "connecting" : "idle";
  }

  run(request: Request, call: Call): Promise<Response> {
    return new Promise((resolve, reject) => {
      const running = new ChannelCall(
        {
          codec: this.#options.codec,
          wheel: this.#wheel,
          peer: this.#peer,
          onGivenUp: (one) => this.#waiting.delete(one),
        },
        { request, call, resolve, reject },
      );
      if (!running.begin()) return;
      if (this.#current !== undefined) running.send(this.#current);
      else this.#wait(running);
    });
  }

  close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = Promise.withResolvers();
      this.#failWaiting(this.#unreachable("the channel was closed"));
      for (const connection of this.#connections) connection.close();
      this.#settle();
    }
    return this.#closed.promise;
  }

  #wait(call: ChannelCall): void {
    const nowMs = this.#clock.now();
    const backoffMs = this.#backoff.waitMs(nowMs);
    if (this.#closed !== undefined) call.fail(this.#unreachable("the channel was closed"));
    else if (!this.#isConnecting && backoffMs > 0) {
      call.fail(this.#unreachable(`${this.#lastFailure}; next try in ${Math.ceil(backoffMs)} ms`));
    } else if (this.#waiting.size >= this.#maxWaiting) {
      const message = `${this.#peer}: ${this.#waiting.size} calls wait for a connection, the limit is ${this.#maxWaiting}`;
      call.fail({ code: "RESOURCE_EXHAUSTED", flag: "UO", message, execution: "not-executed" });
    } else {
      this.#waiting.add(call);
      if (!this.#isConnecting) void this.#open();
    }
  }

  async #open(): Promise<void> {
    this.#isConnecting = true;
    let socket: Duplex;
    try {
      socket = await this.#connect();
    } catch (error) {
      this.#isConnecting = false;
      this.#lastFailure = error instanceof Error ? error.message.trim() || error.name : String(error);
      this.#backoff.failed(this.#clock.now());
      this.#failWaiting({ ...this.#unreachable(this.#lastFailure), cause: error });
      this.#settle();
      return;
    }
    this.#isConnecting = false;
    this.#backoff.succeeded();
    this.#use(socket);
  }

  #use(socket: Duplex): void {
    const { codec, limits, heartbeat, idleTimeoutMs = 0 } = this.#options;
    const connection: ClientConnection = new ClientConnection(socket, {
      codec,
      clock: this.#clock,
      idleTimeoutMs,
      ...(limits !== undefined && { limits }),
      ...(heartbeat !== undefined && { heartbeat }),
      onLeaving: () => {
        if (this.#current === connection) this.#current = undefined;
      },
      onResumed: () => {
        this.#current ??= connection;
      },
      onClosed: () => {
        this.#connections.delete(connection);
        this.#settle();
      },
    });
    this.#connections.add(connection);
    if (this.#closed !== undefined) {
      connection.close();
      return;
    }
    this.#current = connection;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const call of waiting) call.send(connection);
  }

  #failWaiting(reset: Reset): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const call of waiting) call.fail(reset);
  }

  #unreachable(why: string): Reset {
    return { code: "UNAVAILABLE", flag: "UF", message: `${this.#peer}: ${why}`, execution: "not-executed" };
  }

  #settle(): void {
    if (this.#connections.size === 0 && !this.#isConnecting) this.#closed?.resolve();
  }
}

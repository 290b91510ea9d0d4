import type { Socket } from "node:net";
import {
  ClientConnection,
  type ClientConnectionObserver,
  type ClientStream,
  type ClientStreamObserver,
  ErrorCode,
  type Http2Error,
} from "@dualmesh/codecs/http2";
import { CONNECTION_WINDOW } from "../../http2/windows.ts";
import { openSocket } from "../open-socket.ts";
import { MAX_FIELDS, MAX_HEAD_BYTES } from "../response-limits.ts";
import type { EndpointPoolOptions } from "../transport-options.ts";
import { Keepalive, type KeepaliveOptions } from "./keepalive.ts";

/** How a session ended. */
export interface SessionEnd {
  /** Whether it came about at all. */
  readonly isConnected: boolean;
  /** Whether there was ever a stream on it. */
  readonly wasUsed: boolean;
  readonly cause: Error;
}

/** What a session tells its pool. */
export interface SessionOwner {
  opened(session: ClientSession): void;
  /** A stream is free. */
  freed(session: ClientSession): void;
  /** It takes no more streams. Those under way go on. */
  leaving(session: ClientSession): void;
  /** It is gone. */
  closed(session: ClientSession, end: SessionEnd): void;
}

/** Who writes and is told to wait until the connection has taken what it was given. */
export interface DrainObserver {
  drain(): void;
}

/** Bytes that wait in the socket, before writers are told to wait. */
const HIGH_WATER_MARK_BYTES = 262_144;

/** One connection to an endpoint, and the streams on it. */
export class ClientSession implements ClientConnectionObserver {
  readonly #owner: SessionOwner;
  readonly #socket: Socket;
  readonly #connection: ClientConnection;
  readonly #keepalive: Keepalive;
  readonly #waiting = new Set<DrainObserver>();
  #connectTimer: Disposable | undefined;
  /** It can be written to: nothing is said to a peer of TLS before it has proved who it is. */
  #isReady = false;
  /** The peer has said how much it takes. */
  #isConnected = false;
  #isFlushing = false;
  #isLeaving = false;
  #isClosed = false;
  #cause: Error | undefined;
  #max = Number.POSITIVE_INFINITY;
  /** Whether there was ever a stream on it. */
  #wasUsed = false;

  constructor(owner: SessionOwner, options: EndpointPoolOptions) {
    const { address, tls, connectTimeoutMs, idleTimeoutMs, streamWindowBytes, clock } = options;
    this.#owner = owner;
    this.#connection = new ClientConnection(this, {
      streamWindowBytes,
      connectionWindowBytes: Math.max(CONNECTION_WINDOW, streamWindowBytes),
      maxListBytes: MAX_HEAD_BYTES,
      maxFields: MAX_FIELDS,
    });
    this.#socket = openSocket({ address, tls, ready: () => this.#begin(idleTimeoutMs) });
    this.#socket.on("error", (error: Error) => {
      this.#cause ??= error;
    });
    this.#socket.once("close", () => this.#closed());
    this.#connectTimer = clock.setTimer(() => {
      this.#socket.destroy(new Error(`no connection within ${connectTimeoutMs} ms`));
    }, connectTimeoutMs);
    this.#keepalive = new Keepalive({
      clock,
      isUsed: () => this.streams > 0,
      ping: () => this.#connection.sendPing(),
      fail: (error) => this.#socket.destroy(error),
    });
  }

  get streams(): number {
    return this.#connection.streams;
  }

  /** Whether a stream may be opened now. */
  get hasRoom(): boolean {
    return this.isOpen && !this.#isLeaving && this.streams < this.#max && this.#connection.hasIds;
  }

  /** Whether its connection stands. One that is being closed, by whichever side, is told so before it is closed. */
  get isOpen(): boolean {
    return this.#isConnected && this.#socket.writable;
  }

  /** Whether so much waits to be written that writers should wait for {@link whenDrained}. */
  get isCongested(): boolean {
    return this.#socket.writableLength > HIGH_WATER_MARK_BYTES;
  }

  /** Opens a stream. */
  request(fields: readonly string[], isEnd: boolean, observer: ClientStreamObserver): ClientStream {
    this.#wasUsed = true;
    if (this.streams === 0) this.#socket.ref();
    return this.#connection.request(fields, isEnd, observer);
  }

  whenDrained(observer: DrainObserver): void {
    this.#waiting.add(observer);
  }

  /** Pings at least as often as that. */
  keepAlive(options: KeepaliveOptions): void {
    this.#keepalive.tighten(options);
  }

  /** Takes no more streams, and closes when the last is over. */
  leave(): void {
    if (this.#isLeaving || this.#isClosed) return;
    this.#isLeaving = true;
    this.#owner.leaving(this);
    if (!this.#isReady) this.#socket.destroy();
    else if (this.streams === 0) this.#end();
  }

  wantsWrite(): void {
    if (this.#isReady) this.#flushSoon();
  }

  settings(maxConcurrentStreams: number): void {
    this.#max = maxConcurrentStreams;
    if (!this.#isConnected) this.#connected();
    else if (this.hasRoom) this.#owner.freed(this);
  }

  streamClosed(): void {
    if (this.streams === 0) {
      this.#socket.unref();
      if (this.#isLeaving) this.#end();
    }
    if (this.hasRoom) this.#owner.freed(this);
    else if (!this.#connection.hasIds) this.leave();
  }

  goaway(code: number): void {
    this.leave();
    if (code === ErrorCode.NO_ERROR) return;
    // A peer that goes because something is wrong answers nothing more. What it has not looked at is told first.
    process.nextTick(() => this.#socket.destroy(new Error(`the peer goes away, code ${code}`)));
  }

  pong(): void {
    this.#keepalive.heard();
  }

  failed(error: Http2Error): void {
    this.#cause ??= new Error(error.message);
    this.#end();
  }

  #begin(idleTimeoutMs: number): void {
    const socket = this.#socket;
    this.#isReady = true;
    socket.on("data", (bytes: Buffer) => {
      this.#keepalive.heard();
      this.#connection.feed(bytes);
    });
    socket.on("drain", () => {
      this.#flush();
      const waiting = [...this.#waiting];
      this.#waiting.clear();
      for (const observer of waiting) observer.drain();
    });
    if (idleTimeoutMs > 0) {
      socket.setTimeout(idleTimeoutMs, () => {
        if (this.streams === 0) this.leave();
      });
    }
    this.#flush();
  }

  #connected(): void {
    this.#isConnected = true;
    this.#connectTimer?.[Symbol.dispose]();
    this.#owner.opened(this);
    // Whoever it was opened for may have given up meanwhile: it must not keep the process.
    if (this.streams === 0) this.#socket.unref();
  }

  /** What is written in one turn goes out together. */
  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    process.nextTick(flushNow, this);
  }

  #flush(): void {
    this.#isFlushing = false;
    const socket = this.#socket;
    // What a peer does not read waits in the connection, which bounds it; in the socket nobody would.
    if (socket.writableNeedDrain) return;
    const pieces = this.#connection.take();
    if (socket.writableEnded) return;
    if (pieces.length > 1) socket.cork();
    for (const piece of pieces) socket.write(piece);
    if (pieces.length > 1) socket.uncork();
  }

  /** Says that it goes, and goes. */
  #end(): void {
    if (this.#socket.writableEnded) return;
    this.#connection.sendGoaway();
    this.#flush();
    // Who reads nothing would not read that either, and never let the socket end.
    if (this.#socket.writableNeedDrain) this.#socket.destroy();
    this.#socket.end();
    // A peer that keeps its half open would keep the connection.
    this.#socket.destroySoon();
  }

  #closed(): void {
    this.#isClosed = true;
    this.#connectTimer?.[Symbol.dispose]();
    this.#keepalive[Symbol.dispose]();
    const cause = this.#cause ?? new Error("the connection was closed");
    this.#connection.closed(cause.message);
    this.#waiting.clear();
    this.#owner.closed(this, { isConnected: this.#isConnected, wasUsed: this.#wasUsed, cause });
  }

  /** For {@link flushNow}, which makes no closure for each turn. */
  flush(): void {
    if (!this.#isClosed) this.#flush();
  }
}

function flushNow(session: ClientSession): void {
  session.flush();
}

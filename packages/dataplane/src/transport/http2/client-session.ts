import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionRequestOptions,
  connect,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { Socket } from "node:net";
import { CONNECTION_WINDOW, MAX_SESSION_MB } from "../../http2/windows.ts";
import { openSocket } from "../open-socket.ts";
import { MAX_FIELDS, MAX_HEAD_BYTES } from "../response-limits.ts";
import type { EndpointPoolOptions } from "../transport-options.ts";

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

/** One connection to an endpoint, and the streams on it. */
export class ClientSession {
  readonly #owner: SessionOwner;
  readonly #socket: Socket;
  readonly #idleTimeoutMs: number;
  readonly #streamWindowBytes: number;
  /** Made when the connection stands: nothing is said to a peer of TLS before it has proved who it is. */
  #session: ClientHttp2Session | undefined;
  #connectTimer: Disposable | undefined;
  #isConnected = false;
  #isLeaving = false;
  #isClosed = false;
  #cause: Error | undefined;
  #max = Number.POSITIVE_INFINITY;
  /** The last stream that the peer says it has looked at. */
  #lastStream = Number.POSITIVE_INFINITY;
  streams = 0;
  /** Whether there was ever a stream on it. */
  #wasUsed = false;

  constructor(owner: SessionOwner, options: EndpointPoolOptions) {
    const { address, tls, connectTimeoutMs, clock } = options;
    this.#owner = owner;
    this.#idleTimeoutMs = options.idleTimeoutMs;
    this.#streamWindowBytes = options.streamWindowBytes;
    this.#socket = openSocket({ address, tls, ready: () => this.#begin() });
    this.#socket.on("error", this.#onError);
    this.#socket.once("close", () => {
      if (this.#session === undefined) this.#closed();
    });
    this.#connectTimer = clock.setTimer(() => {
      this.#socket.destroy(new Error(`no connection within ${connectTimeoutMs} ms`));
    }, connectTimeoutMs);
  }

  /** Whether a stream may be opened now. */
  get hasRoom(): boolean {
    // Of a GOAWAY node:http2 tells in a later turn than the one from which on it opens no streams.
    const session = this.#session;
    if (session === undefined || !this.#isConnected || this.#isLeaving || session.closed || session.destroyed)
      return false;
    return this.streams < this.#max;
  }

  /** Whether its connection stands. */
  get isOpen(): boolean {
    return this.#isConnected && this.#session?.destroyed === false;
  }

  /** Whether the peer has said that it did not begin with a stream (RFC 9113, section 6.8); or it was never told of it. */
  isBehindLast(stream: number | undefined): boolean {
    return stream === undefined || stream > this.#lastStream;
  }

  /** Opens a stream. The caller calls {@link released} when it is closed. */
  request(fields: OutgoingHttpHeaders, options: ClientSessionRequestOptions): ClientHttp2Stream {
    const session = this.#session as ClientHttp2Session;
    this.#wasUsed = true;
    if (this.streams++ === 0) session.ref();
    return session.request(fields, options);
  }

  released(): void {
    if (--this.streams === 0) {
      this.#session?.unref();
      if (this.#isLeaving) this.#session?.close();
    }
    if (this.hasRoom) this.#owner.freed(this);
  }

  /** Takes no more streams, and closes when the last is over. */
  leave(): void {
    if (this.#isLeaving || this.#isClosed) return;
    this.#isLeaving = true;
    this.#owner.leaving(this);
    if (this.#session === undefined) this.#socket.destroy();
    else if (this.streams === 0) this.#session.close();
  }

  readonly #onError = (error: Error): void => {
    this.#cause ??= error;
  };

  #begin(): void {
    const session = connect("http://endpoint", {
      createConnection: () => this.#socket,
      maxSessionMemory: MAX_SESSION_MB,
      // Beside `:status`.
      maxHeaderListPairs: MAX_FIELDS + 1,
      settings: {
        enablePush: false,
        initialWindowSize: this.#streamWindowBytes,
        maxHeaderListSize: MAX_HEAD_BYTES,
      },
    });
    this.#session = session;
    session.once("connect", () => session.setLocalWindowSize(CONNECTION_WINDOW));
    // Nothing is sent before the peer has said how much it takes: node:http2 would hold back what is too much, and
    // nobody could send it elsewhere.
    session.on("remoteSettings", ({ maxConcurrentStreams }) => {
      this.#max = maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
      if (!this.#isConnected) this.#connected();
      else if (this.hasRoom) this.#owner.freed(this);
    });
    session.on("goaway", (_code, lastStream) => {
      this.#lastStream = lastStream;
      this.leave();
    });
    session.on("error", this.#onError);
    session.once("close", () => this.#closed());
    if (this.#idleTimeoutMs > 0) {
      session.setTimeout(this.#idleTimeoutMs, () => {
        if (this.streams === 0) this.leave();
      });
    }
  }

  #connected(): void {
    this.#isConnected = true;
    this.#connectTimer?.[Symbol.dispose]();
    this.#owner.opened(this);
    // Whoever it was opened for may have given up meanwhile: it must not keep the process.
    if (this.streams === 0) this.#session?.unref();
  }

  #closed(): void {
    this.#isClosed = true;
    this.#connectTimer?.[Symbol.dispose]();
    const cause = this.#cause ?? new Error("the connection was closed");
    this.#owner.closed(this, { isConnected: this.#isConnected, wasUsed: this.#wasUsed, cause });
  }
}

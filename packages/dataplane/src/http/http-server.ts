import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Detector } from "@dualmesh/codecs/detect";
import type { FrameCodec } from "@dualmesh/codecs/frame";
import { ENVOY } from "@dualmesh/codecs/http1";
import {
  type Call,
  type Clock,
  type Request,
  type Response,
  type Service,
  systemClock,
} from "@dualmesh/core";
import { STREAM_WINDOW } from "../http2/windows.ts";
import { detectProtocol, protocolDetector, type SpokenProtocol } from "./detect-protocol.ts";
import { createHttpDate } from "./http-date.ts";
import { Http1Connection } from "./http1/http1-connection.ts";
import { Http2Connection } from "./http2/http2-connection.ts";
import { RpcConnection } from "./rpc/rpc-connection.ts";
import type { ServerConnection, ServerContext } from "./server-context.ts";
import type { Wire } from "./wire.ts";

export interface HttpServerOptions {
  readonly clock?: Clock;
  /** The scheme of requests on these connections. Default `http`. */
  readonly scheme?: "http" | "https";
  /** A head must be complete this long after its first byte. Milliseconds. Default 60,000; 0: no limit. */
  readonly requestHeadersTimeoutMs?: number;
  /** Without a request for this long a connection is closed. Milliseconds. Default 3,600,000, as Envoy; 0: never. */
  readonly idleTimeoutMs?: number;
  /** Bytes of a request's head. Default 61,440 (60 KiB), as Envoy. */
  readonly maxHeadBytes?: number;
  /**
   * `auto`: what was agreed on by ALPN, else HTTP/1.1, or HTTP/2 where a client begins with its preface. Connections in
   * memory speak HTTP/1.1. Default `http1`.
   */
  readonly protocol?: "auto" | "http1" | "http2";
  /** Protocols of frames that a socket may speak in place of HTTP, by its first bytes. Default: none. */
  readonly codecs?: readonly FrameCodec[];
  /** Streams at a time on one connection of HTTP/2. Default 1,024, as Envoy. */
  readonly maxConcurrentStreams?: number;
  /** Bytes that a client may send on one stream of HTTP/2 before somebody reads it. Default 262,144 (256 KiB). */
  readonly streamWindowBytes?: number;
  /** Fields of a request's head. Default 100, as Envoy. */
  readonly maxHeadFields?: number;
  /** Takes HTTP/1.0 requests. They are answered without chunks. Default `false`: they are 426, as with Envoy. */
  readonly acceptHttp10?: boolean;
  /** The host of HTTP/1.0 requests that have none. Default: such requests are 400. */
  readonly defaultHost?: string;
  /** Of a length beside chunks the length is dropped. Default `false`: such requests are 400. */
  readonly dropLengthBesideChunks?: boolean;
  /** A request that is whole and lacks nothing but its host is 400, and its connection goes on. Default `false`. */
  readonly keepAfterNoHost?: boolean;
  /**
   * How long a client that was told to close may keep its half open, from when its last answer has left. Milliseconds.
   * Default 1,000, as Envoy.
   */
  readonly delayedCloseMs?: number;
  /** Called at each new call, for what only the way in knows. */
  readonly onCall?: (call: Call, request: Request) => void;
  /** Called with each answer before it is written, for what only the way out knows. May change its head. */
  readonly onAnswer?: (response: Response, call: Call) => void;
}

/** HTTP connections on one side, a service on the other. It never listens: connections are handed to it. */
export interface HttpServer extends AsyncDisposable {
  /** Connections that are open. */
  readonly connections: number;
  /** Requests that have no complete answer yet. */
  readonly active: number;
  /** Serves a connection: a socket, or one side of a pair in memory. */
  accept(connection: Wire): void;
  /** From now on each answer asks its client to close; idle connections are closed. */
  drain(): void;
}

/** Looks at idle connections within one idle time: a connection may stay that share longer. */
const IDLE_LOOKS = 8;

/**
 * Serves connections by a service, one request after the other.
 *
 * What is no request is refused as Envoy refuses it: 431 for a head that is too large, 408 for one that does not come, 501
 * for a transfer coding other than chunked, 426 for HTTP/1.0 and older, else 400, each with `connection: close`.
 */
export function createHttpServer(
  service: Service<Request, Response>,
  options: HttpServerOptions = {},
): HttpServer {
  return new RunningServer(service, options);
}

class RunningServer implements HttpServer, ServerContext {
  readonly service: Service<Request, Response>;
  readonly clock: Clock;
  readonly scheme: string;
  readonly rules: ServerContext["rules"];
  readonly defaultHost: string;
  readonly keepAfterNoHost: boolean;
  readonly requestHeadersTimeoutMs: number;
  readonly delayedCloseMs: number;
  readonly onCall: ServerContext["onCall"];
  readonly onAnswer: ServerContext["onAnswer"];
  readonly maxConcurrentStreams: number;
  readonly streamWindowBytes: number;
  readonly #protocol: "auto" | "http1" | "http2";
  /** Of those connections that have not agreed on a protocol. */
  readonly #detector: Detector<SpokenProtocol> | undefined;
  readonly #idleTimeoutMs: number;
  readonly #connections = new Set<ServerConnection>();
  readonly #date: () => string;
  #look: Disposable | undefined;
  isDraining = false;
  active = 0;

  constructor(service: Service<Request, Response>, options: HttpServerOptions) {
    this.service = service;
    this.clock = options.clock ?? systemClock;
    this.scheme = options.scheme ?? "http";
    this.rules = {
      ...ENVOY,
      maxHeadBytes: options.maxHeadBytes ?? ENVOY.maxHeadBytes,
      maxFields: options.maxHeadFields ?? ENVOY.maxFields,
      http10: options.acceptHttp10 ?? ENVOY.http10,
      lengthBesideChunked: options.dropLengthBesideChunks === true ? "drop" : "refuse",
    };
    this.defaultHost = options.defaultHost ?? "";
    this.keepAfterNoHost = options.keepAfterNoHost ?? false;
    this.delayedCloseMs = options.delayedCloseMs ?? 1_000;
    this.requestHeadersTimeoutMs = options.requestHeadersTimeoutMs ?? 60_000;
    this.onCall = options.onCall;
    this.onAnswer = options.onAnswer;
    this.maxConcurrentStreams = options.maxConcurrentStreams ?? 1_024;
    this.streamWindowBytes = options.streamWindowBytes ?? STREAM_WINDOW;
    this.#protocol = options.protocol ?? "http1";
    this.#detector = protocolDetector(this.#protocol === "auto", options.codecs ?? []);
    this.#idleTimeoutMs = options.idleTimeoutMs ?? 3_600_000;
    this.#date = createHttpDate(this.clock);
  }

  get connections(): number {
    return this.#connections.size;
  }

  get date(): string {
    return this.#date();
  }

  count(change: 1 | -1): void {
    this.active += change;
  }

  accept(stream: Wire): void {
    const protocol = stream instanceof Socket ? this.#protocolOf(stream) : "http1";
    const detector = this.#detector;
    if (protocol === "http2") this.#open(stream, new Http2Connection(this, stream as Socket));
    else if (protocol === "auto" && detector !== undefined) this.#detect(stream as Socket, detector);
    else this.#open(stream, new Http1Connection(this, stream));
  }

  /** What both sides have agreed on within TLS needs no look at the first bytes. */
  #protocolOf(socket: Socket): "auto" | "http1" | "http2" {
    if (socket instanceof TLSSocket && this.#protocol === "auto") {
      if (socket.alpnProtocol === "h2") return "http2";
      if (socket.alpnProtocol === "http/1.1") return "http1";
    }
    return this.#protocol === "http1" && this.#detector !== undefined ? "auto" : this.#protocol;
  }

  #detect(socket: Socket, detector: Detector<SpokenProtocol>): void {
    const undecided = new UndecidedConnection(socket, this);
    this.#open(socket, undecided);
    detectProtocol(socket, detector, (protocol) => {
      undecided[Symbol.dispose]();
      this.#connections.delete(undecided);
      this.#open(socket, this.#connectionOf(protocol, socket));
    });
  }

  #connectionOf(protocol: SpokenProtocol | "http1", socket: Socket): ServerConnection {
    if (protocol === "h2") return new Http2Connection(this, socket);
    if (protocol === "http1") return new Http1Connection(this, socket);
    return new RpcConnection(this, socket, protocol, this.#idleTimeoutMs);
  }

  #open(stream: Wire, connection: ServerConnection): void {
    this.#connections.add(connection);
    stream.once("close", () => {
      this.#connections.delete(connection);
      if (this.#connections.size === 0) this.#stopLooking();
    });
    if (this.#look === undefined && this.#idleTimeoutMs > 0) this.#lookLater();
  }

  drain(): void {
    this.isDraining = true;
    for (const connection of this.#connections) connection.drain();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isDraining = true;
    this.#stopLooking();
    for (const connection of this.#connections) connection.destroy();
  }

  /** One timer for all connections, and none per request. */
  #lookLater(): void {
    this.#look = this.clock.setTimer(() => {
      for (const connection of this.#connections) {
        if (connection.isIdle && connection.idleLooks++ >= IDLE_LOOKS) connection.drain();
      }
      this.#lookLater();
    }, this.#idleTimeoutMs / IDLE_LOOKS);
  }

  #stopLooking(): void {
    this.#look?.[Symbol.dispose]();
    this.#look = undefined;
  }
}

/** A connection that has not said which protocol it speaks. It has no answer to wait for: it is cut where others drain. */
class UndecidedConnection implements ServerConnection, Disposable {
  readonly #socket: Socket;
  readonly isIdle = true;
  idleLooks = 0;
  #timer: Disposable | undefined;
  readonly #onGone = (): void => this.destroy();
  readonly #onBytes: () => void;

  constructor(socket: Socket, { clock, requestHeadersTimeoutMs }: ServerContext) {
    this.#socket = socket;
    // Half a preface is half a head.
    this.#onBytes = () => {
      if (requestHeadersTimeoutMs > 0) this.#timer ??= clock.setTimer(this.#onGone, requestHeadersTimeoutMs);
    };
    socket.on("data", this.#onBytes);
    for (const event of GONE) socket.on(event, this.#onGone);
  }

  drain(): void {
    this.destroy();
  }

  destroy(): void {
    this.#timer?.[Symbol.dispose]();
    this.#socket.destroy();
  }

  /** It has said so, and belongs to whoever serves it. */
  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#socket.off("data", this.#onBytes);
    for (const event of GONE) this.#socket.off(event, this.#onGone);
  }
}

const GONE = ["end", "error", "close"] as const;

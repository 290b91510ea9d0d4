import type { Socket } from "node:net";
import {
  createResponseDecoder,
  ENVOY,
  type Http1ResponseHead,
  type MessageSink,
  type ProtocolError,
  type ResponseDecoder,
} from "@dualmesh/codecs/http1";
import { BodyPipe, CANCELLED, type Headers, MeshError, NO_BODY, type Reset } from "@dualmesh/core";
import { openSocket } from "../open-socket.ts";
import { MAX_INFORMATIONAL } from "../response-limits.ts";
import type { EndpointPoolOptions } from "../transport-options.ts";
import type { Exchange } from "./exchange.ts";
import { type RequestBodyWriter, type RequestWriterObserver, writeRequest } from "./request-writer.ts";

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** It is established. */
  opened(connection: ClientConnection): void;
  /** It can take the next exchange. */
  idle(connection: ClientConnection): void;
  /** It is gone. `cause` is set for one that never came about. */
  closed(connection: ClientConnection, cause: Error | undefined): void;
}

/** All connections read into the same bytes, one after the other; what is kept of them is copied. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);

/** A server's hint is not waited for to the last moment: its clock began before ours. Seconds. */
const HINT_MARGIN_S = 1;

/**
 * One connection to an endpoint, with at most one exchange at a time: pipelining would let one slow answer hold up
 * others, and make failures ambiguous.
 *
 * ```text
 * connecting ─► idle ◄─► busy
 *      └──────────┴─────────┴─► closed
 * ```
 */
export class ClientConnection implements MessageSink<Http1ResponseHead>, RequestWriterObserver {
  /** Seconds without an exchange, as its pool counts them. */
  idleS = 0;
  /** Seconds for which the server keeps it, as far as it has said so. */
  keptForS: number = Number.POSITIVE_INFINITY;
  /** After its exchange it is closed. */
  isLeaving = false;
  readonly #owner: ConnectionOwner;
  readonly #socket: Socket;
  readonly #decoder: ResponseDecoder;
  #connectTimer: Disposable | undefined;
  #exchange: Exchange | undefined;
  #writer: RequestBodyWriter | undefined;
  #informational = 0;
  #isSent = false;
  #isReusable = true;
  #isConnected = false;
  #isClosed = false;
  #isPaused = false;

  constructor(owner: ConnectionOwner, options: EndpointPoolOptions) {
    const { address, tls, connectTimeoutMs, clock } = options;
    this.#owner = owner;
    this.#decoder = createResponseDecoder(this, ENVOY);
    this.#socket = openSocket({
      address,
      tls,
      onread: { buffer: READ_BUFFER, callback: (length) => this.#read(length) },
      ready: () => this.#connected(),
    });
    this.#socket.on("end", () => this.#ended());
    this.#socket.on("error", (error) => this.#lost(error));
    this.#socket.on("close", () => this.#lost(undefined));
    this.#connectTimer = clock.setTimer(() => {
      this.#socket.destroy(new Error(`no connection within ${connectTimeoutMs} ms`));
    }, connectTimeoutMs);
  }

  /** Whether it can take an exchange. */
  get isUsable(): boolean {
    return this.#isConnected && !this.#isClosed && this.#exchange === undefined;
  }

  /** Sends the request of an exchange, and reads its response. */
  run(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#isSent = false;
    this.#informational = 0;
    exchange.connection = this;
    exchange.state = "sent";
    this.#socket.ref();
    this.#decoder.expect(exchange.request.head.method);
    this.#writer = writeRequest(this.#socket, exchange, this);
  }

  /** Gives up on the exchange under way: what is on its way back belongs to nobody. */
  abort(reset: Reset): void {
    this.#exchange = undefined;
    this.#writer?.cancel(reset);
    this.#close();
  }

  /** Closes it: at once if it is idle, else after its exchange. */
  leave(): void {
    this.isLeaving = true;
    if (this.#exchange === undefined) this.#close();
  }

  sent(): void {
    this.#isSent = true;
    this.#writer = undefined;
  }

  broken(reset: Reset): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#writer = undefined;
    this.#close();
    exchange?.end("reset", reset);
  }

  head(head: Http1ResponseHead, isWhole: boolean, body: Buffer | undefined): void {
    const exchange = this.#exchange;
    if (exchange === undefined) {
      // A response that nobody asked for.
      this.#close();
      return;
    }
    const { status, headers } = head;
    if (status < 200) {
      // Nothing here asks for an upgrade; any other informational response is this hop's alone.
      if (status === 101) this.failed(SWITCHED);
      else if (++this.#informational > MAX_INFORMATIONAL) this.failed(FLOOD);
      else this.#decoder.next();
      return;
    }
    this.#isReusable = head.keepAlive && head.framing !== "until-close";
    if (head.hasHopByHop) this.#noteHint(headers);
    if (isWhole) {
      this.#release();
      const whole = body === undefined ? NO_BODY : ({ kind: "bytes", bytes: body } as const);
      exchange.responded({ head: { status, headers }, body: whole }, true);
      return;
    }
    exchange.pipe = new BodyPipe({
      lengthBytes: head.contentLength,
      onDrain: () => this.#resume(),
      onCancel: (reason) => this.#abandon(exchange, reason),
    });
    exchange.responded({ head: { status, headers }, body: exchange.pipe }, false);
  }

  body(bytes: Buffer): void {
    if (this.#exchange?.pipe?.write(bytes) === false) this.#isPaused = true;
  }

  end(trailers: Headers | undefined): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#release();
    exchange.pipe?.end(trailers);
    exchange.finished();
  }

  failed(error: ProtocolError): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#writer?.cancel(CANCELLED);
    this.#close();
    exchange?.fail("protocol-error", new MeshError(error.code, error.message));
  }

  #connected(): void {
    this.#isConnected = true;
    this.#connectTimer?.[Symbol.dispose]();
    this.#connectTimer = undefined;
    this.#owner.opened(this);
  }

  /** Gives whether to read on. */
  #read(length: number): boolean {
    this.#decoder.feed(length === READ_BUFFER.length ? READ_BUFFER : READ_BUFFER.subarray(0, length), true);
    // The beginning of a response that nobody has asked for would become part of the next one.
    if (this.#exchange === undefined && this.#decoder.isInside) this.#close();
    return !this.#isPaused;
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (!this.#isClosed) this.#socket.resume();
  }

  /** The exchange is over. The connection takes the next one, unless something is still on it. */
  #release(): void {
    this.#exchange = undefined;
    if (!this.#isSent || !this.#isReusable || this.isLeaving || this.#decoder.surplus > 0) {
      // The upstream has answered before it had read everything: it does not want the rest.
      this.#writer?.cancel(CANCELLED);
      this.#close();
      return;
    }
    this.#isPaused = false;
    this.#decoder.next();
    this.#socket.unref();
    this.#owner.idle(this);
  }

  /** The reader does not want the rest: the connection cannot be used again, but nobody has failed. */
  #abandon(exchange: Exchange, reason: Reset): void {
    if (this.#exchange !== exchange) return;
    this.#exchange = undefined;
    this.#writer?.cancel(reason);
    this.#close();
    exchange.abandoned(reason);
  }

  #noteHint(headers: Headers): void {
    const hint = headers.get("keep-alive");
    if (hint === undefined) return;
    const found = /timeout=(\d{1,9})/i.exec(hint);
    if (found === null) return;
    this.keptForS = Number(found[1]) - HINT_MARGIN_S;
    if (this.keptForS <= 0) this.#isReusable = false;
  }

  #ended(): void {
    // Within a handshake: an error follows that says so.
    if (!this.#isConnected) return;
    // A body without a length ends with its connection.
    this.#isReusable = false;
    if (!this.#decoder.finish() || this.#exchange !== undefined) this.#lost(undefined);
    else this.#close();
  }

  #lost(cause: Error | undefined): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#writer?.cancel(CANCELLED);
    this.#close(cause);
    exchange?.fail("reset", cause ?? new Error("the other side closed the connection"));
  }

  #close(cause?: Error): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connectTimer?.[Symbol.dispose]();
    this.#socket.destroy();
    this.#owner.closed(
      this,
      this.#isConnected ? undefined : (cause ?? new Error("the connection was closed")),
    );
  }
}

const SWITCHED: ProtocolError = {
  code: "INVALID_ARGUMENT",
  status: 400,
  message: "http/1 response head: 101, and nobody has asked to switch protocols",
};

const FLOOD: ProtocolError = {
  code: "RESOURCE_EXHAUSTED",
  status: 400,
  message: `http/1 response head: more than ${MAX_INFORMATIONAL} informational ones to a request`,
};

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import {
  CANCELLED,
  type Call,
  type Clock,
  createCall,
  createHeaders,
  type Request,
  type Response,
  resetOutcome,
  resetReply,
  type Service,
  systemClock,
  toReset,
} from "@dualmesh/core";
import { DOWNSTREAM, type Downstream } from "./downstream.ts";
import { stripRequestHopByHop, stripResponseHopByHop } from "./hop-by-hop.ts";
import { incomingBody } from "./incoming-body.ts";
import { writeResponse } from "./write-response.ts";

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
  /** Called at each new call, for what only the way in knows. */
  readonly onCall?: (call: Call, request: Request) => void;
}

/** HTTP/1.1 connections on one side, a service on the other. It never listens: connections are handed to it. */
export interface HttpServer extends AsyncDisposable {
  /** Connections that are open. */
  readonly connections: number;
  /** Requests that have no complete answer yet. */
  readonly active: number;
  /** Serves a connection: a socket, or one side of a pair in memory. */
  accept(connection: Duplex): void;
  /** From now on each answer asks its client to close; idle connections are closed. */
  drain(): void;
}

/**
 * Serves connections by a service, over the parser of node:http.
 *
 * Envoy's answers to what cannot be served are kept: 431 for a head that is too large, 408 for one that does not come,
 * 426 for HTTP/1.0 and older, else 400, each with `connection: close`.
 */
export function createHttpServer(
  service: Service<Request, Response>,
  options: HttpServerOptions = {},
): HttpServer {
  return new NodeHttpServer(service, options);
}

class NodeHttpServer implements HttpServer {
  readonly #service: Service<Request, Response>;
  readonly #clock: Clock;
  readonly #scheme: string;
  readonly #onCall: HttpServerOptions["onCall"];
  readonly #server: Server;
  readonly #connections = new Set<Duplex>();
  #draining = false;
  active = 0;

  constructor(service: Service<Request, Response>, options: HttpServerOptions) {
    this.#service = service;
    this.#clock = options.clock ?? systemClock;
    this.#scheme = options.scheme ?? "http";
    this.#onCall = options.onCall;
    const headersTimeout = options.requestHeadersTimeoutMs ?? 60_000;
    this.#server = createServer({
      maxHeaderSize: options.maxHeadBytes ?? 61_440,
      headersTimeout,
      // Node looks only so often for heads that are late.
      connectionsCheckingInterval: Math.min(headersTimeout || MAX_CHECKING_MS, MAX_CHECKING_MS),
      requestTimeout: 0,
      keepAliveTimeout: options.idleTimeoutMs ?? 3_600_000,
      joinDuplicateHeaders: false,
      // Envoy drops the offer of HTTP/2 silently. A Node that does not know this option (before 24.9) refuses it.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() !== "h2c",
    });
    this.#server.maxHeadersCount = 0;
    this.#server.on("request", (incoming, outgoing) => this.#serve(incoming, outgoing));
    this.#server.on("checkContinue", (incoming: IncomingMessage, outgoing: ServerResponse) => {
      outgoing.writeContinue();
      this.#serve(incoming, outgoing);
    });
    // Envoy's answers to an upgrade and to a tunnel that nothing configures.
    this.#server.on("upgrade", (_incoming: IncomingMessage, socket: Duplex) =>
      this.#endWith(socket, "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
    );
    this.#server.on("connect", (_incoming: IncomingMessage, socket: Duplex) =>
      this.#endWith(socket, closingAnswer("404 Not Found")),
    );
    this.#server.on("clientError", (error, socket) => this.#answerUnparsable(error, socket));
    // Node enforces a server's timeouts only from this event on.
    this.#server.emit("listening");
  }

  get connections(): number {
    return this.#connections.size;
  }

  accept(connection: Duplex): void {
    this.#connections.add(connection);
    connection.once("close", () => this.#connections.delete(connection));
    this.#server.emit("connection", connection);
  }

  drain(): void {
    this.#draining = true;
    this.#server.closeIdleConnections();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#draining = true;
    for (const connection of this.#connections) connection.destroy();
    // A server that never listened reports an error on close; its timers are stopped all the same.
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const refusal = refuseHead(incoming);
    if (refusal !== undefined) {
      if (outgoing.socket !== null) this.#endWith(outgoing.socket, closingAnswer(refusal));
      return;
    }
    const call = createCall({
      clock: this.#clock,
      informational: (head) => {
        if (head.status === 103) outgoing.writeInformation(103, Object.fromEntries(head.headers));
      },
    });
    call.set(DOWNSTREAM, downstreamOf(incoming));
    const request = this.#request(incoming);
    this.active++;
    call.onEnd(() => {
      this.active--;
    });
    outgoing.on("close", () => {
      if (call.outcome !== undefined) return;
      call.cancel(CANCELLED);
      call.end(resetOutcome(CANCELLED));
    });
    this.#onCall?.(call, request);
    this.#service(request, call).then(
      (response) => this.#answer(outgoing, response, call),
      (error: unknown) => this.#answer(outgoing, resetReply(toReset(error)), call),
    );
  }

  #answerUnparsable(error: NodeJS.ErrnoException, socket: Duplex): void {
    // What follows a request with `connection: close` is not answered; that request is.
    if (error.code === "HPE_CLOSED_CONNECTION") return;
    if (!socket.writable || error.code === "ECONNRESET") {
      socket.destroy();
      return;
    }
    this.#endWith(socket, closingAnswer(UNPARSABLE[error.code ?? ""] ?? "400 Bad Request"));
  }

  /** Not destroyed at once: with bytes unread, the kernel would send a reset, and the answer could get lost. */
  #endWith(socket: Duplex, answer: string): void {
    socket.end(answer);
    const timer = this.#clock.setTimer(() => socket.destroy(), DELAYED_CLOSE_MS);
    socket.once("close", () => timer[Symbol.dispose]());
  }

  #request(incoming: IncomingMessage): Request {
    const headers = createHeaders(incoming.rawHeaders);
    const target = parseTarget(incoming.url ?? "/");
    const authority = target.authority ?? headers.getAll("host").join(",");
    stripRequestHopByHop(headers);
    return {
      head: {
        protocol: "http/1.1",
        exchange: "unary",
        method: incoming.method ?? "GET",
        scheme: this.#scheme,
        authority,
        path: target.path,
        headers,
      },
      body: incomingBody(incoming),
    };
  }

  #answer(outgoing: ServerResponse, response: Response, call: Call): void {
    if (outgoing.destroyed) {
      if (response.body.kind === "stream") response.body.cancel(CANCELLED);
      return;
    }
    stripResponseHopByHop(response.head.headers);
    if (this.#draining) outgoing.shouldKeepAlive = false;
    try {
      writeResponse(outgoing, response, call);
    } catch (error) {
      // An upstream's or a filter's header that node:http will not write.
      const reset = toReset(error);
      outgoing.destroy();
      call.end(resetOutcome(reset));
    }
  }
}

/** How long a client that was refused may keep its half of the connection open. Envoy's `delayed_close_timeout`. */
const DELAYED_CLOSE_MS = 1_000;

/** An absolute-form target replaces Host (RFC 9112, section 3.2.2). */
function parseTarget(target: string): { readonly authority?: string; readonly path: string } {
  const found = /^https?:\/\/([^/?#]*)(.*)$/i.exec(target);
  if (found === null) return { path: target };
  const [, authority = "", rest = ""] = found;
  return { authority, path: rest.startsWith("/") ? rest : `/${rest}` };
}

function downstreamOf(incoming: IncomingMessage): Downstream {
  const { socket } = incoming;
  return {
    remoteAddress: socket.remoteAddress ?? "",
    remotePort: socket.remotePort ?? 0,
    localAddress: socket.localAddress ?? "",
    localPort: socket.localPort ?? 0,
  };
}

/** Node's own default. Milliseconds. */
const MAX_CHECKING_MS = 30_000;

/** Fields of one head. Envoy's `max_headers_count`. */
const MAX_FIELDS = 100;

/** What may stand in an authority (RFC 3986, section 3.2): Envoy refuses the rest. */
const AUTHORITY = /^[a-z0-9\-._~!$&'()*+,;=:@%[\]]*$/i;

/** Heads that Node's parser takes and Envoy does not; the status line of the refusal. */
function refuseHead(incoming: IncomingMessage): string | undefined {
  const { httpVersion, headers, rawHeaders, url, method } = incoming;
  // HTTP/1.0 and older only when asked for.
  if (httpVersion !== "1.1") return "426 Upgrade Required";
  if (rawHeaders.length > MAX_FIELDS * 2) return UNPARSABLE["HPE_HEADER_OVERFLOW"];
  // The coding ends here: what is forwarded is framed anew, so nothing but chunked can be undone.
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") return "501 Not Implemented";
  if (headers.host !== undefined && !AUTHORITY.test(headers.host)) return "400 Bad Request";
  // Only OPTIONS may ask the server as a whole (RFC 9112, section 3.2.4).
  if (url === "*" && method !== "OPTIONS") return "400 Bad Request";
  return undefined;
}

/** The status line for an error of Node's parser; any other is a bad request. */
const UNPARSABLE: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** A whole answer that ends the connection; its body is the reason, as Envoy writes it. */
function closingAnswer(status: string): string {
  const body = status.slice(4);
  return `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n${body}`;
}

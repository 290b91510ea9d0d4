import {
  BodyPipe,
  createHeaders,
  type Headers,
  NO_BODY,
  type Request,
  type Reset,
  type Response,
  resetError,
} from "@dualmesh/core";
import { buildConnector, type Dispatcher, errors, Pool } from "undici";
import { addressKey, type EndpointAddress } from "./endpoint-address.ts";
import { type ParsedFields, RawHeaders } from "./raw-headers.ts";
import { readableBody } from "./readable-body.ts";
import type { AttemptFailure, AttemptObserver, OpenAttempt, Transport } from "./transport.ts";

export interface Http1TransportOptions {
  /** From the first packet to an established connection. Milliseconds. Default 5,000, as Envoy. */
  readonly connectTimeoutMs?: number;
  /** A connection that idles this long is closed. Milliseconds. Default 3,600,000, as Envoy. */
  readonly idleTimeoutMs?: number;
  /** Connections to each endpoint. Default: no limit. */
  readonly maxConnectionsPerEndpoint?: number;
  /** Told of each connection that comes about or fails. */
  readonly onConnection?: (event: "opened" | "failed" | "closed") => void;
}

/**
 * HTTP/1.1 to the endpoints of a cluster, over one undici pool each.
 *
 * undici's own timeouts are off: the router's are the ones that count. One request is in flight per connection
 * (pipelining would let one slow answer hold up others, and make failures ambiguous).
 */
export function createHttp1Transport(options: Http1TransportOptions = {}): Transport {
  return new Http1Transport(options);
}

class Http1Transport implements Transport {
  readonly #options: Http1TransportOptions;
  readonly #pools = new Map<string, Pool>();

  constructor(options: Http1TransportOptions) {
    this.#options = options;
  }

  open(endpoint: EndpointAddress, request: Request, observer: AttemptObserver): OpenAttempt {
    const exchange = new Http1Exchange(request, observer);
    const { head, body } = request;
    const pool = this.#pool(endpoint);
    try {
      pool.dispatch(
        {
          path: head.path,
          method: head.method as Dispatcher.HttpMethod,
          headers: withHost(head.headers, head.authority) as string[],
          body: body.kind === "none" ? null : body.kind === "bytes" ? body.bytes : readableBody(body),
        },
        exchange,
      );
    } catch (error) {
      // undici throws for what it will not send (an invalid header, a length that does not fit).
      exchange.onResponseError(undefined, error as Error);
    }
    return exchange;
  }

  release(endpoint: EndpointAddress): void {
    const key = addressKey(endpoint);
    const pool = this.#pools.get(key);
    this.#pools.delete(key);
    pool?.close().catch(ignoreClosed);
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.close().catch(ignoreClosed)));
  }

  #pool(endpoint: EndpointAddress): Pool {
    const key = addressKey(endpoint);
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = this.#createPool(endpoint);
      this.#pools.set(key, pool);
    }
    return pool;
  }

  #createPool(endpoint: EndpointAddress): Pool {
    const {
      connectTimeoutMs = 5_000,
      idleTimeoutMs = 3_600_000,
      maxConnectionsPerEndpoint,
      onConnection,
    } = this.#options;
    const connect = buildConnector({
      timeout: connectTimeoutMs,
      ...(endpoint.kind === "pipe" ? { socketPath: endpoint.path } : {}),
    });
    const origin = endpoint.kind === "pipe" ? "http://localhost" : `http://${addressKey(endpoint)}`;
    return new Pool(origin, {
      connections: maxConnectionsPerEndpoint ?? null,
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: idleTimeoutMs,
      keepAliveMaxTimeout: idleTimeoutMs,
      maxHeaderSize: 64 * 1024,
      strictContentLength: true,
      connect: (target, callback) => {
        connect(target, (...result) => {
          const [error, socket] = result;
          if (error !== null) onConnection?.("failed");
          else {
            onConnection?.("opened");
            socket.once("close", () => onConnection?.("closed"));
          }
          callback(...result);
        });
      },
    });
  }
}

/** Closing a pool that is already closed is what was wanted. */
function ignoreClosed(): void {}

/** undici takes `host` from the headers; the head keeps it apart. */
function withHost(headers: Headers, authority: string): readonly string[] {
  return headers.get("host") === authority ? headers.flat() : ["host", authority, ...withoutHost(headers)];
}

function withoutHost(headers: Headers): readonly string[] {
  if (!headers.has("host")) return headers.flat();
  const copy = createHeaders(headers.flat());
  copy.delete("host");
  return copy.flat();
}

/** One request and its response: undici's handler, and the handle of the attempt, in one object. */
class Http1Exchange implements Dispatcher.DispatchHandler, OpenAttempt {
  readonly #observer: AttemptObserver;
  readonly #bodyless: boolean;
  #controller: Dispatcher.DispatchController | undefined;
  /** `open` until the head, `body` until the end, then `over`. */
  #state: "open" | "body" | "over" = "open";
  #cancelled: Reset | undefined;
  #pipe: BodyPipe | undefined;

  constructor(request: Request, observer: AttemptObserver) {
    this.#observer = observer;
    this.#bodyless = request.head.method === "HEAD";
  }

  get started(): boolean {
    return this.#controller !== undefined;
  }

  cancel(reset: Reset): void {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#cancelled = reset;
    this.#pipe?.reset(reset);
    this.#controller?.abort(resetError(reset));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cancelled !== undefined) controller.abort(resetError(this.#cancelled));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, parsed: ParsedFields): void {
    if (this.#state !== "open" || status < 200) return;
    this.#state = "body";
    const headers = new RawHeaders((controller.rawHeaders ?? []) as Buffer[], parsed);
    this.#observer.responded({
      head: { status, headers },
      body: this.#responseBody(controller, status, headers),
    });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#pipe !== undefined && !this.#pipe.write(chunk)) controller.pause();
  }

  onResponseEnd(controller: Dispatcher.DispatchController, parsed: ParsedFields): void {
    if (this.#state !== "body") return;
    this.#state = "over";
    const trailers = controller.rawTrailers as Buffer[] | null | undefined;
    this.#pipe?.end(trailers == null || trailers.length === 0 ? undefined : new RawHeaders(trailers, parsed));
    this.#observer.ended(undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const state = this.#state;
    if (state === "over") return;
    this.#state = "over";
    const failure = failureOf(error, this.#controller !== undefined);
    const reset = resetOf(failure, error);
    if (state === "open") this.#observer.failed(failure, reset);
    else {
      this.#pipe?.reset(reset);
      this.#observer.ended(reset);
    }
  }

  #responseBody(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Headers,
  ): Response["body"] {
    if (this.#bodyless || status === 204 || status === 304) return NO_BODY;
    const length = headers.get("content-length");
    if (length === "0") return NO_BODY;
    this.#pipe = new BodyPipe({
      ...(length === undefined ? {} : { lengthBytes: Number(length) }),
      onDrain: () => controller.resume(),
      onCancel: (reason) => this.#abandon(reason),
    });
    return this.#pipe;
  }

  /** The reader does not want the rest: the connection cannot be used again, but nobody has failed. */
  #abandon(reason: Reset): void {
    if (this.#state !== "body") return;
    this.#state = "over";
    this.#controller?.abort(resetError(reason));
    this.#observer.ended(reason);
  }
}

function failureOf(error: Error, started: boolean): AttemptFailure {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  // undici leaves the code of most parser errors out.
  if (error instanceof errors.HTTPParserError || PROTOCOL_ERRORS.has(code)) return "protocol-error";
  if (started) return "reset";
  return CONNECT_ERRORS.has(code) ? "connect-failure" : "reset-before-request";
}

const PROTOCOL_ERRORS: ReadonlySet<string> = new Set([
  "UND_ERR_HEADERS_OVERFLOW",
  "UND_ERR_RES_EXCEEDED_MAX_SIZE",
  "UND_ERR_RES_CONTENT_LENGTH_MISMATCH",
]);

const CONNECT_ERRORS: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOENT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ETIMEDOUT",
  "EAGAIN",
  "EADDRNOTAVAIL",
  "ENOTFOUND",
  "EACCES",
  "EPERM",
  "EINVAL",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Envoy's texts, which clients and logs know. */
function resetOf(failure: AttemptFailure, error: Error): Reset {
  const cause = error.message;
  switch (failure) {
    case "connect-failure":
      return reset(
        "UF",
        "not-executed",
        `upstream connect error or disconnect/reset before headers. reset reason: remote connection failure, transport failure reason: ${cause}`,
        error,
      );
    case "reset-before-request":
      return reset(
        "UC",
        "not-executed",
        "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
        error,
      );
    case "reset":
      return reset(
        "UC",
        "in-doubt",
        "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
        error,
      );
    case "protocol-error":
      return reset(
        "UPE",
        "in-doubt",
        "upstream connect error or disconnect/reset before headers. reset reason: protocol error",
        error,
      );
    default:
      return failure satisfies never;
  }
}

function reset(flag: Reset["flag"], execution: Reset["execution"], message: string, cause: Error): Reset {
  return { code: "UNAVAILABLE", flag, execution, message, cause };
}

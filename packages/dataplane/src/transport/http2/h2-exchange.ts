import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { Readable } from "node:stream";
import { isToken } from "@dualmesh/codecs/http1";
import {
  BodyPipe,
  discardBody,
  type Headers,
  MeshError,
  NO_BODY,
  type Request,
  type Reset,
} from "@dualmesh/core";
import { H2BodyWriter, type H2BodyWriterObserver, inPieces } from "../../http2/h2-body-writer.ts";
import { fieldBytes, fromH2Fields, toH2Fields } from "../../http2/h2-fields.ts";
import { failureReset } from "../failure-reset.ts";
import { requestFraming } from "../http1/request-framing.ts";
import { MAX_HEAD_BYTES, MAX_INFORMATIONAL } from "../response-limits.ts";
import type { AttemptFailure, AttemptObserver, OpenAttempt } from "../transport.ts";
import type { ClientSession } from "./client-session.ts";
import { FLOOD, REFUSED, REMOTE_RESET, tooLarge, UNWANTED } from "./h2-resets.ts";

const {
  NGHTTP2_CANCEL,
  NGHTTP2_ENHANCE_YOUR_CALM,
  NGHTTP2_FLAG_END_STREAM,
  NGHTTP2_PROTOCOL_ERROR,
  NGHTTP2_REFUSED_STREAM,
} = constants;

/** What neither a path nor an authority has: white space, controls, DEL, and whatever is no byte. */
const NOT_IN_TARGETS = /[^\x21-\x7e\x80-\xff]/;

/**
 * One request and its response on a stream.
 *
 * ```text
 * waiting ─session─► sent ─head─► body ─end─► over
 *    └──────────┴── cancel, reset ─┴────────► over
 * ```
 */
export class H2Exchange implements OpenAttempt, H2BodyWriterObserver {
  readonly request: Request;
  readonly #observer: AttemptObserver;
  readonly #fields: OutgoingHttpHeaders;
  state: "waiting" | "sent" | "body" | "over" = "waiting";
  /** Told when it is given up while it waits for a session. */
  onGivenUp: (() => void) | undefined;
  #session: ClientSession | undefined;
  #stream: ClientHttp2Stream | undefined;
  #writer: H2BodyWriter | undefined;
  #pipe: BodyPipe | undefined;
  #trailers: Headers | undefined;
  #informational = 0;
  /** Whether the end of the body is that of a stream which was reset; unknown before there is one. */
  #isCut: boolean | undefined;

  /** @throws {MeshError} `INVALID_ARGUMENT` when `content-length` is not the body's length, or a field cannot be written. */
  constructor(request: Request, observer: AttemptObserver) {
    const { method, path, authority, scheme, headers } = request.head;
    requestFraming(method, headers, request.body);
    if (!isToken(method) || NOT_IN_TARGETS.test(path + authority)) {
      throw new MeshError(
        "INVALID_ARGUMENT",
        "http/2 request: its method, path or authority cannot be written",
      );
    }
    this.request = request;
    this.#observer = observer;
    this.#fields = toH2Fields(headers, {
      ":method": method,
      ":path": path,
      ":scheme": scheme === "" ? "http" : scheme,
      ":authority": authority,
    });
  }

  get started(): boolean {
    return this.#session !== undefined;
  }

  /** Sends the request. */
  run(session: ClientSession): void {
    const given = this.request.body;
    const body = given.kind === "bytes" ? inPieces(given) : given;
    this.#session = session;
    this.state = "sent";
    let stream: ClientHttp2Stream;
    try {
      stream = session.request(this.#fields, {
        endStream: body.kind === "none",
        waitForTrailers: body.kind === "stream",
      });
    } catch (error) {
      // A field that cannot be written, or a session that has ended in this very turn.
      session.released();
      discardBody(body);
      this.#end("reset-before-request", failureReset("reset-before-request", error as Error, false));
      return;
    }
    this.#stream = stream;
    stream.on("response", (headers, flags, ...rest: unknown[]) =>
      this.#responded(headers, flags, rest[0] as readonly string[]),
    );
    stream.on("headers", () => {
      // Each is this hop's alone.
      if (++this.#informational > MAX_INFORMATIONAL) {
        this.#refuse(stream, "protocol-error", failureReset("protocol-error", FLOOD, false));
      }
    });
    stream.on("trailers", (_headers, _flags, ...rest: unknown[]) => {
      const raw = rest[0] as readonly string[];
      const bytes = fieldBytes(raw);
      if (bytes > MAX_HEAD_BYTES) this.#refuse(stream, "reset", tooLarge("trailers", bytes));
      else this.#trailers = fromH2Fields(raw);
    });
    stream.on("error", ignore);
    stream.on("close", () => this.#closed(stream));
    if (body.kind === "bytes") stream.end(body.bytes);
    else if (body.kind === "stream") {
      this.#writer = new H2BodyWriter(stream, body, this);
      this.#writer.start();
    }
  }

  cancel(reset: Reset): void {
    if (this.state === "over") return;
    const wasWaiting = this.state === "waiting";
    this.state = "over";
    if (wasWaiting) this.onGivenUp?.();
    if (this.#stream === undefined) discardBody(this.request.body, reset);
    this.#abandonStream(reset);
    this.#pipe?.reset(reset);
  }

  /** No connection came about for it. */
  fail(failure: AttemptFailure, cause: Error): void {
    if (this.state !== "waiting") return;
    discardBody(this.request.body);
    this.#end(failure, failureReset(failure, cause, false));
  }

  written(): void {
    this.#writer = undefined;
  }

  broken(reset: Reset): void {
    this.#writer = undefined;
    this.#stream?.close(NGHTTP2_CANCEL);
    this.#end("reset", reset);
  }

  #responded(fields: IncomingHttpHeaders, flags: number, raw: readonly string[]): void {
    if (this.state !== "sent") return;
    const stream = this.#stream as ClientHttp2Stream;
    const bytes = fieldBytes(raw);
    if (bytes > MAX_HEAD_BYTES) {
      this.#refuse(stream, "reset", tooLarge("response head", bytes));
      return;
    }
    const head = { status: Number(fields[":status"]), headers: fromH2Fields(raw) };
    if ((flags & NGHTTP2_FLAG_END_STREAM) !== 0) {
      // Nothing flows until the stream is read to its end, which is here.
      stream.resume();
      this.#complete(stream);
      this.#observer.responded({ head, body: NO_BODY });
      this.#observer.ended(undefined);
      return;
    }
    this.state = "body";
    const length = fields["content-length"];
    const pipe = new BodyPipe({
      lengthBytes: length === undefined ? undefined : Number(length),
      onDrain: () => stream.resume(),
      onCancel: (reason) => this.#abandon(reason),
    });
    this.#pipe = pipe;
    this.#watchEnd(stream);
    stream.on("data", (bytes: Buffer) => {
      if (!pipe.write(bytes)) stream.pause();
    });
    stream.on("end", () => this.#bodyEnded(stream));
    this.#observer.responded({ head, body: pipe });
  }

  /** A reset without an error ends the readable side as the peer's END_STREAM does, but when the stream is closed already. */
  #watchEnd(stream: ClientHttp2Stream): void {
    stream.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
      if (chunk === null) this.#isCut ??= stream.closed;
      return Readable.prototype.push.call(stream, chunk, encoding);
    };
  }

  /** A stream that was reset may also end; its `close` says why. */
  #isWhole(stream: ClientHttp2Stream): boolean {
    return this.state === "body" && stream.readableEnded && stream.rstCode === 0 && this.#isCut === false;
  }

  #bodyEnded(stream: ClientHttp2Stream): void {
    if (!this.#isWhole(stream)) return;
    this.#complete(stream);
    this.#pipe?.end(this.#trailers);
    this.#observer.ended(undefined);
  }

  /** The response is whole. What is left of the request would hold its stream for as long as the peer says nothing more. */
  #complete(stream: ClientHttp2Stream): void {
    this.state = "over";
    this.#writer?.cancel(UNWANTED);
    this.#writer = undefined;
    if (!stream.writableFinished) stream.close(NGHTTP2_CANCEL);
  }

  #closed(stream: ClientHttp2Stream): void {
    this.#session?.released();
    const isRefused =
      stream.rstCode === NGHTTP2_REFUSED_STREAM || this.#session?.isBehindLast(stream.id) === true;
    this.#writer?.cancel(UNWANTED);
    this.#writer = undefined;
    if (this.state === "over") return;
    if (this.#isWhole(stream)) this.#bodyEnded(stream);
    // The peer has said that it did not begin (RFC 9113, section 8.7).
    else if (isRefused && this.state === "sent") this.#end("reset-before-request", REFUSED);
    else if (stream.rstCode === NGHTTP2_PROTOCOL_ERROR) {
      // What came is no response, in the eyes of nghttp2; or our request is none, in the peer's.
      const cause = new Error(`stream reset, code ${stream.rstCode}`);
      this.#end("protocol-error", failureReset("protocol-error", cause, this.state === "body"));
    } else if (this.#session?.isOpen === true) this.#end("reset", REMOTE_RESET);
    else
      this.#end(
        "reset",
        failureReset("reset", new Error(`stream reset, code ${stream.rstCode}`), this.state === "body"),
      );
  }

  /** What the peer says is more than anybody wants. */
  #refuse(stream: ClientHttp2Stream, failure: AttemptFailure, reset: Reset): void {
    this.#end(failure, reset);
    stream.close(NGHTTP2_ENHANCE_YOUR_CALM);
  }

  /** The reader does not want the rest, but nobody has failed. */
  #abandon(reason: Reset): void {
    if (this.state !== "body") return;
    this.state = "over";
    this.#abandonStream(reason);
    this.#observer.ended(reason);
  }

  #abandonStream(reason: Reset): void {
    this.#writer?.cancel(reason);
    this.#writer = undefined;
    this.#stream?.close(NGHTTP2_CANCEL);
  }

  #end(failure: AttemptFailure, reset: Reset): void {
    const { state } = this;
    if (state === "over") return;
    this.state = "over";
    if (state === "body") {
      this.#pipe?.reset(reset);
      this.#observer.ended(reset);
    } else this.#observer.failed(failure, reset);
  }
}

/** What has happened is told by `close`. */
function ignore(): void {}

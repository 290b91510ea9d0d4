import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import {
  type Body,
  BodyPipe,
  CANCELLED,
  type Call,
  createCall,
  discardBody,
  type Headers,
  NO_BODY,
  type Request,
  type Reset,
  type Response,
  resetOutcome,
  resetReply,
  responseOutcome,
  toReset,
} from "@dualmesh/core";
import { isGrpcContentType } from "@dualmesh/matching";
import { H2BodyWriter, type H2BodyWriterObserver, inPieces } from "../../http2/h2-body-writer.ts";
import { fieldBytes, fromH2Fields, toH2Fields } from "../../http2/h2-fields.ts";
import { DOWNSTREAM, type Downstream } from "../downstream.ts";
import { grpcReply } from "../grpc-reply.ts";
import type { ServerContext } from "../server-context.ts";

const { NGHTTP2_CANCEL, NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

/** One stream of a client: its request, and the answer to it. */
export class Http2Call implements H2BodyWriterObserver {
  readonly #context: ServerContext;
  readonly #stream: ServerHttp2Stream;
  readonly #downstream: Downstream;
  readonly #onClosed: () => void;
  #call: Call | undefined;
  #method = "";
  #isGrpc = false;
  #pipe: BodyPipe | undefined;
  #response: Response | undefined;
  #writer: H2BodyWriter | undefined;

  constructor(
    context: ServerContext,
    stream: ServerHttp2Stream,
    downstream: Downstream,
    onClosed: () => void,
  ) {
    this.#context = context;
    this.#stream = stream;
    this.#downstream = downstream;
    this.#onClosed = onClosed;
  }

  serve(fields: IncomingHttpHeaders, raw: readonly string[]): void {
    const { clock, service, onCall } = this.#context;
    const stream = this.#stream;
    stream.on("close", () => this.#closed());
    const request = this.#request(fields, raw);
    const call = createCall({
      clock,
      informational: (head) => {
        if (head.status !== 103 || this.#response !== undefined || stream.destroyed) return;
        stream.additionalHeaders(toH2Fields(head.headers, { ":status": 103 }));
      },
    });
    call.set(DOWNSTREAM, this.#downstream);
    this.#call = call;
    this.#context.count(1);
    onCall?.(call, request);
    service(request, call).then(
      (response) => this.#answer(response),
      (error: unknown) => this.#answer(resetReply(toReset(error))),
    );
  }

  written(): void {
    this.#writer = undefined;
    const { head } = this.#response as Response;
    this.#call?.end(responseOutcome(head));
    // The client is told that the rest of its request is not wanted (RFC 9113, section 8.1).
    if (!this.#stream.readableEnded && this.#pipe !== undefined) this.#stream.close(NGHTTP2_NO_ERROR);
  }

  broken(reset: Reset): void {
    this.#writer = undefined;
    this.#call?.end(resetOutcome(reset, this.#response?.head.status));
    this.#stream.close(NGHTTP2_INTERNAL_ERROR);
  }

  #request(fields: IncomingHttpHeaders, raw: readonly string[]): Request {
    const headers = fromH2Fields(raw);
    const authority = fields[":authority"] ?? headers.get("host") ?? "";
    headers.delete("host");
    if (headers.delete("expect") && fields["expect"]?.toLowerCase() === "100-continue") {
      // Answered here, as on HTTP/1.1: the client waits for it before it sends its body (RFC 9110, section 10.1.1).
      this.#stream.additionalHeaders({ ":status": 100 });
    }
    this.#method = fields[":method"] as string;
    this.#isGrpc = isGrpcContentType(fields["content-type"]);
    const body = this.#stream.readableEnded || this.#stream.endAfterHeaders ? NO_BODY : this.#body(headers);
    return {
      head: {
        protocol: "h2",
        exchange: body.kind === "stream" ? "stream" : "unary",
        method: this.#method,
        scheme: fields[":scheme"] ?? this.#context.scheme,
        authority,
        path: fields[":path"] as string,
        headers,
      },
      body,
    };
  }

  #body(headers: Headers): Body {
    const stream = this.#stream;
    const length = headers.get("content-length");
    const pipe = new BodyPipe({
      lengthBytes: length === undefined ? undefined : Number(length),
      onDrain: () => stream.resume(),
      // The rest is read and dropped: the answer can still be sent.
      onCancel: () => stream.resume(),
    });
    let trailers: Headers | undefined;
    stream.on("data", (bytes: Buffer) => {
      if (!pipe.write(bytes)) stream.pause();
    });
    stream.on("trailers", (_fields, _flags, ...rest: unknown[]) => {
      const raw = rest[0] as readonly string[];
      if (fieldBytes(raw) > this.#context.rules.maxHeadBytes) stream.close(NGHTTP2_ENHANCE_YOUR_CALM);
      else trailers = fromH2Fields(raw);
    });
    stream.on("end", () => {
      if (!stream.aborted && stream.rstCode === 0) pipe.end(trailers);
    });
    this.#pipe = pipe;
    return pipe;
  }

  #answer(given: Response): void {
    const response = this.#isGrpc ? grpcReply(given) : given;
    const { head } = response;
    const body = response.body.kind === "bytes" ? inPieces(response.body) : response.body;
    const stream = this.#stream;
    const call = this.#call as Call;
    if (stream.destroyed || stream.closed || call.outcome !== undefined) {
      discardBody(body);
      return;
    }
    this.#context.onAnswer?.(response, call);
    this.#response = response;
    const { status, headers } = head;
    const fields = toH2Fields(headers, { ":status": status });
    if (fields["date"] === undefined) fields["date"] = this.#context.date;
    // 204, 205 and 304 have no body, and an answer to HEAD speaks of another (RFC 9110, section 8.6).
    const isBodyless = this.#method === "HEAD" || status === 204 || status === 205 || status === 304;
    if (status === 205 && fields["content-length"] !== undefined) fields["content-length"] = "0";
    try {
      if (isBodyless || body.kind === "none") {
        stream.respond(fields, { endStream: true });
        discardBody(body);
        this.written();
      } else if (body.kind === "bytes") {
        stream.respond(fields);
        stream.end(body.bytes);
        this.written();
      } else {
        stream.respond(fields, { waitForTrailers: true });
        this.#writer = new H2BodyWriter(stream, body, this);
        this.#writer.start();
      }
    } catch (error) {
      // An upstream's or a filter's field that cannot be written.
      discardBody(body);
      this.broken(toReset(error));
    }
  }

  /** The stream is over: in peace, or because the client has reset it or is gone. */
  #closed(): void {
    this.#onClosed();
    const call = this.#call as Call;
    this.#context.count(-1);
    this.#pipe?.reset(CANCELLED);
    this.#writer?.cancel(CANCELLED);
    this.#writer = undefined;
    if (call.outcome !== undefined) return;
    call.cancel(CANCELLED);
    call.end(resetOutcome(CANCELLED, this.#response?.head.status));
    if (!this.#stream.destroyed) this.#stream.close(NGHTTP2_CANCEL);
  }
}

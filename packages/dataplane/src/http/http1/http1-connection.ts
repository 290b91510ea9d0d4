import {
  createRequestDecoder,
  fieldLines,
  type Http1RequestHead,
  type MessageDecoder,
  type MessageSink,
  type ProtocolError,
  type Target,
} from "@dualmesh/codecs/http1";
import {
  type Body,
  BodyPipe,
  CANCELLED,
  type Call,
  createCall,
  discardBody,
  type Headers,
  NO_BODY,
  type Reset,
  type Response,
  resetOutcome,
  resetReply,
  responseOutcome,
  toReset,
} from "@dualmesh/core";
import { isGrpcContentType } from "@dualmesh/matching";
import { DOWNSTREAM, type Downstream, downstreamOf } from "../downstream.ts";
import { grpcReply } from "../grpc-reply.ts";
import type { ServerConnection, ServerContext } from "../server-context.ts";
import type { Wire } from "../wire.ts";
import { DelayedClose } from "./delayed-close.ts";
import { stripResponseHopByHop } from "./hop-by-hop.ts";
import { incomingRequest } from "./incoming-request.ts";
import { closingAnswer, keepingAnswer, type Refusal, refusal, refuseHead } from "./refuse-head.ts";
import {
  endsWithConnection,
  type ResponseBodyWriter,
  type ResponseWriterObserver,
  writeResponse,
} from "./response-writer.ts";

/** Bytes of requests to come that are held while one is served; then the connection is not read. */
const MAX_PIPELINED_BYTES = 65_536;

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

/**
 * One connection: requests in, one after the other, and their answers in the same order.
 *
 * ```text
 * idle ─head─► busy: service ─► answer ─► its end ─┬─► idle
 *   │            │                                 └─ close asked for, or the request is not over ─┐
 *   └─ bad bytes ┴─────────────────────► closing: nothing more is served, what comes is dropped ◄──┘
 * ```
 */
export class Http1Connection
  implements ServerConnection, MessageSink<Http1RequestHead>, ResponseWriterObserver
{
  idleLooks = 0;
  readonly #context: ServerContext;
  readonly #stream: Wire;
  readonly #decoder: MessageDecoder;
  readonly #downstream: Downstream;
  #call: Call | undefined;
  #method = "";
  #isGrpc = false;
  #isHttp10 = false;
  #keepAlive = true;
  /** The request's body, where it streams. */
  #pipe: BodyPipe | undefined;
  #isRequestOver = true;
  #response: Response | undefined;
  #writer: ResponseBodyWriter | undefined;
  #headTimer: Disposable | undefined;
  #closing: DelayedClose | undefined;
  #state: "open" | "closing" | "closed" = "open";
  #isPaused = false;

  constructor(context: ServerContext, stream: Wire) {
    this.#context = context;
    this.#stream = stream;
    this.#decoder = createRequestDecoder(this, context.rules);
    this.#downstream = downstreamOf(stream, context.scheme);
    stream.on("data", (bytes: Buffer) => this.#read(bytes));
    stream.on("end", () => this.#ended());
    stream.on("error", () => stream.destroy());
    stream.on("close", () => this.#closed());
    // It may have been paused while its first bytes were looked at.
    stream.resume();
  }

  get isIdle(): boolean {
    return this.#state === "open" && this.#call === undefined && !this.#decoder.isInside;
  }

  drain(): void {
    // What is under way is answered first, and told so.
    if (this.isIdle) this.#close("");
  }

  destroy(): void {
    this.#stream.destroy();
  }

  head(head: Http1RequestHead, isWhole: boolean, body: Buffer | undefined): void {
    this.#headTimer?.[Symbol.dispose]();
    this.#headTimer = undefined;
    this.#isRequestOver = isWhole;
    this.idleLooks = 0;
    const { defaultHost, keepAfterNoHost } = this.#context;
    const target = refuseHead(head, defaultHost);
    if (!("status" in target)) this.#serve(head, target, isWhole, body);
    else if (keepAfterNoHost && head.host === undefined && isWhole && head.keepAlive) {
      this.#stream.write(keepingAnswer(target, this.#context.date), "latin1");
      this.#nextRequest();
    } else this.#refuse(target);
  }

  body(bytes: Buffer): void {
    if (this.#pipe?.write(bytes) === false) this.#pause();
  }

  end(trailers: Headers | undefined): void {
    this.#isRequestOver = true;
    const pipe = this.#pipe;
    this.#pipe = undefined;
    pipe?.end(trailers);
    if (this.#call === undefined) this.#nextRequest();
  }

  failed(error: ProtocolError): void {
    this.#refuse(refusal(error.status));
  }

  written(): void {
    this.#writer = undefined;
    const call = this.#call as Call;
    const { head } = this.#response as Response;
    this.#call = undefined;
    this.#response = undefined;
    call.end(responseOutcome(head));
    this.#context.count(-1);
    if (this.#state !== "open") return;
    if (!this.#keepAlive || !this.#isRequestOver) this.#close("");
    else this.#nextRequest();
  }

  broken(reset: Reset): void {
    this.#writer = undefined;
    const call = this.#call as Call;
    const status = this.#response?.head.status;
    this.#call = undefined;
    this.#response = undefined;
    call.end(resetOutcome(reset, status));
    this.#context.count(-1);
    this.#stream.destroy();
  }

  #read(bytes: Buffer): void {
    // A client that was refused is read, so that it reads its answer, and not listened to.
    if (this.#state !== "open") return;
    this.#decoder.feed(bytes);
    if (this.#call === undefined) this.#awaitHead();
    else if (this.#isRequestOver && this.#decoder.surplus > MAX_PIPELINED_BYTES) this.#pause();
  }

  /** Sets a time for a head that has begun and is not complete. Rare: most come in one piece. */
  #awaitHead(): void {
    if (!this.#decoder.isInside || !this.#isRequestOver || this.#headTimer !== undefined) return;
    const { clock, requestHeadersTimeoutMs } = this.#context;
    if (requestHeadersTimeoutMs === 0 || this.#state !== "open") return;
    this.#headTimer = clock.setTimer(() => this.#refuse(refusal(408)), requestHeadersTimeoutMs);
  }

  #serve(head: Http1RequestHead, target: Target, isWhole: boolean, body: Buffer | undefined): void {
    const { clock, service, scheme, onCall } = this.#context;
    this.#isHttp10 = head.minor === 0;
    // Who speaks HTTP/1.0 knows no informational responses (RFC 9110, section 15.2).
    if (head.expect !== undefined && !this.#isHttp10) this.#stream.write(CONTINUE, "latin1");
    const host = head.host ?? this.#context.defaultHost;
    const request = incomingRequest(head, target, host, scheme, this.#requestBody(head, isWhole, body));
    const call = createCall({ clock, informational: (early) => this.#inform(early.status, early.headers) });
    call.set(DOWNSTREAM, this.#downstream);
    this.#call = call;
    this.#method = head.method;
    this.#isGrpc = isGrpcContentType(head.headers.get("content-type"));
    this.#keepAlive = head.keepAlive;
    this.#context.count(1);
    onCall?.(call, request);
    service(request, call).then(
      (response) => this.#answer(response, call),
      (error: unknown) => this.#answer(resetReply(toReset(error)), call),
    );
  }

  #requestBody(head: Http1RequestHead, isWhole: boolean, body: Buffer | undefined): Body {
    if (isWhole) return body === undefined ? NO_BODY : { kind: "bytes", bytes: body };
    const pipe = new BodyPipe({
      lengthBytes: head.contentLength,
      onDrain: () => this.#resume(),
      // The rest is read and dropped: the answer can still be sent.
      onCancel: () => {
        if (this.#pipe !== pipe) return;
        this.#pipe = undefined;
        this.#resume();
      },
    });
    this.#pipe = pipe;
    return pipe;
  }

  #answer(given: Response, call: Call): void {
    if (this.#call !== call || this.#state !== "open") {
      discardBody(given.body);
      return;
    }
    const response = this.#isGrpc ? grpcReply(given) : given;
    const { isDraining, date, onAnswer } = this.#context;
    onAnswer?.(response, call);
    stripResponseHopByHop(response.head.headers);
    const isHttp10 = this.#isHttp10;
    if (isDraining || (isHttp10 && endsWithConnection(response))) this.#keepAlive = false;
    this.#response = response;
    const framing = { method: this.#method, close: !this.#keepAlive, isHttp10, date };
    try {
      const writer = writeResponse(this.#stream, response, framing, this);
      // It may be over by now, and the next request on its way.
      if (this.#call === call) this.#writer = writer;
    } catch (error) {
      // An upstream's or a filter's header that cannot be written.
      discardBody(response.body);
      this.broken(toReset(error));
    }
  }

  #inform(status: number, headers: Headers): void {
    if (status !== 103 || this.#isHttp10 || this.#response !== undefined || this.#state !== "open") return;
    this.#stream.write(`HTTP/1.1 103 Early Hints\r\n${fieldLines(headers)}\r\n`, "latin1");
  }

  #nextRequest(): void {
    if (this.#state !== "open") return;
    this.#resume();
    this.#decoder.next();
    if (this.#call === undefined) this.#awaitHead();
  }

  /** Says why, and hangs up. What was asked before is not answered any more. */
  #refuse(answer: Refusal): void {
    if (this.#state !== "open") return;
    const hasAnswered = this.#response !== undefined;
    this.#abandon();
    // Half an answer is on its way: another would be taken for its body.
    if (hasAnswered) this.#stream.destroy();
    else this.#close(closingAnswer(answer, this.#context.date));
  }

  #close(lastWords: string): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#headTimer?.[Symbol.dispose]();
    this.#isPaused = false;
    const { clock, delayedCloseMs } = this.#context;
    this.#closing = new DelayedClose(this.#stream, lastWords, clock, delayedCloseMs);
  }

  /** The client will send no more. What it waits for is given up, as with Envoy: most that end have gone away. */
  #ended(): void {
    if (this.#call !== undefined || this.#decoder.isInside) this.#stream.destroy();
    else this.#close("");
  }

  #closed(): void {
    this.#state = "closed";
    this.#headTimer?.[Symbol.dispose]();
    this.#closing?.[Symbol.dispose]();
    this.#abandon();
  }

  /** Nobody waits for what is under way. */
  #abandon(): void {
    const pipe = this.#pipe;
    const call = this.#call;
    this.#pipe = undefined;
    this.#call = undefined;
    pipe?.reset(CANCELLED);
    this.#writer?.cancel(CANCELLED);
    this.#writer = undefined;
    if (call === undefined) return;
    call.cancel(CANCELLED);
    call.end(resetOutcome(CANCELLED, this.#response?.head.status));
    this.#response = undefined;
    this.#context.count(-1);
  }

  #pause(): void {
    this.#isPaused = true;
    this.#stream.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#stream.resume();
  }
}

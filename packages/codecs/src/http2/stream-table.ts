import { MeshError } from "@dualmesh/core";
import type { FieldBlock } from "./block-assembler.ts";
import type { ClientConnection } from "./client-connection.ts";
import { writeClientPreface } from "./client-preface.ts";
import type { ClientStreamObserver, StreamReset } from "./client-stream.ts";
import type { ClientConnectionObserver } from "./connection-observer.ts";
import { type ClientConnectionOptions, checkConnectionOptions } from "./connection-options.ts";
import { ErrorCode, type Http2Error } from "./error-code.ts";
import { Flag, FrameType, MAX_WINDOW_BYTES } from "./frame.ts";
import { FrameDispatcher, type FrameHandler } from "./frame-dispatcher.ts";
import { FrameWriter } from "./frame-writer.ts";
import { HeaderDecoder } from "./header-decoder.ts";
import { HeaderEncoder } from "./header-encoder.ts";
import { heldBytes } from "./held-bytes.ts";
import { PeerSettings } from "./peer-settings.ts";
import { RequestSender } from "./request-sender.ts";
import { RequestStream, type StreamOwner } from "./request-stream.ts";
import { ResponseReceiver } from "./response-receiver.ts";
import { StreamIds } from "./stream-ids.ts";

/** Acknowledgements that wait because the peer reads nothing, before that is taken for an attack. */
const MAX_UNSENT_ACKS = 1_000;

const NOTHING = Buffer.alloc(0);
const PING_PAYLOAD = Buffer.from("dualmesh");
const TOO_WIDE = `a window of over ${MAX_WINDOW_BYTES} bytes`;

/** The streams of one connection, and what the frames of its peer do to them. */
export class StreamTable implements ClientConnection, StreamOwner, FrameHandler {
  readonly #observer: ClientConnectionObserver;
  readonly #options: ClientConnectionOptions;
  readonly #frames: FrameDispatcher;
  readonly #writer: FrameWriter;
  readonly #decoder: HeaderDecoder;
  readonly #encoder = new HeaderEncoder();
  readonly #settings = new PeerSettings();
  readonly #sender: RequestSender;
  readonly #streams = new Map<number, RequestStream>();
  readonly #receiver: ResponseReceiver;
  readonly #ids = new StreamIds();
  #unsentAcks = 0;
  #isOver = false;

  constructor(observer: ClientConnectionObserver, options: ClientConnectionOptions) {
    checkConnectionOptions(options);
    const { connectionWindowBytes, maxListBytes, maxFields } = options;
    this.#observer = observer;
    this.#options = options;
    this.#frames = new FrameDispatcher(this, maxListBytes);
    this.#writer = new FrameWriter(() => observer.wantsWrite());
    // One more: `:status`.
    this.#decoder = new HeaderDecoder({ maxTableBytes: 4_096, maxListBytes, maxFields: maxFields + 1 });
    this.#receiver = new ResponseReceiver(this.#writer, connectionWindowBytes);
    this.#sender = new RequestSender(this.#writer, this.#encoder, this.#settings.maxFrameBytes);
    writeClientPreface(this.#writer, options);
  }

  get streams(): number {
    return this.#streams.size;
  }

  get hasIds(): boolean {
    return this.#ids.areLeft && !this.#isOver;
  }

  request(fields: readonly string[], isEnd: boolean, observer: ClientStreamObserver): RequestStream {
    if (!this.hasIds)
      throw new MeshError("UNAVAILABLE", "http/2 connection: no further stream can be opened");
    const stream = new RequestStream(this.#ids.next(), observer, this, {
      sendWindow: this.#settings.windowBytes,
      receiveWindow: this.#options.streamWindowBytes,
      method: fields[1] ?? "",
    });
    this.#streams.set(stream.id, stream);
    if (isEnd) {
      stream.trailers = undefined;
      stream.isRequestSent = true;
    }
    this.#writer.block(stream.id, this.#encoder.write(fields), isEnd, this.#settings.maxFrameBytes);
    return stream;
  }

  sendPing(): void {
    this.#writer.frame(FrameType.PING, 0, 0, PING_PAYLOAD);
  }

  sendGoaway(code: number = ErrorCode.NO_ERROR): void {
    this.#writer.numbers(FrameType.GOAWAY, 0, 0, code);
  }

  feed(bytes: Buffer): void {
    this.#frames.feed(bytes);
  }

  take(): readonly Buffer[] {
    this.#unsentAcks = 0;
    const pieces = this.#writer.take();
    this.#sender.resume();
    return pieces;
  }

  closed(why: string): void {
    this.#isOver = true;
    this.#frames.stop();
    for (const stream of [...this.#streams.values()])
      this.#close(stream, { code: undefined, isUntouched: false, isBroken: false, why });
  }

  flush(stream: RequestStream): void {
    this.#sender.flush(stream);
  }

  resetStream(stream: RequestStream, code: number): void {
    this.#writer.numbers(FrameType.RST_STREAM, stream.id, code);
    this.#forget(stream);
  }

  returnWindow(stream: RequestStream, bytes: number): void {
    if (!this.#isOver) this.#receiver.read(stream, bytes);
  }

  data(id: number, body: Buffer, frameBytes: number, isEnd: boolean): void {
    if (!this.#wasOpened(id, "DATA")) return;
    if (!this.#receiver.take(frameBytes)) {
      this.#fail(ErrorCode.FLOW_CONTROL_ERROR, "DATA beyond the connection's window");
      return;
    }
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    const isAllowed = stream.receiveWindow.take(frameBytes);
    const why = isAllowed ? stream.response.data(body.length) : "DATA beyond its window";
    if (why !== undefined) {
      this.#breakStream(stream, isAllowed ? ErrorCode.PROTOCOL_ERROR : ErrorCode.FLOW_CONTROL_ERROR, why);
      return;
    }
    if (frameBytes > body.length) this.#receiver.read(stream, frameBytes - body.length);
    if (body.length > 0) stream.observer.data(heldBytes(body));
    if (isEnd && !stream.isClosed) this.#end(stream, undefined);
  }

  /** A block must be read also where nobody wants it: the next one may refer to it. */
  fields(block: FieldBlock): void {
    if (!this.#wasOpened(block.stream, "HEADERS")) return;
    const list = this.#decoder.read(block.bytes);
    const { error } = this.#decoder;
    const stream = this.#streams.get(block.stream);
    if (error === "malformed") this.#fail(ErrorCode.COMPRESSION_ERROR, "a block of fields cannot be read");
    else if (stream === undefined) return;
    else if (error === "too-large") {
      const { maxListBytes, maxFields } = this.#options;
      const limit = `the limit of ${maxListBytes} bytes in ${maxFields} fields`;
      this.#breakStream(stream, ErrorCode.ENHANCE_YOUR_CALM, `its fields are over ${limit}`);
    } else if (!stream.response.hasHead) this.#head(stream, list, block.isEndOfStream);
    else if (block.isEndOfStream) this.#end(stream, list);
    else this.#breakStream(stream, ErrorCode.PROTOCOL_ERROR, "a second head");
  }

  rstStream(id: number, code: number): void {
    if (!this.#wasOpened(id, "RST_STREAM")) return;
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    // REFUSED_STREAM says that it did not begin (RFC 9113, section 8.7); a head says otherwise.
    const isUntouched = code === ErrorCode.REFUSED_STREAM && !stream.response.hasHead;
    this.#close(stream, { code, isUntouched, isBroken: false, why: `http/2: stream reset, code ${code}` });
  }

  settings(payload: Buffer): void {
    const before = this.#settings.windowBytes;
    const error = this.#settings.apply(payload);
    if (error !== undefined) {
      this.failed(error);
      return;
    }
    const { tableBytes, windowBytes, maxConcurrentStreams, maxFrameBytes } = this.#settings;
    this.#sender.maxFrameBytes = maxFrameBytes;
    for (const bytes of tableBytes ?? []) this.#encoder.setTableLimit(bytes);
    this.#acknowledge(FrameType.SETTINGS, NOTHING);
    if (windowBytes !== before) this.#widenAll(windowBytes - before);
    if (!this.#isOver) this.#observer.settings(maxConcurrentStreams);
  }

  ping(payload: Buffer): void {
    this.#acknowledge(FrameType.PING, payload);
  }

  pong(): void {
    this.#observer.pong();
  }

  goaway(last: number, code: number): void {
    if (!this.#ids.endAt(last)) {
      this.#fail(ErrorCode.PROTOCOL_ERROR, `GOAWAY with last stream ${last}, behind that of the one before`);
      return;
    }
    this.#observer.goaway(code);
    const why = `http/2: the peer goes away, code ${code}`;
    for (const stream of [...this.#streams.values()])
      if (stream.id > last)
        this.#close(stream, { code, isUntouched: !stream.response.hasHead, isBroken: false, why });
  }

  windowUpdate(id: number, bytes: number): void {
    if (id !== 0) {
      const stream = this.#wasOpened(id, "WINDOW_UPDATE") ? this.#streams.get(id) : undefined;
      if (stream === undefined) return;
      if (bytes === 0) this.#breakStream(stream, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE by 0");
      else if (!this.#sender.widenStream(stream, bytes))
        this.#breakStream(stream, ErrorCode.FLOW_CONTROL_ERROR, TOO_WIDE);
      return;
    }
    if (bytes === 0) this.#fail(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE by 0");
    else if (!this.#sender.widen(bytes)) this.#fail(ErrorCode.FLOW_CONTROL_ERROR, TOO_WIDE);
  }

  pushPromise(): void {
    this.#fail(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE, which was not allowed");
  }

  failed(error: Http2Error): void {
    if (this.#isOver) return;
    this.sendGoaway(error.code);
    this.#observer.failed(error);
    this.closed(error.message);
  }

  #head(stream: RequestStream, list: string[], isEnd: boolean): void {
    const head = stream.response.head(list, isEnd);
    if (typeof head === "string") this.#breakStream(stream, ErrorCode.PROTOCOL_ERROR, head);
    else if (head !== undefined) {
      // Over before its observer hears of it: it may open the next one in its place.
      if (isEnd) this.#finish(stream);
      stream.observer.head(head.status, head.fields, isEnd);
    }
  }

  #end(stream: RequestStream, trailers: string[] | undefined): void {
    const why = stream.response.end(trailers);
    if (why !== undefined) {
      this.#breakStream(stream, ErrorCode.PROTOCOL_ERROR, why);
      return;
    }
    this.#finish(stream);
    stream.observer.end(trailers);
  }

  /** The response is whole. What is left of the request is not wanted (RFC 9113, section 8.1). */
  #finish(stream: RequestStream): void {
    if (!stream.isRequestSent) this.#writer.numbers(FrameType.RST_STREAM, stream.id, ErrorCode.CANCEL);
    this.#forget(stream);
  }

  /** The peer has done on a stream what is not allowed there; the others go on. */
  #breakStream(stream: RequestStream, code: number, why: string): void {
    this.#writer.numbers(FrameType.RST_STREAM, stream.id, code);
    this.#close(stream, { code, isUntouched: false, isBroken: true, why: `http/2 response: ${why}` });
  }

  #close(stream: RequestStream, reset: StreamReset): void {
    // What another one's observer has reset meanwhile is told nothing.
    if (stream.isClosed) return;
    this.#forget(stream);
    stream.observer.reset(reset);
  }

  #forget(stream: RequestStream): void {
    if (!this.#streams.delete(stream.id)) return;
    this.#sender.forget(stream);
    stream.closed();
    this.#observer.streamClosed();
  }

  #acknowledge(type: number, payload: Buffer): void {
    if (++this.#unsentAcks > MAX_UNSENT_ACKS)
      this.#fail(ErrorCode.ENHANCE_YOUR_CALM, `over ${MAX_UNSENT_ACKS} answers that are not read`);
    else this.#writer.frame(type, Flag.ACK, 0, payload);
  }

  /** A window that this makes too wide ends the connection (RFC 9113, section 6.9.2). */
  #widenAll(bytes: number): void {
    for (const stream of [...this.#streams.values()])
      if (!stream.isClosed && !this.#sender.widenStream(stream, bytes))
        this.#fail(ErrorCode.FLOW_CONTROL_ERROR, TOO_WIDE);
  }

  /** Servers open no streams, and nobody can have sent on one that is not open yet (RFC 9113, section 5.1.1). */
  #wasOpened(id: number, type: string): boolean {
    if (this.#ids.wasOpened(id)) return !this.#isOver;
    this.#fail(ErrorCode.PROTOCOL_ERROR, `${type} on stream ${id}, which was never opened`);
    return false;
  }

  #fail(code: number, what: string): void {
    this.failed({ code, message: `http/2: ${what}` });
  }
}

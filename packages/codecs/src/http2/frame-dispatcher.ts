import { BlockAssembler, type FieldBlock, unpad } from "./block-assembler.ts";
import { ErrorCode, type Http2Error } from "./error-code.ts";
import { DEFAULT_MAX_FRAME_BYTES, Flag, FrameType } from "./frame.ts";
import { FrameReader } from "./frame-reader.ts";

/** Who gets what frames say. Their form is right; whether it is their time is for the handler to judge. */
export interface FrameHandler {
  /** @param frameBytes Of the payload with its padding: what counts against windows. */
  data(stream: number, body: Buffer, frameBytes: number, isEnd: boolean): void;
  fields(block: FieldBlock): void;
  rstStream(stream: number, code: number): void;
  settings(payload: Buffer): void;
  ping(payload: Buffer): void;
  pong(): void;
  goaway(lastStream: number, code: number): void;
  /** @param stream 0: of the connection. */
  windowUpdate(stream: number, bytes: number): void;
  pushPromise(): void;
  /** Nothing more is read. */
  failed(error: Http2Error): void;
}

/** Payloads that have one length only (RFC 9113, section 6). */
const FIXED_BYTES: Readonly<Record<number, number>> = {
  [FrameType.PRIORITY]: 5,
  [FrameType.RST_STREAM]: 4,
  [FrameType.PING]: 8,
  [FrameType.WINDOW_UPDATE]: 4,
};

/** Types that speak of the whole connection. */
const OF_CONNECTION: ReadonlySet<number> = new Set([FrameType.SETTINGS, FrameType.PING, FrameType.GOAWAY]);

/** Frames in a row that say nothing, before that is taken for an attack: they cost their sender next to nothing. */
const MAX_IDLE_FRAMES = 10_000;

const NAMES: readonly string[] = Object.keys(FrameType);

/** Takes bytes of a peer apart into what they say, and refuses frames whose form is wrong. */
export class FrameDispatcher {
  readonly #handler: FrameHandler;
  readonly #reader: FrameReader;
  readonly #blocks: BlockAssembler;
  #hasSettings = false;
  #idleFrames = 0;

  constructor(handler: FrameHandler, maxListBytes: number) {
    this.#handler = handler;
    this.#blocks = new BlockAssembler(maxListBytes);
    this.#reader = new FrameReader(DEFAULT_MAX_FRAME_BYTES, (type, flags, stream, payload) =>
      this.#frame(type, flags, stream, payload),
    );
  }

  feed(bytes: Buffer): void {
    this.#reader.feed(bytes);
    const { oversized } = this.#reader;
    if (oversized === undefined) return;
    this.#reader.oversized = undefined;
    const limit = `over the limit of ${DEFAULT_MAX_FRAME_BYTES}`;
    if (this.#hasSettings) this.#fail(ErrorCode.FRAME_SIZE_ERROR, `a frame of ${oversized} bytes, ${limit}`);
    // Read as frames, the bytes of any other protocol are long ones (RFC 9113, section 3.4).
    else this.#fail(ErrorCode.PROTOCOL_ERROR, "the first bytes are no SETTINGS; is it a server of HTTP/1.1?");
  }

  /** Nothing more is read. */
  stop(): void {
    this.#reader.stop();
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer): void {
    const problem = this.#problem(type, flags, stream, payload);
    if (problem !== undefined) this.#fail(...problem);
    else if (this.#isIdle(type, flags, payload))
      this.#fail(ErrorCode.ENHANCE_YOUR_CALM, `over ${MAX_IDLE_FRAMES} frames in a row that say nothing`);
    else this.#dispatch(type, flags, stream, payload);
  }

  /** Whether it is one too many of those that say nothing: DATA without bytes or end, PRIORITY, what is of extensions. */
  #isIdle(type: number, flags: number, { length }: Buffer): boolean {
    const saysNothing =
      type === FrameType.DATA
        ? length === 0 && (flags & Flag.END_STREAM) === 0
        : type === FrameType.PRIORITY || type >= NAMES.length;
    this.#idleFrames = saysNothing ? this.#idleFrames + 1 : 0;
    return this.#idleFrames > MAX_IDLE_FRAMES;
  }

  #problem(
    type: number,
    flags: number,
    stream: number,
    { length }: Buffer,
  ): readonly [code: number, what: string] | undefined {
    const name = NAMES[type];
    if (this.#blocks.hasBegun && type !== FrameType.CONTINUATION)
      return [ErrorCode.PROTOCOL_ERROR, "a frame inside of a block of fields"];
    if (!this.#hasSettings && (type !== FrameType.SETTINGS || (flags & Flag.ACK) !== 0))
      return [ErrorCode.PROTOCOL_ERROR, `the first frame is ${name ?? type}; expected SETTINGS`];
    // Of an extension: ignored (RFC 9113, section 4.1).
    if (name === undefined) return undefined;
    if (type !== FrameType.WINDOW_UPDATE && OF_CONNECTION.has(type) !== (stream === 0))
      return [ErrorCode.PROTOCOL_ERROR, `${name} on stream ${stream}`];
    const fixed = FIXED_BYTES[type];
    const isWrong =
      (fixed !== undefined && length !== fixed) ||
      (type === FrameType.SETTINGS && ((flags & Flag.ACK) !== 0 ? length > 0 : length % 6 !== 0)) ||
      (type === FrameType.GOAWAY && length < 8);
    return isWrong ? [ErrorCode.FRAME_SIZE_ERROR, `${name} of ${length} bytes`] : undefined;
  }

  #dispatch(type: number, flags: number, stream: number, payload: Buffer): void {
    const handler = this.#handler;
    const hasAck = (flags & Flag.ACK) !== 0;
    switch (type) {
      case FrameType.DATA: {
        const body = unpad(flags, payload);
        if (body === undefined) this.#fail(ErrorCode.PROTOCOL_ERROR, "DATA with more padding than frame");
        else handler.data(stream, body, payload.length, (flags & Flag.END_STREAM) !== 0);
        break;
      }
      case FrameType.HEADERS:
        this.#block(this.#blocks.headers(flags, stream, payload));
        break;
      case FrameType.CONTINUATION:
        this.#block(this.#blocks.continuation(flags, stream, payload));
        break;
      case FrameType.RST_STREAM:
        handler.rstStream(stream, payload.readUInt32BE(0));
        break;
      case FrameType.SETTINGS:
        this.#hasSettings = true;
        if (!hasAck) handler.settings(payload);
        break;
      case FrameType.PING:
        if (hasAck) handler.pong();
        else handler.ping(payload);
        break;
      case FrameType.GOAWAY:
        handler.goaway(payload.readUInt32BE(0) & 0x7fffffff, payload.readUInt32BE(4));
        break;
      case FrameType.WINDOW_UPDATE:
        handler.windowUpdate(stream, payload.readUInt32BE(0) & 0x7fffffff);
        break;
      case FrameType.PUSH_PROMISE:
        handler.pushPromise();
        break;
      default:
      // PRIORITY, which is no more (RFC 9113, section 5.3.2), and what is of extensions.
    }
  }

  #block(block: FieldBlock | undefined): void {
    const { error } = this.#blocks;
    if (error !== undefined) this.#handler.failed(error);
    else if (block !== undefined) this.#handler.fields(block);
  }

  #fail(code: number, what: string): void {
    this.#handler.failed({ code, message: `http/2: ${what}` });
  }
}

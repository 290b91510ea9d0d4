import { decompressMessage, GrpcMessageDecoder, isMessageEncoding } from "@dualmesh/codecs/grpc";
import {
  type Body,
  type BodySink,
  CANCELLED,
  type Code,
  discardBody,
  type Headers,
  MeshError,
  type Reset,
} from "@dualmesh/core";

/** Who gets the messages of a response. */
export interface IncomingObserver {
  message(bytes: Buffer): void;
  /** All messages have been taken, and nothing follows. */
  end(trailers: Headers | undefined): void;
  /** The response was cut off, or is none that could be read. */
  failed(code: Code, message: string, reset: Reset | undefined): void;
}

/** Of messages that wait for their reader, before the sender is told to pause. */
const HIGH_WATER_MARK_BYTES = 65_536;

/** What a message costs beside its bytes: empty ones would wait in any number otherwise. */
const MESSAGE_BYTES = 128;

interface Waiting {
  readonly bytes: Buffer;
  readonly isCompressed: boolean;
}

/** The body of a response as messages, handed out one by one as they are asked for. */
export class IncomingMessages implements BodySink {
  readonly #observer: IncomingObserver;
  readonly #maxMessageBytes: number;
  readonly #decoder: GrpcMessageDecoder;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #encoding = "identity";
  #body: Body | undefined;
  #isWanted = false;
  /** How often somebody has asked for a message. */
  #wants = 0;
  /** A message is being decompressed on another thread. */
  #isBusy = false;
  #isPumping = false;
  #isPaused = false;
  #trailers: Headers | undefined;
  #state: "open" | "ended" | "over" = "open";

  constructor(observer: IncomingObserver, maxMessageBytes: number) {
    this.#observer = observer;
    this.#maxMessageBytes = maxMessageBytes;
    this.#decoder = new GrpcMessageDecoder(
      (bytes, isCompressed) => {
        this.#waiting.push({ bytes, isCompressed });
        this.#waitingBytes += MESSAGE_BYTES + bytes.length;
      },
      { maxMessageBytes },
    );
  }

  /** Asks for one message, which is not handed out before the caller has returned: it may be a stream that is being read. */
  want(): void {
    this.#isWanted = true;
    this.#wants++;
    if (this.#waiting.length > 0) process.nextTick(pump, this);
  }

  /** Reads a response that says in its head how messages are compressed, if they are. */
  read(body: Body, encoding: string | undefined): void {
    this.#body = body;
    this.#encoding = encoding ?? "identity";
    if (body.kind === "stream") {
      body.read(this);
      return;
    }
    if (body.kind === "bytes") this.chunk(body.bytes);
    this.end(body.kind === "bytes" ? body.trailers : undefined);
  }

  chunk(bytes: Uint8Array): boolean {
    if (this.#state !== "open") return true;
    this.#decoder.feed(bytes as Buffer);
    const { error } = this.#decoder;
    if (error !== undefined) {
      this.#fail(error.code, error.message);
      return true;
    }
    this.pump();
    this.#isPaused = this.#waitingBytes >= HIGH_WATER_MARK_BYTES;
    return !this.#isPaused;
  }

  end(trailers: Headers | undefined): void {
    if (this.#state !== "open") return;
    this.#decoder.end();
    const { error } = this.#decoder;
    // A status that came in spite of half a message says more than the half.
    if (error !== undefined && trailers?.has("grpc-status") !== true) {
      this.#fail(error.code, error.message);
      return;
    }
    this.#state = "ended";
    this.#trailers = trailers;
    this.pump();
  }

  reset(reason: Reset): void {
    this.#fail(reason.code, reason.message, reason);
  }

  /** Nobody wants the rest. */
  stop(reason: Reset): void {
    this.#state = "over";
    this.#waiting.length = 0;
    if (this.#body !== undefined) discardBody(this.#body, reason);
  }

  /** Hands out what is here and wanted, and says that it is over when nothing is left. May be called by whom it calls. */
  pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#isWanted && !this.#isBusy && this.#state !== "over") {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#waitingBytes -= MESSAGE_BYTES + next.bytes.length;
      if (next.isCompressed) this.#decompress(next.bytes);
      else this.#deliver(next.bytes);
    }
    this.#isPumping = false;
    if (this.#state === "ended" && !this.#isBusy && this.#waiting.length === 0) {
      this.#finish();
    } else if (this.#isUnwanted) {
      // The reader of a stream asks again when it has heard what it was given.
      setImmediate(() => {
        if (this.#isUnwanted) this.#finish();
      });
    } else if (this.#isPaused && this.#waitingBytes < HIGH_WATER_MARK_BYTES) {
      this.#isPaused = false;
      if (this.#body?.kind === "stream") this.#body.resume();
    }
  }

  /**
   * A unary call asks once, and would wait for ever for the status behind a second message. Nobody can tell it from a stream
   * whose reader pauses at once; that one loses, as with grpc-js, what came before a failure and not what came before an end.
   */
  get #isUnwanted(): boolean {
    if (this.#state !== "ended" || this.#wants !== 1 || this.#isWanted) return false;
    return this.#trailers?.get("grpc-status") !== "0";
  }

  #finish(): void {
    this.#state = "over";
    this.#observer.end(this.#trailers);
  }

  #deliver(bytes: Buffer): void {
    this.#isWanted = false;
    this.#observer.message(bytes);
  }

  #decompress(bytes: Buffer): void {
    const encoding = this.#encoding;
    if (!isMessageEncoding(encoding) || encoding === "identity") {
      this.#fail(
        "INTERNAL",
        `grpc message: it is compressed, and grpc-encoding is ${JSON.stringify(encoding)}; expected gzip or deflate`,
      );
      return;
    }
    this.#isBusy = true;
    decompressMessage(encoding, bytes, this.#maxMessageBytes).then(
      (message) => {
        this.#isBusy = false;
        if (this.#state === "over") return;
        this.#deliver(message);
        this.pump();
      },
      (error: unknown) => {
        if (MeshError.is(error)) this.#fail(error.code, error.rawMessage);
        else this.#fail("INTERNAL", String(error));
      },
    );
  }

  #fail(code: Code, message: string, reset?: Reset): void {
    if (this.#state === "over") return;
    this.stop(CANCELLED);
    this.#observer.failed(code, message, reset);
  }
}

function pump(messages: IncomingMessages): void {
  messages.pump();
}

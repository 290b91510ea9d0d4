import { AsyncResource } from "node:async_hooks";
import { compressMessage, frameMessage, type MessageEncoding } from "@dualmesh/codecs/grpc";
import { type Body, BodyPipe, bytesBody, NO_BODY } from "@dualmesh/core";
import { type GrpcMessageContext, NO_COMPRESS } from "./channel-contract.ts";

type Callback = NonNullable<GrpcMessageContext["callback"]>;

/**
 * The messages of a request on their way to be a body: framed, compressed if the channel says so, and no more of them
 * than the way can take. One message that is all there is becomes bytes, which need no stream and can be sent again.
 */
export class OutgoingMessages {
  readonly #encoding: MessageEncoding;
  /** What came before somebody wanted the body. */
  #early: Buffer[] = [];
  #pipe: BodyPipe | undefined;
  /** Asked for the next message, and must wait. */
  readonly #waiting: Callback[] = [];
  /** The message before this one is being compressed on another thread: order is kept behind it. */
  #compressing: Promise<void> | undefined;
  #isEnded = false;
  #isOver = false;

  constructor(encoding: MessageEncoding) {
    this.#encoding = encoding;
  }

  /** Whether nothing more will come, and what came is ready. */
  get isWhole(): boolean {
    return this.#isEnded && this.#compressing === undefined;
  }

  push(message: Buffer, { callback, flags = 0 }: GrpcMessageContext): void {
    const encoding = (flags & NO_COMPRESS) === 0 ? this.#encoding : "identity";
    if (encoding === "identity" && this.#compressing === undefined) {
      this.#write(frameMessage(message), callback);
      return;
    }
    const framed = async (): Promise<void> => {
      if (encoding === "identity") this.#write(frameMessage(message), callback);
      else this.#write(frameMessage(await compressMessage(encoding, message), true), callback);
    };
    const step = (this.#compressing ?? Promise.resolve()).then(framed).then(() => {
      if (this.#compressing !== step) return;
      this.#compressing = undefined;
      if (this.#isEnded) this.#pipe?.end();
    });
    this.#compressing = step;
  }

  end(): void {
    this.#isEnded = true;
    if (this.#compressing === undefined) this.#pipe?.end();
  }

  /** The body, for the one who sends it. */
  take(): Body {
    const early = this.#early;
    this.#early = [];
    if (this.isWhole && early.length <= 1) {
      this.#isOver = true;
      return early[0] === undefined ? NO_BODY : bytesBody(early[0]);
    }
    const pipe = new BodyPipe({ onDrain: () => this.#release(), onCancel: () => this.stop() });
    this.#pipe = pipe;
    let hasRoom = true;
    for (const frame of early) hasRoom = pipe.write(frame);
    if (this.isWhole) pipe.end();
    if (hasRoom) this.#release();
    return pipe;
  }

  /** Nobody wants the rest. Whoever writes it must not wait for ever. */
  stop(): void {
    this.#isOver = true;
    this.#early = [];
    this.#release();
  }

  #write(frame: Buffer, callback: Callback | undefined): void {
    if (this.#isOver) callback?.();
    else if (this.#pipe === undefined) {
      this.#early.push(frame);
      // One is taken at once, as a stream would; the next one waits until somebody sends.
      if (this.#early.length === 1) callback?.();
      else this.#wait(callback);
    } else if (this.#pipe.write(frame)) callback?.();
    else this.#wait(callback);
  }

  /** The connection that makes room is shared: the callback keeps the asynchronous context of its own call. */
  #wait(callback: Callback | undefined): void {
    if (callback !== undefined) this.#waiting.push(AsyncResource.bind(callback));
  }

  #release(): void {
    for (const callback of this.#waiting.splice(0)) callback();
  }
}

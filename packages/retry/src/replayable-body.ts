import {
  type Body,
  BodyPipe,
  type BodySink,
  type Headers,
  type Reset,
  type StreamBody,
} from "@dualmesh/core";

/** A request body that several attempts can have, one after the other, each from its beginning. */
export interface ReplayableBody {
  /** Whether it can no longer be sent from its beginning: the attempt that has it is the last one. */
  readonly committed: boolean;
  /**
   * The body for the next attempt.
   *
   * @throws {TypeError} when it is committed and another attempt has had it.
   */
  next(): Body;
  /** Takes it back from the attempt that has it. The sender pauses until {@link next}. */
  rewind(): void;
  /** No attempt will follow: nothing more is kept. */
  commit(): void;
}

/** What a reader is told whose attempt is over. */
const TAKEN_BACK: Reset = Object.freeze({
  code: "CANCELLED",
  flag: "",
  message: "the attempt is over, another one has the body",
  execution: "in-doubt",
});

/**
 * Makes a body repeatable. Bytes that are here already always are. Of a stream, what has come is kept until it is more
 * than `maxBytes`; then the attempt that has it gets the rest as it comes, and is the last.
 *
 * @param maxBytes integer from 0. Default 65,536.
 */
export function replayableBody(body: Body, maxBytes = 65_536): ReplayableBody {
  return body.kind === "stream" ? new ReplayBuffer(body, maxBytes) : new HeldBody(body);
}

class HeldBody implements ReplayableBody {
  readonly committed = false;
  readonly #body: Body;

  constructor(body: Body) {
    this.#body = body;
  }

  next(): Body {
    return this.#body;
  }

  rewind(): void {}

  commit(): void {}
}

/**
 * ```text
 *              chunk, end, reset                  write                  read
 *  source ───────────────────────► ReplayBuffer ───────────► BodyPipe ──────────► attempt 1
 *                                    │ kept       write
 *                                    └──────────────────────► BodyPipe ──────────► attempt 2
 * ```
 *
 * Chunks are kept by reference: nothing is copied.
 */
class ReplayBuffer implements ReplayableBody, BodySink {
  readonly #source: StreamBody;
  readonly #maxBytes: number;
  /** What has come; `undefined` once that is no longer all of it. */
  #kept: Uint8Array[] | undefined = [];
  #keptBytes = 0;
  /** That of the attempt that has the body. */
  #pipe: BodyPipe | undefined;
  #started = false;
  #paused = false;
  #ended = false;
  #trailers: Headers | undefined;
  #broken: Reset | undefined;
  /** Why the attempt that has the body does not want the rest: the next one may. */
  #unwanted: Reset | undefined;

  constructor(source: StreamBody, maxBytes: number) {
    this.#source = source;
    this.#maxBytes = maxBytes;
  }

  get committed(): boolean {
    return this.#kept === undefined;
  }

  next(): Body {
    if (this.#started && this.#kept === undefined && this.#broken === undefined) {
      throw new TypeError("replayable body: more than was kept has been sent, it cannot be sent again");
    }
    this.rewind();
    const pipe: BodyPipe = new BodyPipe({
      lengthBytes: this.#source.lengthBytes,
      onDrain: () => this.#resume(pipe),
      onCancel: (reason) => this.#refuse(pipe, reason),
    });
    this.#pipe = pipe;
    let wantsMore = true;
    for (const chunk of this.#kept ?? []) wantsMore = pipe.write(chunk);
    this.#bound();
    if (this.#broken !== undefined) pipe.reset(this.#broken);
    else if (this.#ended) pipe.end(this.#trailers);
    else if (!this.#started) {
      this.#started = true;
      this.#source.read(this);
    } else if (wantsMore) this.#resume(pipe);
    return pipe;
  }

  rewind(): void {
    const pipe = this.#pipe;
    this.#pipe = undefined;
    this.#unwanted = undefined;
    pipe?.reset(TAKEN_BACK);
  }

  commit(): void {
    this.#kept = undefined;
    if (this.#unwanted !== undefined) this.#source.cancel(this.#unwanted);
  }

  chunk(bytes: Uint8Array): boolean {
    if (this.#kept !== undefined) {
      this.#kept.push(bytes);
      this.#keptBytes += bytes.length;
    }
    const pipe = this.#pipe;
    // Between two attempts there is nobody to be the last one: what is under way is kept, even over the bound.
    const wantsMore = pipe !== undefined && this.#unwanted === undefined && pipe.write(bytes);
    if (pipe !== undefined) this.#bound();
    if (!wantsMore) this.#paused = true;
    return wantsMore;
  }

  end(trailers: Headers | undefined): void {
    this.#ended = true;
    this.#trailers = trailers;
    this.#pipe?.end(trailers);
  }

  /** The client went away: there is no whole body that an attempt could have. */
  reset(reason: Reset): void {
    this.#broken = reason;
    this.#kept = undefined;
    this.#pipe?.reset(reason);
  }

  #bound(): void {
    if (this.#kept !== undefined && this.#keptBytes > this.#maxBytes) this.commit();
  }

  #resume(pipe: BodyPipe): void {
    if (pipe !== this.#pipe || !this.#paused) return;
    this.#paused = false;
    this.#source.resume();
  }

  #refuse(pipe: BodyPipe, reason: Reset): void {
    if (pipe !== this.#pipe) return;
    this.#unwanted = reason;
    if (this.#kept === undefined) this.#source.cancel(reason);
  }
}

import {
  type Body,
  BodyPipe,
  type BodySink,
  type Clock,
  type Headers,
  type Reset,
  type StreamBody,
} from "@dualmesh/core";

/** How often bytes are let through. Envoy's. */
const TICK_MS = 50;

/** What waits here before the sender is asked to pause. */
const HIGH_WATER_BYTES = 65_536;

/** Lets a body pass at a rate of KiB per second, evenly, without a burst at its beginning. Trailers wait for the last byte. */
export function paceBody(body: Body, kibPerSecond: number, clock: Clock): Body {
  if (body.kind === "none") return body;
  const bytesPerTick = Math.max(1, Math.trunc((kibPerSecond * 1024 * TICK_MS) / 1000));
  return new Pacer(body, bytesPerTick, clock).pipe;
}

/** Between the sender and the pipe: a queue that one timer empties. */
class Pacer implements BodySink {
  readonly pipe: BodyPipe;
  readonly #source: StreamBody | undefined;
  readonly #bytesPerTick: number;
  readonly #clock: Clock;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  /** What may pass before the next tick. */
  #allowance: number;
  #nextTickMs: number;
  #timer: Disposable | undefined;
  #sourcePaused = false;
  #readerPaused = false;
  #ended = false;
  #trailers: Headers | undefined;

  constructor(body: Exclude<Body, { readonly kind: "none" }>, bytesPerTick: number, clock: Clock) {
    this.#bytesPerTick = bytesPerTick;
    this.#clock = clock;
    this.#allowance = bytesPerTick;
    this.#nextTickMs = clock.now() + TICK_MS;
    const isStream = body.kind === "stream";
    this.pipe = new BodyPipe({
      lengthBytes: isStream ? body.lengthBytes : body.bytes.length,
      onDrain: () => {
        this.#readerPaused = false;
        this.#pump();
      },
      onCancel: (reason) => this.#cancel(reason),
    });
    this.#source = isStream ? body : undefined;
    if (isStream) {
      body.read(this);
    } else {
      this.chunk(body.bytes);
      this.end(body.trailers);
    }
  }

  chunk(bytes: Uint8Array): boolean {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#pump();
    this.#sourcePaused = this.#queuedBytes >= HIGH_WATER_BYTES;
    return !this.#sourcePaused;
  }

  end(trailers: Headers | undefined): void {
    this.#ended = true;
    this.#trailers = trailers;
    this.#pump();
  }

  reset(reason: Reset): void {
    this.#stop();
    this.pipe.reset(reason);
  }

  #pump(): void {
    if (this.#timer === undefined && this.#clock.now() >= this.#nextTickMs) this.#refill();
    while (!this.#readerPaused && this.#allowance > 0 && this.#queue.length > 0) this.#pass();
    if (this.#queue.length === 0) {
      if (this.#ended) this.pipe.end(this.#trailers);
      else if (this.#sourcePaused) this.#resumeSource();
    } else if (!this.#readerPaused) this.#wait();
  }

  /** Hands on the first chunk, or what of it may pass. */
  #pass(): void {
    const first = this.#queue[0] as Uint8Array;
    const part = first.subarray(0, this.#allowance);
    if (part.length === first.length) this.#queue.shift();
    else this.#queue[0] = first.subarray(part.length);
    this.#allowance -= part.length;
    this.#queuedBytes -= part.length;
    if (!this.pipe.write(part)) this.#readerPaused = true;
  }

  #wait(): void {
    this.#timer ??= this.#clock.setTimer(
      () => {
        this.#timer = undefined;
        this.#refill();
        this.#pump();
      },
      Math.max(this.#nextTickMs - this.#clock.now(), 0),
    );
  }

  /** What was not used is lost: an idle stream gathers no burst. */
  #refill(): void {
    this.#allowance = this.#bytesPerTick;
    this.#nextTickMs = this.#clock.now() + TICK_MS;
  }

  #resumeSource(): void {
    this.#sourcePaused = false;
    this.#source?.resume();
  }

  #cancel(reason: Reset): void {
    this.#stop();
    this.#source?.cancel(reason);
  }

  #stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#queue.length = 0;
  }
}

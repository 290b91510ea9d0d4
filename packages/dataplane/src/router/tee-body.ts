import { BodyPipe, type BodySink, type Headers, type Reset, type StreamBody } from "@dualmesh/core";

/** What one copy may have waiting: as much as Envoy holds for a connection. */
const MAX_HELD_BYTES = 1_048_576;

/** What a copy is told that is not read as fast as the body comes. */
const TOO_SLOW: Reset = Object.freeze({
  code: "RESOURCE_EXHAUSTED",
  flag: "",
  message: "the copy of the body was not read as fast as it came",
  execution: "in-doubt",
});

/**
 * A body with copies. Its one reader has it as if there were none; a copy that is read too slowly is cut off.
 *
 * ```text
 *  source ──► TeeBody ──► reader
 *                └──────► BodyPipe ──► copy
 * ```
 *
 * Chunks are shared, not copied.
 */
export class TeeBody implements StreamBody, BodySink {
  readonly kind = "stream";
  readonly lengthBytes: number | undefined;
  readonly #source: StreamBody;
  readonly #copies = new Set<BodyPipe>();
  #sink: BodySink | undefined;

  constructor(source: StreamBody) {
    this.#source = source;
    this.lengthBytes = source.lengthBytes;
  }

  /** One more copy; to be asked for before the body is read. */
  copy(): StreamBody {
    const pipe: BodyPipe = new BodyPipe({
      lengthBytes: this.lengthBytes,
      onCancel: () => this.#copies.delete(pipe),
    });
    this.#copies.add(pipe);
    return pipe;
  }

  read(sink: BodySink): void {
    this.#sink = sink;
    this.#source.read(this);
  }

  resume(): void {
    this.#source.resume();
  }

  /** The reader does not want the rest: there will be no whole copy. */
  cancel(reason: Reset): void {
    this.#source.cancel(reason);
    this.#cut(reason);
  }

  chunk(bytes: Uint8Array): boolean {
    for (const copy of this.#copies) {
      copy.write(bytes);
      if (copy.heldBytes <= MAX_HELD_BYTES) continue;
      this.#copies.delete(copy);
      copy.reset(TOO_SLOW);
    }
    return this.#sink?.chunk(bytes) ?? true;
  }

  end(trailers: Headers | undefined): void {
    for (const copy of this.#copies) copy.end(trailers);
    this.#sink?.end(trailers);
  }

  reset(reason: Reset): void {
    this.#cut(reason);
    this.#sink?.reset(reason);
  }

  #cut(reason: Reset): void {
    for (const copy of this.#copies) copy.reset(reason);
    this.#copies.clear();
  }
}

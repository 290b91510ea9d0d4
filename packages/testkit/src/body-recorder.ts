import type { BodySink, Headers, Reset } from "@dualmesh/core";

export interface BodyRecorderOptions {
  /** Takes so many chunks before it asks for a pause. Default: all. */
  readonly pauseAfterChunks?: number;
}

/** The reading side of a stream body, for tests: remembers what it was told, in order. */
export interface BodyRecorder extends BodySink {
  /** One line per event: `chunk ab`, `end`, `end grpc-status=0`, `reset UC`. */
  readonly events: readonly string[];
  /** The chunks so far. */
  readonly bytes: Uint8Array;
  /** The chunks so far as text, UTF-8. */
  readonly text: string;
  /** The reset, once it came. */
  readonly reason: Reset | undefined;
  /** The trailers, once the end came. */
  readonly trailers: Headers | undefined;
  /** How many further chunks it takes before it asks for a pause. */
  credit: number;
}

export function bodyRecorder(options: BodyRecorderOptions = {}): BodyRecorder {
  return new Recorder(options.pauseAfterChunks ?? Number.POSITIVE_INFINITY);
}

class Recorder implements BodyRecorder {
  readonly events: string[] = [];
  readonly #chunks: Uint8Array[] = [];
  reason: Reset | undefined = undefined;
  trailers: Headers | undefined = undefined;
  credit: number;

  constructor(credit: number) {
    this.credit = credit;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.#chunks));
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  chunk(bytes: Uint8Array): boolean {
    this.#chunks.push(bytes);
    this.events.push(`chunk ${Buffer.from(bytes).toString()}`);
    this.credit--;
    return this.credit > 0;
  }

  end(trailers: Headers | undefined): void {
    this.trailers = trailers;
    const fields = [...(trailers ?? [])].map(([name, value]) => ` ${name}=${value}`);
    this.events.push(`end${fields.join("")}`);
  }

  reset(reason: Reset): void {
    this.reason = reason;
    this.events.push(`reset ${reason.flag}`);
  }
}

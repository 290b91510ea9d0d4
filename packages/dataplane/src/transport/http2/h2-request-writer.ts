import type { ClientStream } from "@dualmesh/codecs/http2";
import { type BodySink, type Headers, type Reset, type StreamBody, toReset } from "@dualmesh/core";
import { pushH2Fields } from "../../http2/h2-request-fields.ts";
import type { ClientSession, DrainObserver } from "./client-session.ts";

/** Writes the body of a request into its stream as it comes, and as fast as windows and the connection take it. */
export class H2RequestWriter implements BodySink, DrainObserver {
  readonly #session: ClientSession;
  readonly #stream: ClientStream;
  readonly #body: StreamBody;
  readonly #onBroken: (reset: Reset) => void;
  #isOver = false;

  /** @param onBroken The body ended before its end: the stream has to be reset. */
  constructor(
    session: ClientSession,
    stream: ClientStream,
    body: StreamBody,
    onBroken: (reset: Reset) => void,
  ) {
    this.#session = session;
    this.#stream = stream;
    this.#body = body;
    this.#onBroken = onBroken;
  }

  start(): void {
    this.#body.read(this);
  }

  chunk(bytes: Uint8Array): boolean {
    if (this.#isOver) return true;
    if (!this.#stream.write(bytes)) return false;
    if (!this.#session.isCongested) return true;
    this.#session.whenDrained(this);
    return false;
  }

  /** There is room again, in the windows of the stream or in the connection. */
  drain(): void {
    if (!this.#isOver) this.#body.resume();
  }

  end(trailers: Headers | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    let fields: string[] | undefined;
    if (trailers !== undefined && trailers.size > 0) {
      fields = [];
      try {
        pushH2Fields(fields, trailers);
      } catch (error) {
        // Without them the body would look whole.
        this.#onBroken(toReset(error));
        return;
      }
    }
    this.#stream.end(undefined, fields);
  }

  reset(reason: Reset): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onBroken(reason);
  }

  /** Nobody wants the rest. */
  cancel(reason: Reset): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#body.cancel(reason);
  }
}

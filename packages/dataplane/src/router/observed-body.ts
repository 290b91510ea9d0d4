import type { Body, BodySink, Reset, StreamBody } from "@dualmesh/core";

/** What is told of a body on its way. */
export interface BodyObserver {
  /** Some of it was handed on. Default: nobody asks. */
  readonly chunk?: () => void;
  /** Its last byte was. */
  readonly end: () => void;
}

/** A body that says what becomes of it; its end at once, where nothing streams. */
export function observeBody(body: Body, observer: BodyObserver): Body {
  if (body.kind !== "stream") {
    observer.end();
    return body;
  }
  return new ObservedBody(body, observer);
}

class ObservedBody implements StreamBody {
  readonly kind = "stream";
  readonly lengthBytes?: number;
  readonly #body: StreamBody;
  readonly #observer: BodyObserver;

  constructor(body: StreamBody, observer: BodyObserver) {
    this.#body = body;
    this.#observer = observer;
    if (body.lengthBytes !== undefined) this.lengthBytes = body.lengthBytes;
  }

  read(sink: BodySink): void {
    const { chunk, end } = this.#observer;
    this.#body.read({
      chunk:
        chunk === undefined
          ? (bytes) => sink.chunk(bytes)
          : (bytes) => {
              chunk();
              return sink.chunk(bytes);
            },
      end: (trailers) => {
        end();
        sink.end(trailers);
      },
      reset: (reason) => sink.reset(reason),
    });
  }

  resume(): void {
    this.#body.resume();
  }

  cancel(reason: Reset): void {
    this.#body.cancel(reason);
  }
}

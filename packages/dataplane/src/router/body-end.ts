import type { Body, BodySink, Reset, StreamBody } from "@dualmesh/core";

/** A body that says when its last byte was handed on; at once, where nothing streams. */
export function observeBodyEnd(body: Body, onEnd: () => void): Body {
  if (body.kind !== "stream") {
    onEnd();
    return body;
  }
  return new ObservedBody(body, onEnd);
}

class ObservedBody implements StreamBody {
  readonly kind = "stream";
  readonly lengthBytes?: number;
  readonly #body: StreamBody;
  readonly #onEnd: () => void;

  constructor(body: StreamBody, onEnd: () => void) {
    this.#body = body;
    this.#onEnd = onEnd;
    if (body.lengthBytes !== undefined) this.lengthBytes = body.lengthBytes;
  }

  read(sink: BodySink): void {
    this.#body.read({
      chunk: (bytes) => sink.chunk(bytes),
      end: (trailers) => {
        this.#onEnd();
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

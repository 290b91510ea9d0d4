import type { Body, BodySink, Headers, Reset, StreamBody } from "@dualmesh/core";

/** A body whose trailers, if it has any, are changed before they pass. */
export function mutateTrailers(body: Body, change: (trailers: Headers) => void): Body {
  if (body.kind === "stream") return new ChangedBody(body, change);
  if (body.kind === "bytes" && body.trailers !== undefined) change(body.trailers);
  return body;
}

class ChangedBody implements StreamBody {
  readonly kind = "stream";
  readonly lengthBytes: number | undefined;
  readonly #body: StreamBody;
  readonly #change: (trailers: Headers) => void;

  constructor(body: StreamBody, change: (trailers: Headers) => void) {
    this.#body = body;
    this.#change = change;
    this.lengthBytes = body.lengthBytes;
  }

  read(sink: BodySink): void {
    this.#body.read({
      chunk: (bytes) => sink.chunk(bytes),
      end: (trailers) => {
        if (trailers !== undefined) this.#change(trailers);
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

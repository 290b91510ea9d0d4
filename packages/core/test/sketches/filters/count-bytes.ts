import type { Body, Filter, Request, Response } from "../../../src/index.ts";

/** What one call moved. */
export interface ByteCount {
  up: number;
  down: number;
}

/** Counts the bytes of both directions, without touching them. */
export function countBytes(report: (count: ByteCount) => void): Filter<Request, Response> {
  return (next) => (request, call) => {
    const count: ByteCount = { up: 0, down: 0 };
    call.onEnd(() => report(count));
    request.body = counted(request.body, (bytes) => {
      count.up += bytes;
    });
    return next(request, call).then((response) => ({
      head: response.head,
      body: counted(response.body, (bytes) => {
        count.down += bytes;
      }),
    }));
  };
}

function counted(body: Body, add: (bytes: number) => void): Body {
  switch (body.kind) {
    case "none":
      return body;
    case "bytes":
      add(body.bytes.length);
      return body;
    case "stream":
      return {
        kind: "stream",
        lengthBytes: body.lengthBytes,
        read: (sink) =>
          body.read({
            chunk(bytes) {
              add(bytes.length);
              return sink.chunk(bytes);
            },
            end: (trailers) => sink.end(trailers),
            reset: (reason) => sink.reset(reason),
          }),
        resume: () => body.resume(),
        cancel: (reason) => body.cancel(reason),
      };
    default:
      return body satisfies never;
  }
}

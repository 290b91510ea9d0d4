import { Readable } from "node:stream";
import { type Body, CANCELLED, resetError, toReset } from "@dualmesh/core";

/**
 * A body as a stream of Node, for libraries that want one. Back-pressure and both kinds of end pass through: a reset
 * destroys the stream, and a stream destroyed early cancels the body.
 */
export function readableBody(body: Body): Readable {
  switch (body.kind) {
    case "none":
      return Readable.from([]);
    case "bytes":
      return Readable.from([body.bytes]);
    case "stream": {
      let ended = false;
      let started = false;
      const readable = new Readable({
        read() {
          if (started) {
            body.resume();
            return;
          }
          started = true;
          body.read({
            chunk: (bytes) => readable.push(bytes),
            end() {
              ended = true;
              readable.push(null);
            },
            reset(reason) {
              ended = true;
              readable.destroy(resetError(reason));
            },
          });
        },
        destroy(error, done) {
          if (!ended) body.cancel(error === null ? CANCELLED : toReset(error));
          done(error);
        },
      });
      return readable;
    }
    default:
      return body satisfies never;
  }
}

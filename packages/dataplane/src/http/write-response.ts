import type { ServerResponse } from "node:http";
import { type Call, type Response, resetOutcome, responseOutcome } from "@dualmesh/core";

/**
 * Writes a response to an HTTP/1.1 client and ends the call with its body. What the chain left in the head goes out as
 * it is: hop-by-hop fields are gone by then, and the message is framed anew.
 */
export function writeResponse(outgoing: ServerResponse, response: Response, call: Call): void {
  const { head, body } = response;
  outgoing.writeHead(head.status, head.headers.flat() as string[]);
  switch (body.kind) {
    case "none":
      outgoing.end();
      call.end(responseOutcome(head));
      return;
    case "bytes":
      outgoing.end(body.bytes);
      call.end(responseOutcome(head));
      return;
    case "stream": {
      let waiting = false;
      body.read({
        chunk(bytes) {
          const more = outgoing.write(bytes);
          if (!more && !waiting) {
            waiting = true;
            outgoing.once("drain", () => {
              waiting = false;
              body.resume();
            });
          }
          return more;
        },
        end(trailers) {
          if (trailers !== undefined) outgoing.addTrailers([...trailers] as [string, string][]);
          outgoing.end();
          call.end(responseOutcome(head));
        },
        reset(reason) {
          // The client has half a message: only a broken connection tells it so.
          outgoing.destroy();
          call.end(resetOutcome(reason, head.status));
        },
      });
      return;
    }
    default:
      body satisfies never;
  }
}

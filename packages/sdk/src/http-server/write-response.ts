import type { ServerResponse } from "node:http";
import { type Call, type Response, type ResponseHead, resetOutcome, responseOutcome } from "@dualmesh/core";

/**
 * Writes a response to an HTTP/1.1 client and ends the call with its body. What the chain left in the head goes out as
 * it is: hop-by-hop fields are gone by then, and the message is framed anew.
 */
export function writeResponse(outgoing: ServerResponse, response: Response, call: Call): void {
  const { head, body } = response;
  if (body.kind === "none" && mayHaveLength(outgoing, head)) head.headers.append("content-length", "0");
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

/**
 * Whether an empty answer has to say that it is empty: node:http would else announce chunks. An answer to HEAD speaks of
 * another body, and 1xx, 204 and 304 have none (RFC 9110, section 8.6).
 */
function mayHaveLength(outgoing: ServerResponse, { status, headers }: ResponseHead): boolean {
  if (outgoing.req.method === "HEAD" || status === 204 || status === 304) return false;
  return !headers.has("content-length");
}

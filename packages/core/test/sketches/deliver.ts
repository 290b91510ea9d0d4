import type { BodySink, Call, Headers, Outcome, Reset, Response, ResponseHead } from "../../src/index.ts";
import { resetOutcome, responseOutcome } from "../../src/index.ts";

/** How an edge judges a response that was delivered to its end. */
export type Judge = (head: ResponseHead, trailers: Headers | undefined) => Outcome;

/**
 * What every edge does with a response: hands the body on, and ends the call when the body has ended. The result is
 * for a client that goes away: it tells the upstream, and ends the call too.
 */
export function deliver(
  response: Response,
  call: Call,
  sink: BodySink,
  judge: Judge = responseOutcome,
): (reason: Reset) => void {
  const { head, body } = response;
  const finish = (trailers: Headers | undefined): void => {
    sink.end(trailers);
    call.end(judge(head, trailers));
  };
  switch (body.kind) {
    case "none":
      finish(undefined);
      break;
    case "bytes":
      sink.chunk(body.bytes);
      finish(body.trailers);
      break;
    case "stream":
      body.read({
        chunk: (bytes) => sink.chunk(bytes),
        end: finish,
        reset(reason) {
          sink.reset(reason);
          call.end(resetOutcome(reason, head.status));
        },
      });
      break;
    default:
      body satisfies never;
  }
  return (reason) => {
    call.cancel(reason);
    if (body.kind === "stream") body.cancel(reason);
    call.end(resetOutcome(reason, head.status));
  };
}

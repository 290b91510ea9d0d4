import type { IncomingMessage } from "node:http";

/** A message as Node's own parser, llhttp, sees it. */
export interface LlhttpMessage {
  /** `GET /x`, or `200`. */
  readonly start: string;
  readonly fields: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
  readonly isComplete: boolean;
}

/** What llhttp makes of one direction of a connection. */
export interface LlhttpSeen {
  readonly messages: readonly LlhttpMessage[];
  /** Its code for what is no message: `HPE_…`. */
  readonly error: string | undefined;
}

/** Reads along with a message. Gives what there is of it when asked. */
export function follow(incoming: IncomingMessage): () => LlhttpMessage {
  let body = "";
  incoming.setEncoding("latin1").on("data", (text: string) => {
    body += text;
  });
  // A message that is cut off is what many of these tests are about.
  incoming.on("error", () => {});
  return () => ({
    start: incoming.statusCode == null ? `${incoming.method} ${incoming.url}` : String(incoming.statusCode),
    fields: incoming.rawHeaders,
    body,
    trailers: incoming.rawTrailers,
    isComplete: incoming.complete,
  });
}

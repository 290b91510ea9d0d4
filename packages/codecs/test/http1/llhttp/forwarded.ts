import {
  type Http1RequestHead,
  type Http1ResponseHead,
  writeRequestHead,
  writeResponseHead,
  writeTrailers,
} from "../../../src/http1/index.ts";
import type { SeenMessage } from "../read-messages.ts";
import type { LlhttpMessage } from "./llhttp-message.ts";

/** What goes out, and what must arrive. */
export interface Forwarded {
  readonly bytes: Buffer;
  readonly expected: LlhttpMessage;
}

/** Fields of one hop, which whoever forwards takes out and writes anew. */
const OF_ONE_HOP = [
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
  "upgrade",
];

/** Writes a request again that was read: its fields as they stand, framed anew. */
export function forwardedRequest({ head, body, trailers }: SeenMessage<Http1RequestHead>): Forwarded {
  const { method, target, headers, host = "", framing } = head;
  for (const name of OF_ONE_HOP) headers.delete(name);
  const { lines, fields, rest } = framed(framing, body, trailers);
  const text = writeRequestHead(method, target, host, headers, lines) + rest;
  // Host stands in front, unless it is there already.
  const all = headers.has("host") ? headers.flat() : ["host", host, ...headers.flat()];
  return message(text, `${method} ${target}`, [...all, ...fields], body, trailers);
}

/** The same for a response. */
export function forwardedResponse(
  { head, body, trailers }: SeenMessage<Http1ResponseHead>,
  method: string,
): Forwarded {
  const { status, headers } = head;
  for (const name of OF_ONE_HOP) headers.delete(name);
  const hasBody = method !== "HEAD" && status !== 204 && status !== 304;
  const { lines, fields, rest } = hasBody
    ? framed(head.framing === "chunked" ? "chunked" : "length", body, trailers)
    : { lines: "", fields: [], rest: "" };
  const text = writeResponseHead(status, headers, lines) + rest;
  return message(text, String(status), [...headers.flat(), ...fields], body, trailers);
}

function framed(framing: string, body: string, trailers: readonly string[] | undefined) {
  switch (framing) {
    case "none":
      return { lines: "", fields: [], rest: "" };
    case "chunked": {
      const fields = trailers === undefined ? undefined : { flat: () => trailers };
      const chunk = body === "" ? "" : `${body.length.toString(16)}\r\n${body}\r\n`;
      return {
        lines: "transfer-encoding: chunked\r\n",
        fields: ["transfer-encoding", "chunked"],
        rest: chunk + writeTrailers(fields as never),
      };
    }
    default:
      return {
        lines: `content-length: ${body.length}\r\n`,
        fields: ["content-length", String(body.length)],
        rest: body,
      };
  }
}

function message(
  text: string,
  start: string,
  fields: readonly string[],
  body: string,
  trailers: readonly string[] = [],
): Forwarded {
  return {
    bytes: Buffer.from(text, "latin1"),
    expected: { start, fields, body, trailers, isComplete: true },
  };
}

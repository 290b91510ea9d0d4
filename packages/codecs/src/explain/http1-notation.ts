import type { Headers } from "@dualmesh/core";
import type { Http1RequestHead, Http1ResponseHead } from "../http1/head.ts";
import {
  createRequestDecoder,
  createResponseDecoder,
  type MessageDecoder,
} from "../http1/message-decoder.ts";
import type { MessageSink } from "../http1/message-sink.ts";
import { DecodeError } from "../limits/decode-error.ts";
import { quoted, type Spans } from "./span.ts";

/** A message of HTTP/1. */
export interface Http1Notation {
  /** Of a request. */
  readonly method?: string;
  readonly target?: string;
  /** Of a response. */
  readonly status?: number;
  readonly header: readonly (readonly [name: string, value: string])[];
  readonly bodyHex: string;
  readonly trailer?: readonly (readonly [name: string, value: string])[];
}

type Head = Http1RequestHead | Http1ResponseHead;

/**
 * The message that is all of `bytes`, by the rules that are called `STRICT`. What begins with `HTTP/` is a response.
 *
 * @throws {DecodeError} for bytes that are not one message.
 */
export function readHttp1Notation(bytes: Buffer): Http1Notation {
  let head: Head | undefined;
  let isOver = false;
  let trailers: Headers | undefined;
  let failure: string | undefined;
  const body: Buffer[] = [];
  const sink: MessageSink<Head> = {
    head(given, isWhole, whole) {
      head = given;
      isOver = isWhole;
      if (whole !== undefined) body.push(whole);
    },
    body: (piece) => void body.push(piece),
    end(given) {
      isOver = true;
      trailers = given;
    },
    failed: ({ message }) => {
      failure = message;
    },
  };
  const isResponse = bytes.toString("latin1", 0, 5) === "HTTP/";
  const decoder: MessageDecoder = isResponse ? createResponseDecoder(sink) : createRequestDecoder(sink);
  decoder.feed(bytes);
  const surplus = isOver ? decoder.surplus : 0;
  if (!isOver && failure === undefined) decoder.finish();
  const end = bytes.length;
  if (failure !== undefined) throw new DecodeError("INVALID_ARGUMENT", failure, end);
  if (head === undefined || !isOver) {
    throw new DecodeError("DATA_LOSS", `http/1: no message ends with its ${end} bytes`, end);
  }
  if (surplus > 0) {
    throw new DecodeError(
      "INVALID_ARGUMENT",
      `http/1: ${surplus} bytes are left behind the message`,
      end - surplus,
    );
  }
  return {
    ...("status" in head ? { status: head.status } : { method: head.method, target: head.target }),
    header: [...head.headers],
    bodyHex: Buffer.concat(body).toString("hex"),
    ...(trailers !== undefined && { trailer: [...trailers] }),
  };
}

/** Line by line, and what is behind the head as a whole. */
export function explainHttp1(bytes: Buffer, spans: Spans): void {
  readHttp1Notation(bytes);
  let at = 0;
  for (let isFirst = true; ; isFirst = false) {
    const end = bytes.indexOf("\r\n", at) + 2;
    const line = bytes.toString("latin1", at, end - 2);
    spans.add(
      at,
      end - at,
      line === "" ? "end of the head" : `${isFirst ? "start line" : "field"} ${quoted(line)}`,
    );
    at = end;
    if (line === "") break;
  }
  if (at < bytes.length) spans.add(at, bytes.length - at, "body");
}

import type { ServerHttp2Stream } from "node:http2";
import type { ResponseHead } from "@dualmesh/core";
import { toH2Fields } from "@dualmesh/dataplane";

/** Writes an answer that the chain made instead of the application. */
export function writeStream(stream: ServerHttp2Stream, head: ResponseHead, bytes: Uint8Array): void {
  if (stream.destroyed || stream.closed) return;
  stream.respond(toH2Fields(head.headers, { ":status": head.status }), { endStream: bytes.length === 0 });
  if (bytes.length > 0) stream.end(bytes);
}

import type { IncomingMessage } from "node:http";
import { MeshError } from "@dualmesh/core";

/** Most bytes of a body unless somebody asks for more: 16 addresses with a handful of metadata take 4 KiB. */
const MAX_BODY_BYTES = 16_384;

/**
 * The body as JSON, read no further than the limit.
 *
 * Throws a `MeshError` (`INVALID_ARGUMENT`) for a body that is too long, not UTF-8, or not JSON.
 */
export async function readJson(
  request: IncomingMessage,
  maxBytes: number = MAX_BODY_BYTES,
): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new MeshError("INVALID_ARGUMENT", `body: expected at most ${maxBytes} bytes, got more`);
    }
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MeshError("INVALID_ARGUMENT", `body: expected JSON in UTF-8: ${reason}`, { cause: error });
  }
}

import { type Body, NO_BODY, type StreamBody } from "./body.ts";
import type { Headers } from "./headers.ts";
import { MeshError } from "./mesh-error.ts";
import { CANCELLED, type Reset, resetError } from "./reset.ts";

const NOTHING = new Uint8Array(0);

export interface ReadBodyOptions {
  /** More than this is refused with `RESOURCE_EXHAUSTED`, and the rest is cancelled. Default 4 MiB. */
  readonly maxBytes?: number;
}

/** A body that was read to its end. */
export interface WholeBody {
  readonly bytes: Uint8Array;
  readonly trailers: Headers | undefined;
}

/**
 * Reads a body to its end.
 *
 * @throws {MeshError} when the body is reset, or is longer than `maxBytes`.
 */
export function readBody(body: Body, options: ReadBodyOptions = {}): Promise<WholeBody> {
  const maxBytes = options.maxBytes ?? 4 * 1024 * 1024;
  switch (body.kind) {
    case "none":
      return Promise.resolve({ bytes: NOTHING, trailers: undefined });
    case "bytes":
      if (body.bytes.length > maxBytes)
        return Promise.reject(tooLong(maxBytes, `${body.bytes.length} bytes came`));
      return Promise.resolve({ bytes: body.bytes, trailers: body.trailers });
    case "stream":
      if (body.lengthBytes !== undefined && body.lengthBytes > maxBytes) {
        cancelLong(body, maxBytes);
        return Promise.reject(tooLong(maxBytes, `${body.lengthBytes} bytes are announced`));
      }
      return new Promise((resolve, reject) => {
        const chunks: Uint8Array[] = [];
        let length = 0;
        body.read({
          chunk(bytes) {
            length += bytes.length;
            if (length > maxBytes) {
              cancelLong(body, maxBytes);
              reject(tooLong(maxBytes, `at least ${length} bytes came`));
            } else chunks.push(bytes);
            return true;
          },
          end(trailers) {
            resolve({
              bytes: chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks),
              trailers,
            });
          },
          reset(reason) {
            reject(resetError(reason));
          },
        });
      });
    default:
      return body satisfies never;
  }
}

/** Ends a body that nobody will read. */
export function discardBody(body: Body, reason: Reset = CANCELLED): void {
  if (body.kind === "stream") body.cancel(reason);
}

/** The body of bytes that are already here; no bytes make no body. */
export function wholeBody(bytes: Uint8Array): Body {
  return bytes.length === 0 ? NO_BODY : { kind: "bytes", bytes };
}

function cancelLong(body: StreamBody, maxBytes: number): void {
  body.cancel({ ...CANCELLED, message: `the body is over ${maxBytes} bytes` });
}

function tooLong(limit: number, what: string): MeshError {
  return new MeshError("RESOURCE_EXHAUSTED", `body: ${what}, over the limit of ${limit} bytes`);
}

import type { Readable } from "node:stream";
import { type Body, BodyPipe, bytesBody, MeshError, NO_BODY, toReset } from "@dualmesh/core";

/** What an application hands to undici as a body. */
export type GivenBody =
  | string
  | Uint8Array
  | ArrayBuffer
  | Readable
  | Blob
  | FormData
  | Iterable<unknown>
  | AsyncIterable<unknown>
  | null
  | undefined;

export interface AdaptedBody {
  readonly body: Body;
  /** The content type that the form of the body implies, for `FormData`. */
  readonly contentType?: string;
}

/**
 * An application's body as the chain's: text and bytes stay whole, everything else becomes a stream that is pulled only
 * as fast as its reader takes it.
 *
 * @throws {MeshError} `INVALID_ARGUMENT` for a value that is no body.
 */
export function adaptBody(given: GivenBody): AdaptedBody {
  if (given === null || given === undefined) return { body: NO_BODY };
  if (typeof given === "string") return { body: given === "" ? NO_BODY : bytesBody(given) };
  if (ArrayBuffer.isView(given)) {
    const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    return { body: bytes.length === 0 ? NO_BODY : { kind: "bytes", bytes } };
  }
  if (given instanceof ArrayBuffer) return adaptBody(new Uint8Array(given));
  if (given instanceof FormData) {
    const encoded = new Response(given);
    const contentType = encoded.headers.get("content-type") ?? "multipart/form-data";
    return { body: iterableBody(encoded.body as AsyncIterable<unknown>), contentType };
  }
  if (given instanceof Blob)
    return { body: iterableBody(given.stream() as AsyncIterable<unknown>, given.size) };
  if (typeof given === "object" && isIterable(given)) return { body: iterableBody(given) };
  throw new MeshError(
    "INVALID_ARGUMENT",
    `request body: expected text, bytes, a stream or an iterable, got ${typeof given}`,
  );
}

function isIterable(given: object): given is Iterable<unknown> | AsyncIterable<unknown> {
  return Symbol.asyncIterator in given || Symbol.iterator in given;
}

/** Pulls an iterable into a pipe; a full pipe stops the pulling, a cancelled one closes the iterator. */
function iterableBody(chunks: Iterable<unknown> | AsyncIterable<unknown>, lengthBytes?: number): Body {
  let wake: (() => void) | undefined;
  let cancelled = false;
  const release = (): void => {
    wake?.();
    wake = undefined;
  };
  const pipe = new BodyPipe({
    ...(lengthBytes === undefined ? {} : { lengthBytes }),
    onDrain: release,
    onCancel() {
      cancelled = true;
      release();
    },
  });
  const pump = async (): Promise<void> => {
    for await (const chunk of chunks) {
      if (cancelled) return;
      if (!pipe.write(toBytes(chunk)) && !cancelled) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
    pipe.end();
  };
  pump().catch((error: unknown) => pipe.reset({ ...toReset(error), flag: "DC", code: "CANCELLED" }));
  return pipe;
}

function toBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return Buffer.from(chunk);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new MeshError("INVALID_ARGUMENT", `request body: a chunk must be text or bytes, got ${typeof chunk}`);
}

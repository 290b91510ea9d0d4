import type { Headers } from "./headers.ts";
import type { Reset } from "./reset.ts";

/**
 * What follows a head. Opaque to filters: never decoded or copied on the way; whoever changes bytes (compression,
 * transcoding) wraps it.
 */
export type Body = NoBody | BytesBody | StreamBody;

/** No bytes and no trailers. */
export interface NoBody {
  readonly kind: "none";
}

/** Bytes that are already here: no stream object, one write, and free to be sent again. */
export interface BytesBody {
  readonly kind: "bytes";
  readonly bytes: Uint8Array;
  readonly trailers?: Headers;
}

/**
 * Bytes that arrive over time. Has one reader. Ends exactly once: with trailers (possibly none), or with a reset. The
 * sink is told, unless it was itself the one that cancelled.
 */
export interface StreamBody {
  readonly kind: "stream";
  /** How many bytes will come, where the sender said so. */
  readonly lengthBytes?: number | undefined;
  /**
   * Starts delivery to the one reader. What has already arrived is delivered before this returns.
   *
   * @throws {TypeError} when the body has a reader.
   */
  read(sink: BodySink): void;
  /** Asks for more, after {@link BodySink.chunk} gave `false`. */
  resume(): void;
  /** Tells the sender, across every hop, that the rest is not wanted. Without effect after the end. */
  cancel(reason: Reset): void;
}

/** The reading side of a stream body. Called in order: chunks, then `end` or `reset`, then nothing more. */
export interface BodySink {
  /**
   * Takes bytes, which the sender will not touch again. `false` asks the sender to pause until
   * {@link StreamBody.resume}; what is under way may still come.
   */
  chunk(bytes: Uint8Array): boolean;
  end(trailers: Headers | undefined): void;
  reset(reason: Reset): void;
}

/** The body without bytes. */
export const NO_BODY: NoBody = Object.freeze({ kind: "none" });

/** A body of bytes that are already here; text is UTF-8. */
export function bytesBody(content: Uint8Array | string): BytesBody {
  return { kind: "bytes", bytes: typeof content === "string" ? Buffer.from(content) : content };
}

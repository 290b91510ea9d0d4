import { frameMessage } from "../grpc/frame-message.ts";
import { Base64Encoder } from "./base64-stream.ts";
import type { GrpcWebMode } from "./mode.ts";
import { writeWebTrailers } from "./trailers.ts";

/** Makes a body of gRPC-Web, piece by piece. Pieces are to be sent in the order in which they were made. */
export class GrpcWebEncoder {
  readonly #text: Base64Encoder | undefined;

  constructor(mode: GrpcWebMode = "binary") {
    this.#text = mode === "text" ? new Base64Encoder() : undefined;
  }

  /** @throws {RangeError} for a message of 4 GiB or more. */
  message(message: Uint8Array, isCompressed = false): Buffer {
    return this.data(frameMessage(message, isCompressed));
  }

  /** Bytes of gRPC's own framing, cut anywhere: a proxy needs not know where a message ends. */
  data(bytes: Buffer): Buffer {
    return this.#text === undefined ? bytes : this.#text.feed(bytes);
  }

  /** @throws {RangeError} as `writeWebTrailers`. */
  trailers(trailers: Iterable<readonly [name: string, value: string]>): Buffer {
    return this.data(writeWebTrailers(trailers));
  }

  /** What is left of the body, often nothing. */
  end(): Buffer {
    return this.#text === undefined ? Buffer.alloc(0) : this.#text.end();
  }
}

import type { Headers } from "@dualmesh/core";
import { type GrpcFrameError, GrpcMessageDecoder } from "../grpc/message-decoder.ts";
import { DecodeError } from "../limits/decode-error.ts";
import { Base64Decoder } from "./base64-stream.ts";
import type { GrpcWebMode } from "./mode.ts";
import { readWebTrailers } from "./trailers.ts";

/** Who is told what a body holds. */
export interface GrpcWebSink {
  message(message: Buffer, isCompressed: boolean): void;
  /** The last frame of a response. */
  trailers?(trailers: Headers): void;
}

export interface GrpcWebDecoderOptions {
  /** Default `binary`. */
  readonly mode?: GrpcWebMode;
  /** The longest message, and the longest block of trailers. Bytes. Default 4 MiB; `Infinity`: no limit. */
  readonly maxMessageBytes?: number;
}

/**
 * Takes a body of gRPC-Web apart, however it was cut: that of a request, which has messages alone, or that of a response, which
 * ends in its trailers.
 *
 * ```ts
 * import { GrpcWebDecoder, GrpcWebEncoder } from "@dualmesh/codecs/grpc-web";
 *
 * const encoder = new GrpcWebEncoder("text");
 * const pieces = [encoder.message(Buffer.from("hi")), encoder.trailers([["grpc-status", "0"]]), encoder.end()];
 * const sink = {
 *   message: (message: Buffer) => console.log(String(message)), // => hi
 *   trailers: (trailers: Iterable<readonly [string, string]>) => console.log([...trailers]), // => [ [ 'grpc-status', '0' ] ]
 * };
 * const decoder = new GrpcWebDecoder(sink, { mode: "text" });
 * for (const piece of pieces) decoder.feed(piece);
 * decoder.end();
 * console.log(decoder.error); // => undefined
 * ```
 */
export class GrpcWebDecoder {
  #error: GrpcFrameError | undefined;
  readonly #frames: GrpcMessageDecoder;
  readonly #text: Base64Decoder | undefined;

  constructor(sink: GrpcWebSink, options: GrpcWebDecoderOptions = {}) {
    const { mode = "binary", ...rest } = options;
    this.#text = mode === "text" ? new Base64Decoder() : undefined;
    const onTrailers = (block: Buffer): void => {
      try {
        sink.trailers?.(readWebTrailers(block));
      } catch (error) {
        if (!(error instanceof DecodeError)) throw error;
        this.#error = { code: "INTERNAL", message: error.rawMessage };
      }
    };
    this.#frames = new GrpcMessageDecoder((message, isCompressed) => sink.message(message, isCompressed), {
      ...rest,
      ...(sink.trailers === undefined ? {} : { onTrailers }),
    });
  }

  /** Why nothing more is taken. */
  get error(): GrpcFrameError | undefined {
    return this.#error ?? this.#frames.error;
  }

  /** Takes the next bytes, and keeps of them no more than half a message. Ignored after an error. */
  feed(bytes: Buffer): void {
    if (this.error !== undefined) return;
    const binary = this.#text === undefined ? bytes : this.#text.feed(bytes);
    if (binary === undefined) this.#error = { code: "INTERNAL", message: "grpc-web body: it is no base64" };
    else this.#frames.feed(binary);
  }

  /** Nothing follows. Half a message is an error. */
  end(): void {
    if (this.error !== undefined) return;
    if (this.#text?.isWhole === false) {
      this.#error = { code: "INTERNAL", message: "grpc-web body: its base64 ends inside of a group" };
    } else this.#frames.end();
  }
}

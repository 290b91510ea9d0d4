import { type Code, codeNumber, type Headers } from "@dualmesh/core";
import type { GrpcListener, GrpcMetadata, GrpcMetadataClass } from "./channel-contract.ts";
import { HEAD_ONLY, readMetadata, STATUS_ONLY } from "./metadata-fields.ts";

/**
 * The application's side of a call: gets what comes as its own copy of grpc-js would give it. What its handlers throw is
 * the application's, and does not hit the transport that calls them.
 */
export class ApplicationListener {
  readonly #listener: GrpcListener;
  /** The application's own class, so that `instanceof` holds there. */
  readonly #Metadata: GrpcMetadataClass;

  /** @param metadata That of the request. */
  constructor(listener: GrpcListener, metadata: GrpcMetadata) {
    this.#listener = listener;
    this.#Metadata = metadata.constructor as GrpcMetadataClass;
  }

  head(headers: Headers): void {
    try {
      this.#listener.onReceiveMetadata(readMetadata(this.#Metadata, headers, HEAD_ONLY));
    } catch (error) {
      process.nextTick(rethrow, error);
    }
  }

  message(bytes: Buffer): void {
    try {
      this.#listener.onReceiveMessage(bytes);
    } catch (error) {
      process.nextTick(rethrow, error);
    }
  }

  status(code: Code, details: string, trailers: Headers | undefined): void {
    const metadata =
      trailers === undefined ? new this.#Metadata() : readMetadata(this.#Metadata, trailers, STATUS_ONLY);
    try {
      this.#listener.onReceiveStatus({ code: codeNumber(code), details, metadata });
    } catch (error) {
      process.nextTick(rethrow, error);
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}

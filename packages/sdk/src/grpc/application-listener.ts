import { AsyncResource } from "node:async_hooks";
import { type Code, codeNumber, type Headers } from "@dualmesh/core";
import type { GrpcListener, GrpcMetadata, GrpcMetadataClass } from "./channel-contract.ts";
import { HEAD_ONLY, readMetadata, STATUS_ONLY } from "./metadata-fields.ts";

/**
 * The application's side of a call: gets what comes as its own copy of grpc-js would give it. What its handlers throw is
 * the application's, and does not hit the transport that calls them. They run in the asynchronous context in which the call
 * was started: the connection and the wheel of deadlines are shared, and theirs is that of some other call.
 */
export class ApplicationListener {
  readonly #listener: GrpcListener;
  /** The application's own class, so that `instanceof` holds there. */
  readonly #Metadata: GrpcMetadataClass;
  readonly #context = new AsyncResource("GRPC_CALL");

  /** @param metadata That of the request. */
  constructor(listener: GrpcListener, metadata: GrpcMetadata) {
    this.#listener = listener;
    this.#Metadata = metadata.constructor as GrpcMetadataClass;
  }

  head(headers: Headers): void {
    const metadata = readMetadata(this.#Metadata, headers, HEAD_ONLY);
    this.run(() => this.#listener.onReceiveMetadata(metadata));
  }

  message(bytes: Buffer): void {
    this.run(() => this.#listener.onReceiveMessage(bytes));
  }

  status(code: Code, details: string, trailers: Headers | undefined): void {
    const metadata =
      trailers === undefined ? new this.#Metadata() : readMetadata(this.#Metadata, trailers, STATUS_ONLY);
    this.run(() => this.#listener.onReceiveStatus({ code: codeNumber(code), details, metadata }));
  }

  /** Calls a handler of the application's. */
  run(handler: () => void): void {
    try {
      this.#context.runInAsyncScope(handler);
    } catch (error) {
      process.nextTick(rethrow, error);
    }
  }
}

function rethrow(error: unknown): never {
  throw error;
}

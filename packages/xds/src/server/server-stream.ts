import type { Code } from "@dualmesh/core";

/** One client's stream, whatever carries it. Given to {@link XdsServer.serve}, which gives back what to call. */
export interface XdsServerStream {
  /** Where the client is, for the status. */
  readonly peer: string;
  /** Sends one message. `false`: nothing more until `onDrain`. The bytes are shared by streams: never to be written to. */
  send(bytes: Uint8Array): boolean;
  /** Ends the stream from this side. Neither `onRequest` nor `onEnd` need be called afterwards. */
  end(status: { readonly code: Code; readonly message: string }): void;
}

/** What the transport calls. */
export interface XdsServerStreamHandlers {
  /** One message, whole. */
  onRequest(bytes: Uint8Array): void;
  /** The stream takes messages again. */
  onDrain(): void;
  /** The client is gone. */
  onEnd(): void;
}

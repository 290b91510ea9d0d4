import type { Headers } from "@dualmesh/core";
import type { ProtocolError } from "./protocol-error.ts";

/** Who gets the parts of a message: its head; then, unless that was all, bytes and the end. */
export interface MessageSink<Head> {
  /**
   * @param isWhole Whether the message is over. `body` holds all of it then, if it has one; nothing else follows.
   */
  head(head: Head, isWhole: boolean, body: Buffer | undefined): void;
  body(bytes: Buffer): void;
  end(trailers: Headers | undefined): void;
  /** The bytes are no message. The decoder takes no more. */
  failed(error: ProtocolError): void;
}

import { FieldPath } from "./field-path.ts";
import type { Message, MessageName } from "./message-init.ts";
import { MessageReader } from "./message-reader.ts";
import { type MessageType, requireMessageType } from "./message-type.ts";
import { ProtoError } from "./proto-error.ts";
import { WireReader } from "./wire-reader.ts";

/** How much a message may cost to read. */
export interface DecodeBudget {
  /** Length of the message. Default 64 MiB. */
  readonly maxBytes?: number;
  /**
   * Messages inside messages, counting the outermost. From 1; default 100, as in Google's implementations.
   */
  readonly maxDepth?: number;
  /**
   * Messages and map entries in all. An empty message takes two bytes on the wire and some hundred in memory,
   * so bytes alone bound nothing. Default 4,000,000.
   */
  readonly maxNodes?: number;
}

/**
 * Reads a message from protobuf's wire format.
 *
 * Fields that the type does not have are passed over. `bytes` fields (also those of `Any`) are views of
 * `bytes`, not copies.
 * @throws ProtoError if the bytes are not such a message, or cost more than the budget; it names field and
 * place.
 */
export function decode<N extends MessageName>(name: N, bytes: Uint8Array, budget?: DecodeBudget): Message<N> {
  return decodeAs(requireMessageType(name), bytes, budget) as Message<N>;
}

/** The same for a type at hand. */
export function decodeAs(type: MessageType, bytes: Uint8Array, budget: DecodeBudget = {}): unknown {
  const { maxBytes = 67_108_864, maxDepth = 100, maxNodes = 4_000_000 } = budget;
  if (bytes.length > maxBytes) {
    const message = `${type.name}: ${bytes.length} bytes are over the limit of ${maxBytes} bytes`;
    throw new ProtoError(message, "", "RESOURCE_EXHAUSTED");
  }
  const reader = new WireReader(bytes);
  const path = new FieldPath();
  try {
    return new MessageReader(reader, path, maxDepth, maxNodes).outermost(type, bytes.length);
  } catch (error) {
    if (!(error instanceof ProtoError)) throw error;
    const where = path.toString();
    const subject = where === "" ? type.name : `${type.name}: ${where}`;
    throw new ProtoError(`${subject}: ${error.message} (at byte ${reader.position})`, where, error.code);
  }
}

import { FieldPath } from "./field-path.ts";
import type { Message, MessageInit, MessageName } from "./message-init.ts";
import { type MessageType, requireMessageType } from "./message-type.ts";
import { MessageWriter } from "./message-writer.ts";
import { ProtoError } from "./proto-error.ts";
import { WireWriter } from "./wire-writer.ts";

/**
 * Writes a message, whole or partial, in protobuf's wire format.
 *
 * Equal messages give equal bytes: fields by number, maps by key, defaults left out, numbers packed. So a
 * hash of the bytes can serve as a version.
 * @throws ProtoError for a property the type does not have, a value of the wrong type or range, two members
 * of a oneof.
 */
export function encode<N extends MessageName>(name: N, init: MessageInit<Message<N>>): Uint8Array {
  return encodeAs(requireMessageType(name), init);
}

/** The same for a type at hand. */
export function encodeAs(type: MessageType, value: unknown): Uint8Array {
  const writer = new WireWriter();
  const path = new FieldPath();
  try {
    new MessageWriter(writer, path).message(type, value, 0);
  } catch (error) {
    if (!(error instanceof ProtoError)) throw error;
    const where = path.toString();
    throw new ProtoError(
      `${where === "" ? type.name : `${type.name}: ${where}`}: ${error.message}`,
      where,
      error.code,
    );
  }
  return writer.finish();
}

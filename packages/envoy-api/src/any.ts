import { type DecodeBudget, decode } from "./decode.ts";
import { encode } from "./encode.ts";
import type { Message, MessageInit, MessageName } from "./message-init.ts";
import { findMessageType } from "./message-type.ts";
import { ProtoError } from "./proto-error.ts";
import { typeUrl } from "./type-url.ts";

/** A message of any type, still in bytes. */
export type Any = Message<"google.protobuf.Any">;

/**
 * A message with its type; `isOfType` tells TypeScript which. (A union over all types would narrow by itself,
 * and cost the compiler seconds in every package that touches it.)
 */
export interface TypedMessage {
  readonly type: MessageName;
  readonly message: unknown;
}

/** Whether a message is of this type. */
export function isOfType<N extends MessageName>(
  typed: TypedMessage,
  name: N,
): typed is { readonly type: N; readonly message: Message<N> } {
  return typed.type === name;
}

/** Full name of the message inside: what follows the last `/` of its type URL. Empty if the Any is empty. */
export function typeNameOf(any: Any): string {
  return any.type_url.slice(any.type_url.lastIndexOf("/") + 1);
}

/** Whether a name, from a type URL for instance, is that of a message known here. */
export function isMessageName(name: string): name is MessageName {
  return findMessageType(name) !== undefined;
}

/** Writes a message into an Any. @throws ProtoError as `encode` does. */
export function packAny<N extends MessageName>(name: N, init: MessageInit<Message<N>>): Any {
  return { type_url: typeUrl(name), value: encode(name, init) };
}

/**
 * Reads the message inside.
 * @throws ProtoError if its type is not known (ask `isMessageName(typeNameOf(any))` first where that is no
 * error), or the bytes are not such a message.
 */
export function unpackAny(any: Any, budget?: DecodeBudget): TypedMessage {
  const type = typeNameOf(any);
  if (!isMessageName(type)) throw new ProtoError(`Any of unknown type "${any.type_url}"`);
  return { type, message: decode(type, any.value, budget) };
}

/**
 * Reads the message inside, which must be of this type.
 * @throws ProtoError if it is of another, or is broken.
 */
export function unpackAnyAs<N extends MessageName>(name: N, any: Any, budget?: DecodeBudget): Message<N> {
  const type = typeNameOf(any);
  if (type !== name) throw new ProtoError(`Any holds "${type}", expected ${name}`);
  return decode(name, any.value, budget);
}

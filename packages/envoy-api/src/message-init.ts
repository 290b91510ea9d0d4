import type { EnumTypes, MessageTypes } from "./generated/messages.ts";
import type { JsonValue } from "./json-value.ts";

/** Full name of a message, `envoy.config.cluster.v3.Cluster`. */
export type MessageName = keyof MessageTypes;

/**
 * A message by its full name: `Message<"envoy.config.cluster.v3.Cluster">`.
 *
 * Properties have the names of the .proto file and are always there: scalars hold their default, repeated
 * fields and maps are empty, and whatever has presence (messages, wrappers, `optional`, members of a oneof)
 * is `undefined`.
 */
export type Message<N extends MessageName> = MessageTypes[N];

/** Values of an enum by its full name: the names, and `number` for those that a newer peer may send. */
export type Enum<N extends keyof EnumTypes> = EnumTypes[N];

/** A message in which anything may be left out, at every depth. Maps may also be given as plain objects. */
export type MessageInit<T> = T extends undefined | bigint | Uint8Array | JsonValue
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? ReadonlyMap<K, MessageInit<V>> | Readonly<Record<K & (string | number), MessageInit<V>>>
    : T extends readonly (infer E)[]
      ? readonly MessageInit<E>[]
      : { readonly [F in keyof T]?: MessageInit<T[F]> | undefined };

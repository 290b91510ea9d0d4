import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import type { Message, MessageInit, MessageName } from "./message-init.ts";

/**
 * A whole message from the parts that are given: the rest holds its defaults, maps given as objects become
 * `Map`s, and nothing is shared with the argument.
 *
 * It writes and reads the message, so that what it gives is by definition what a peer would receive; for hot
 * paths write out the object instead.
 * @throws ProtoError as `encode` does.
 */
export function create<N extends MessageName>(name: N, init: MessageInit<Message<N>>): Message<N> {
  return decode(name, encode(name, init), {
    maxBytes: Number.POSITIVE_INFINITY,
    maxNodes: Number.POSITIVE_INFINITY,
  });
}

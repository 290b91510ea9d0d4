import type { Message, MessageInit } from "@dualmesh/envoy-api/wire";

/**
 * Who asks: Envoy's `Node`. The control plane chooses by it what to send.
 *
 * @see envoy.config.core.v3.Node
 */
export type XdsNode = MessageInit<Message<"envoy.config.core.v3.Node">>;

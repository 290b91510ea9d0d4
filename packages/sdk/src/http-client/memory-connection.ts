import type { Wire } from "@dualmesh/dataplane";
import { MemorySocket } from "./memory-socket.ts";
import { MemoryWire } from "./memory-wire.ts";

/**
 * The two ends of a connection that never leaves the process: what is written to one can be read from the other. The
 * client's looks like a socket to node:http; ours is no stream of Node, whose bookkeeping costs more than the delivery.
 *
 * Delivery is on the next tick: node:http re-enters itself when its own write comes back synchronously (`flushHeaders`
 * together with `Expect: 100-continue`).
 */
export function memoryConnection(): { readonly client: MemorySocket; readonly inside: Wire } {
  const client = new MemorySocket();
  const inside = new MemoryWire(client);
  client.connectTo(inside);
  return { client, inside };
}

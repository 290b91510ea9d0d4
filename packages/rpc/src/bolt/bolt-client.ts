import { createServiceClient, type RpcClient, type RpcClientOptions } from "../service-client.ts";
import { type BoltProtocolOptions, boltProtocol } from "./client-protocol.ts";

export interface BoltClientOptions extends RpcClientOptions, BoltProtocolOptions {}

/**
 * Calls services of SOFARPC over Bolt.
 *
 * ```ts
 * import { java } from "@dualmesh/codecs/hessian";
 * import { createBoltClient, createBoltServer, defineService, implement } from "@dualmesh/rpc";
 *
 * const Greeter = defineService("com.example.Greeter", {
 *   methods: { greet: { args: [java.string], returns: java.string } },
 * });
 * await using server = createBoltServer({
 *   services: [implement(Greeter, { greet: (name) => `hello ${name}` })],
 * });
 * await using client = createBoltClient({ address: await server.listen({ port: 0, host: "127.0.0.1" }) });
 * console.log(await client.service(Greeter).greet("world", { timeoutMs: 5_000 })); // => hello world
 * ```
 * @throws {RangeError} for an option out of its range.
 */
export function createBoltClient(options: BoltClientOptions): RpcClient {
  return createServiceClient(boltProtocol(options, options.limits?.decode), options);
}

import { createServiceClient, type RpcClient, type RpcClientOptions } from "../service-client.ts";
import { type DubboProtocolOptions, dubboProtocol } from "./client-protocol.ts";

export interface DubboClientOptions extends RpcClientOptions, DubboProtocolOptions {}

/**
 * Calls services of Dubbo 2 and 3 over `dubbo://`, in Hessian 2.
 *
 * ```ts
 * import { java } from "@dualmesh/codecs/hessian";
 * import { createDubboClient, createDubboServer, defineService, implement } from "@dualmesh/rpc";
 *
 * const Greeter = defineService("com.example.Greeter", {
 *   version: "1.0.0",
 *   methods: { greet: { args: [java.string], returns: java.string } },
 * });
 * await using server = createDubboServer({
 *   services: [implement(Greeter, { greet: (name) => `hello ${name}` })],
 * });
 * await using client = createDubboClient({ address: await server.listen({ port: 0, host: "127.0.0.1" }) });
 * console.log(await client.service(Greeter).greet("world", { timeoutMs: 5_000 })); // => hello world
 * ```
 * @throws {RangeError} for an option out of its range.
 */
export function createDubboClient(options: DubboClientOptions): RpcClient {
  return createServiceClient(dubboProtocol(options, options.limits?.decode), options);
}

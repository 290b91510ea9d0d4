import type { FrameCodec } from "@dualmesh/codecs/frame";
import { pooledTransport } from "../pooled-transport.ts";
import type { Transport } from "../transport.ts";
import type { TransportOptions } from "../transport-options.ts";
import { RpcExchange } from "./rpc-exchange.ts";
import { RpcPool } from "./rpc-pool.ts";

/** Calls in the frames of one protocol to the endpoints of a cluster. */
export function createRpcTransport(codec: FrameCodec, options: TransportOptions = {}): Transport {
  return pooledTransport<RpcExchange>(
    {
      exchange: (request, observer) => new RpcExchange(request, observer),
      pool: (given) => new RpcPool(codec, given),
    },
    options,
  );
}

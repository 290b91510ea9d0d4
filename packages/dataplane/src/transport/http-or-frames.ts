import type { FrameCodec } from "@dualmesh/codecs/frame";
import { codecOf } from "@dualmesh/rpc";
import { createRpcTransport } from "./rpc/rpc-transport.ts";
import type { Transport } from "./transport.ts";
import type { TransportOptions } from "./transport-options.ts";

/** Sends on in frames what came in frames, by connections of its protocol, and everything else by HTTP. */
export function httpOrFrames(http: Transport, options: TransportOptions): Transport {
  const byCodec = new Map<FrameCodec, Transport>();
  const transportOf = (codec: FrameCodec): Transport => {
    let transport = byCodec.get(codec);
    if (transport === undefined) {
      transport = createRpcTransport(codec, options);
      byCodec.set(codec, transport);
    }
    return transport;
  };
  return {
    open(endpoint, request, observer) {
      const codec = request.head.method === "" ? codecOf(request) : undefined;
      return (codec === undefined ? http : transportOf(codec)).open(endpoint, request, observer);
    },
    keepAlive: (keepalive) => http.keepAlive(keepalive),
    connect: (endpoint) => http.connect(endpoint),
    release(endpoint) {
      http.release(endpoint);
      for (const transport of byCodec.values()) transport.release(endpoint);
    },
    async close() {
      await Promise.all([http, ...byCodec.values()].map((transport) => transport.close()));
    },
  };
}

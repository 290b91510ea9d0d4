import { createHttp1Transport } from "./http1/http1-transport.ts";
import { createHttp2Transport } from "./http2/http2-transport.ts";
import type { Transport } from "./transport.ts";
import type { TransportOptions } from "./transport-options.ts";

/** Goes on in the protocol in which a request came: for applications that serve both, gRPC beside HTTP/1.1, on one port. */
export function createDownstreamProtocolTransport(options: TransportOptions = {}): Transport {
  const http1 = createHttp1Transport(options);
  const http2 = createHttp2Transport(options);
  return {
    open: (endpoint, request, observer) =>
      (request.head.protocol === "h2" ? http2 : http1).open(endpoint, request, observer),
    keepAlive: (keepalive) => http2.keepAlive(keepalive),
    // Of a port nobody knows what it speaks before the first call.
    connect: async () => {},
    release(endpoint) {
      http1.release(endpoint);
      http2.release(endpoint);
    },
    async close() {
      await Promise.all([http1.close(), http2.close()]);
    },
  };
}

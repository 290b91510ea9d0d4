import { pooledTransport } from "../pooled-transport.ts";
import type { Transport } from "../transport.ts";
import type { TransportOptions } from "../transport-options.ts";
import { H2Exchange } from "./h2-exchange.ts";
import { SessionPool } from "./session-pool.ts";

/** HTTP/2 to the endpoints of a cluster: in clear text ("prior knowledge"), or by TLS, where both sides agree on it (ALPN). */
export function createHttp2Transport(options: TransportOptions = {}): Transport {
  return pooledTransport<H2Exchange>(
    {
      exchange: (request, observer) => new H2Exchange(request, observer),
      pool: (given) => new SessionPool(given),
    },
    options,
  );
}

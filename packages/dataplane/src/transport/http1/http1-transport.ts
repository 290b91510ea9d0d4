import { pooledTransport } from "../pooled-transport.ts";
import type { Transport } from "../transport.ts";
import type { TransportOptions } from "../transport-options.ts";
import { EndpointPool } from "./endpoint-pool.ts";
import { Exchange } from "./exchange.ts";

/**
 * HTTP/1.1 to the endpoints of a cluster.
 *
 * Timeouts of a call are the router's alone. A request is framed anew by its body, and its fields are checked unless they
 * were read from a wire: nobody behind this hop reads it otherwise.
 */
export function createHttp1Transport(options: TransportOptions = {}): Transport {
  return pooledTransport<Exchange>(
    {
      exchange: (request, observer) => new Exchange(request, observer),
      pool: (given) => new EndpointPool(given),
    },
    options,
  );
}

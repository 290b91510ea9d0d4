import { toReset } from "@dualmesh/core";
import { PoolSet } from "../pool-set.ts";
import { NEVER_OPENED, type Transport } from "../transport.ts";
import { poolOptions, type TransportOptions } from "../transport-options.ts";
import { EndpointPool } from "./endpoint-pool.ts";
import { Exchange } from "./exchange.ts";

/**
 * HTTP/1.1 to the endpoints of a cluster, over one pool of connections each.
 *
 * Timeouts of a call are the router's alone. A request is framed anew by its body, and its fields are checked unless they
 * were read from a wire: nobody behind this hop reads it otherwise.
 */
export function createHttp1Transport(options: TransportOptions = {}): Transport {
  const shared = poolOptions(options);
  const pools = new PoolSet((address, onClosed) => new EndpointPool({ ...shared, address, onClosed }));
  return {
    open(endpoint, request, observer) {
      let exchange: Exchange;
      try {
        exchange = new Exchange(request, observer);
      } catch (error) {
        // A request that cannot be written fails alone.
        observer.failed("reset-before-request", {
          ...toReset(error),
          flag: "DPE",
          execution: "not-executed",
        });
        return NEVER_OPENED;
      }
      pools.get(endpoint).run(exchange);
      return exchange;
    },
    release: (endpoint) => pools.release(endpoint),
    close: () => pools.close(),
  };
}

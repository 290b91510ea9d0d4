import { toReset } from "@dualmesh/core";
import { PoolSet } from "../pool-set.ts";
import { NEVER_OPENED, type Transport } from "../transport.ts";
import { poolOptions, type TransportOptions } from "../transport-options.ts";
import { H2Exchange } from "./h2-exchange.ts";
import { SessionPool } from "./session-pool.ts";

/** HTTP/2 over plain TCP or Unix sockets ("prior knowledge") to the endpoints of a cluster. */
export function createHttp2Transport(options: TransportOptions = {}): Transport {
  const shared = poolOptions(options);
  const pools = new PoolSet((address, onClosed) => new SessionPool({ ...shared, address, onClosed }));
  return {
    open(endpoint, request, observer) {
      let exchange: H2Exchange;
      try {
        exchange = new H2Exchange(request, observer);
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

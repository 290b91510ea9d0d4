import { type Request, toReset } from "@dualmesh/core";
import { type EndpointConnections, PoolSet } from "./pool-set.ts";
import { type AttemptObserver, NEVER_OPENED, type OpenAttempt, type Transport } from "./transport.ts";
import { type EndpointPoolOptions, poolOptions, type TransportOptions } from "./transport-options.ts";

/** What a protocol brings to be a transport: its exchanges, and the pools that run them. */
export interface PooledProtocol<E extends OpenAttempt> {
  /** @throws {MeshError} `INVALID_ARGUMENT` for a request that cannot be written. */
  exchange(request: Request, observer: AttemptObserver): E;
  pool(options: EndpointPoolOptions): EndpointConnections & {
    run(exchange: E): void;
    /** Settles when a connection that exchanges share stands. */
    connect?(): Promise<void>;
  };
}

/** A transport over one pool of connections per endpoint. */
export function pooledTransport<E extends OpenAttempt>(
  protocol: PooledProtocol<E>,
  options: TransportOptions,
): Transport {
  const shared = poolOptions(options);
  const pools = new PoolSet((address, onClosed) => protocol.pool({ ...shared, address, onClosed }));
  return {
    open(endpoint, request, observer) {
      let exchange: E;
      try {
        exchange = protocol.exchange(request, observer);
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
    keepAlive: (keepalive) => pools.keepAlive(keepalive),
    connect: async (endpoint) => pools.get(endpoint).connect?.(),
    close: () => pools.close(),
  };
}

import { type Clock, type Request, systemClock, toReset } from "@dualmesh/core";
import { addressKey, type EndpointAddress } from "../endpoint-address.ts";
import type { AttemptObserver, OpenAttempt, Transport } from "../transport.ts";
import { EndpointPool } from "./endpoint-pool.ts";
import { Exchange } from "./exchange.ts";

export interface Http1TransportOptions {
  readonly clock?: Clock;
  /** From the first packet to an established connection. Milliseconds. Default 5,000, as Envoy. */
  readonly connectTimeoutMs?: number;
  /** A connection that idles this long is closed. Milliseconds. Default 3,600,000, as Envoy; 0: never. */
  readonly idleTimeoutMs?: number;
  /** Connections to each endpoint. Default: no limit. */
  readonly maxConnectionsPerEndpoint?: number;
  /** Told of each connection that comes about or fails. */
  readonly onConnection?: (event: "opened" | "failed" | "closed") => void;
}

/**
 * HTTP/1.1 to the endpoints of a cluster, over one pool of connections each.
 *
 * Timeouts of a call are the router's alone. A request is framed anew by its body, and its fields are checked unless they
 * were read from a wire: nobody behind this hop reads it otherwise.
 */
export function createHttp1Transport(options: Http1TransportOptions = {}): Transport {
  return new Http1Transport(options);
}

class Http1Transport implements Transport {
  readonly #options: Http1TransportOptions;
  readonly #pools = new Map<string, EndpointPool>();
  /** The same by the address's object, which stays the same while a set of endpoints does: no text per call. */
  #known = new WeakMap<EndpointAddress, EndpointPool>();
  readonly #closing = new Set<EndpointPool>();
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(options: Http1TransportOptions) {
    this.#options = options;
  }

  open(endpoint: EndpointAddress, request: Request, observer: AttemptObserver): OpenAttempt {
    let exchange: Exchange;
    try {
      exchange = new Exchange(request, observer);
    } catch (error) {
      // A request that cannot be written fails alone.
      observer.failed("reset-before-request", { ...toReset(error), flag: "DPE", execution: "not-executed" });
      return NEVER_OPENED;
    }
    this.#pool(endpoint).run(exchange);
    return exchange;
  }

  release(endpoint: EndpointAddress): void {
    const key = addressKey(endpoint);
    const pool = this.#pools.get(key);
    if (pool === undefined) return;
    this.#pools.delete(key);
    this.#known = new WeakMap();
    this.#closing.add(pool);
    pool.close();
  }

  close(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    this.#known = new WeakMap();
    for (const pool of pools) this.#closing.add(pool);
    for (const pool of pools) pool.close();
    if (this.#closing.size === 0) return Promise.resolve();
    this.#closed ??= Promise.withResolvers();
    return this.#closed.promise;
  }

  #pool(endpoint: EndpointAddress): EndpointPool {
    let pool = this.#known.get(endpoint);
    if (pool === undefined) {
      const key = addressKey(endpoint);
      pool = this.#pools.get(key) ?? this.#createPool(key, endpoint);
      this.#known.set(endpoint, pool);
    }
    return pool;
  }

  #createPool(key: string, address: EndpointAddress): EndpointPool {
    const { clock = systemClock, connectTimeoutMs = 5_000, idleTimeoutMs = 3_600_000 } = this.#options;
    const pool: EndpointPool = new EndpointPool({
      address,
      clock,
      connectTimeoutMs,
      idleTimeoutMs,
      maxConnections: this.#options.maxConnectionsPerEndpoint ?? Number.POSITIVE_INFINITY,
      onConnection: this.#options.onConnection,
      onClosed: () => this.#gone(pool),
    });
    this.#pools.set(key, pool);
    return pool;
  }

  #gone(pool: EndpointPool): void {
    this.#closing.delete(pool);
    if (this.#closing.size === 0) this.#closed?.resolve();
  }
}

const NEVER_OPENED: OpenAttempt = { started: false, cancel() {} };

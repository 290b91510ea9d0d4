import { addressKey, type EndpointAddress } from "./endpoint-address.ts";
import { type KeepaliveOptions, tighterKeepalive } from "./http2/keepalive.ts";

/** The connections to one endpoint. */
export interface EndpointConnections {
  /** Pings on its connections, where calls share them. */
  keepAlive?(options: KeepaliveOptions): void;
  /** Lets what is under way or waits finish, and closes each connection after that. */
  close(): void;
}

/** One pool per endpoint, made when first needed, and the end of all of them. */
export class PoolSet<P extends EndpointConnections> {
  readonly #create: (address: EndpointAddress, onClosed: () => void) => P;
  readonly #pools = new Map<string, P>();
  /** The same by the address's object, which stays the same while a set of endpoints does: no text per call. */
  #known = new WeakMap<EndpointAddress, P>();
  readonly #closing = new Set<P>();
  #closed: PromiseWithResolvers<void> | undefined;
  #keepalive: KeepaliveOptions | undefined;

  /** @param create Makes a pool, which calls `onClosed` when it was closed and its last connection is gone. */
  constructor(create: (address: EndpointAddress, onClosed: () => void) => P) {
    this.#create = create;
  }

  get(address: EndpointAddress): P {
    let pool = this.#known.get(address);
    if (pool === undefined) {
      const key = addressKey(address);
      pool = this.#pools.get(key);
      if (pool === undefined) {
        const created: P = this.#create(address, () => this.#gone(created));
        if (this.#keepalive !== undefined) created.keepAlive?.(this.#keepalive);
        this.#pools.set(key, created);
        pool = created;
      }
      this.#known.set(address, pool);
    }
    return pool;
  }

  /** Pings on all connections, at least as often as that, from now on. */
  keepAlive(options: KeepaliveOptions): void {
    const keepalive = tighterKeepalive(this.#keepalive, options);
    if (keepalive === this.#keepalive) return;
    this.#keepalive = keepalive;
    for (const pool of this.#pools.values()) pool.keepAlive?.(keepalive);
  }

  /** Lets what is under way with an endpoint finish, then closes its connections. The next call gets a new pool. */
  release(address: EndpointAddress): void {
    const key = addressKey(address);
    const pool = this.#pools.get(key);
    if (pool === undefined) return;
    this.#pools.delete(key);
    this.#known = new WeakMap();
    this.#closing.add(pool);
    pool.close();
  }

  /** The same for all; settles when the last connection is closed. */
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

  #gone(pool: P): void {
    this.#closing.delete(pool);
    if (this.#closing.size === 0) this.#closed?.resolve();
  }
}

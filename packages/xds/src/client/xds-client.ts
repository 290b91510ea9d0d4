import {
  type Clock,
  type Counter,
  createTimerWheel,
  type Gauge,
  type Metrics,
  noMetrics,
  type Random,
  systemClock,
  systemRandom,
} from "@dualmesh/core";
import type { AnyResourceType } from "../resource-type.ts";
import type { AllWatcher, ResourceSource, ResourceWatcher } from "../source/resource-source.ts";
import { warnOfDefect } from "../warn-of-defect.ts";
import type { XdsNode } from "../xds-node.ts";
import { AdsConnection, type AdsConnectionEvents } from "./ads-connection.ts";
import type { Verdict } from "./ads-stream.ts";
import {
  type ConnectionStatus,
  resourceStatus,
  type TypeStatus,
  type XdsClientStatus,
} from "./client-status.ts";
import { openGrpcStream } from "./grpc-stream.ts";
import { nackText } from "./nack-text.ts";
import { TypeCache } from "./type-cache.ts";
import { VerdictCounts } from "./verdict-counts.ts";
import type { OpenXdsStream } from "./xds-stream.ts";
import type { XdsTarget } from "./xds-target.ts";

export interface XdsClientOptions {
  /** Who asks. Sent with the first request of every stream. */
  readonly node: XdsNode;
  /** Where the control plane is. A function is asked before every attempt to connect. */
  readonly target: XdsTarget | (() => XdsTarget);
  /** The types that may be watched. */
  readonly types: readonly AnyResourceType[];
  readonly clock?: Clock;
  readonly random?: Random;
  readonly metrics?: Metrics;
  /**
   * How long a resource may take that was asked for on a connection that is up; then it counts as missing (and is still
   * taken when it comes). Milliseconds, over 0. Default 15,000, as Envoy and gRPC have it.
   */
  readonly resourceTimeoutMs?: number;
  /** The longest message that is read. Bytes. Default 64 MiB. */
  readonly maxMessageBytes?: number;
  /** How streams are opened. Default: gRPC, whose library is loaded with the first stream. */
  readonly openStream?: OpenXdsStream;
  /** A watcher threw. Default: a process warning. */
  readonly onDefect?: (error: unknown) => void;
}

/**
 * Keeps the resources that are watched as the control plane has them. One stream carries all types (ADS, state of the
 * world). What was good once stays until it is replaced or deleted, whatever becomes of streams and servers.
 */
export interface XdsClient extends ResourceSource, AsyncDisposable {
  /**
   * Goes over to another server. What is cached stays; the present stream is given up when the new one has brought its
   * first response, so that a server that is not there costs nothing.
   */
  retarget(target: XdsTarget | (() => XdsTarget)): void;
  status(): XdsClientStatus;
}

/**
 * Makes a client. Nothing is opened before something is watched.
 *
 * @throws {RangeError} when two types share a URL, or an option is out of range.
 */
export function createXdsClient(options: XdsClientOptions): XdsClient {
  return new Client(options);
}

class Client implements XdsClient {
  readonly typeUrls: ReadonlySet<string>;
  readonly #options: XdsClientOptions;
  readonly #clock: Clock;
  readonly #connected: Gauge;
  readonly #connectFail: Counter;
  readonly #caches = new Map<string, TypeCache>();
  readonly #counts = new Map<string, VerdictCounts>();
  #current: AdsConnection;
  /** Takes the place of `#current` with its first response. */
  #next: AdsConnection | undefined;
  readonly #dirty = new Set<TypeCache>();
  #flushing = false;
  #started = false;
  #closed = false;

  constructor(options: XdsClientOptions) {
    const { types, resourceTimeoutMs = 15_000, clock = systemClock, metrics = noMetrics } = options;
    if (!(resourceTimeoutMs > 0)) {
      throw new RangeError(`xds client: resourceTimeoutMs must be over 0 ms, got ${resourceTimeoutMs}`);
    }
    this.#options = options;
    this.#clock = clock;
    this.#connected = metrics.gauge("control_plane.connected_state");
    this.#connectFail = metrics.counter("control_plane.connect_fail");
    const timers = createTimerWheel({ clock, tickMs: 100 });
    const onDefect = options.onDefect ?? warnOfDefect;
    for (const type of types) {
      if (this.#caches.has(type.typeUrl)) throw new RangeError(`xds client: two types for "${type.typeUrl}"`);
      const cache: TypeCache = new TypeCache({
        type,
        timers,
        resourceTimeoutMs,
        onWantedChange: () => this.#wantedChanged(cache),
        onDefect,
      });
      this.#caches.set(type.typeUrl, cache);
      this.#counts.set(type.typeUrl, new VerdictCounts(type.name, metrics));
    }
    this.typeUrls = new Set(this.#caches.keys());
    this.#current = this.#connection(options.target);
  }

  watch(typeUrl: string, name: string, watcher: ResourceWatcher): Disposable {
    return this.#cache(typeUrl).watch(name, watcher);
  }

  watchAll(typeUrl: string, watcher: AllWatcher): Disposable {
    return this.#cache(typeUrl).watchAll(watcher);
  }

  retarget(target: XdsTarget | (() => XdsTarget)): void {
    if (this.#closed) return;
    this.#next?.close();
    this.#next = undefined;
    if (this.#current.goesTo(target)) return;
    const next = this.#connection(target);
    if (this.#started) {
      this.#next = next;
      next.start();
    } else this.#current = next;
  }

  status(): XdsClientStatus {
    const connections: ConnectionStatus[] = [this.#current.status()];
    if (this.#next !== undefined) connections.push(this.#next.status());
    const types: TypeStatus[] = [];
    for (const cache of this.#caches.values()) {
      const { acks, nacks, nack } = this.#counts.get(cache.type.typeUrl) as VerdictCounts;
      const { name, typeUrl } = cache.type;
      const resources = [...cache.states()].map(([resource, state]) => resourceStatus(resource, state));
      const { wildcard } = cache.wanted;
      const version = this.#current.version(typeUrl);
      const status = { name, typeUrl, wildcard, version, acks, nacks, resources };
      types.push(nack === undefined ? status : { ...status, nack });
    }
    return { nodeId: this.#options.node.id ?? "", connections, types };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#current.close();
    this.#next?.close();
    for (const cache of this.#caches.values()) cache.stopTimers();
  }

  #cache(typeUrl: string): TypeCache {
    const cache = this.#caches.get(typeUrl);
    if (cache === undefined) throw new RangeError(`xds client: no type was given for "${typeUrl}"`);
    return cache;
  }

  #connection(target: XdsTarget | (() => XdsTarget)): AdsConnection {
    const { node, random = systemRandom, maxMessageBytes = 64 * 1024 * 1024 } = this.#options;
    return new AdsConnection({
      node,
      target,
      open: this.#options.openStream ?? openGrpcStream({ maxMessageBytes }),
      clock: this.#clock,
      random,
      maxMessageBytes,
      events: this.#events,
    });
  }

  #wantedChanged(cache: TypeCache): void {
    if (!this.#started && !this.#closed) {
      this.#started = true;
      this.#current.start();
    }
    this.#changed(cache);
  }

  /**
   * Names that change in one turn of the event loop go out in one request, and responses that came in one turn are
   * answered by one: a server that sends a thousand resources one by one would else get the whole list a thousand times.
   */
  #changed(cache: TypeCache): void {
    this.#dirty.add(cache);
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    if (this.#closed) return;
    for (const cache of dirty) {
      cache.prune();
      this.#current.update(cache);
      this.#next?.update(cache);
      if (this.#current.open || this.#next?.open === true) cache.requested();
    }
  }

  readonly #events: AdsConnectionEvents = {
    onOpen: () => {
      this.#connected.set(1);
      for (const cache of this.#caches.values()) {
        cache.explainWaits(undefined);
        this.#changed(cache);
      }
    },
    onResponse: (response, connection) => {
      if (connection === this.#next) this.#promote();
      const cache = this.#caches.get(response.type_url) as TypeCache;
      const atWallMs = this.#clock.wall();
      const problems = cache.apply(response, atWallMs);
      this.#counts.get(response.type_url)?.record(response.version_info, problems, atWallMs);
      this.#changed(cache);
      const verdict: Verdict = {
        problem: problems.length === 0 ? undefined : nackText(problems),
        holds: (name) => cache.holds(name),
      };
      return verdict;
    },
    onRefused: ({ type_url: typeUrl }, connection) => {
      connection.update(this.#caches.get(typeUrl) as TypeCache);
    },
    onEnd: (sentence, failed) => {
      if (failed) this.#connectFail.add();
      if (this.#current.open || this.#next?.open === true) return;
      this.#connected.set(0);
      // A stream that ended after it had brought something is no failure; it is opened again in a moment.
      const reason = failed
        ? `the control plane cannot be reached: ${sentence}`
        : "the stream is being reopened";
      for (const cache of this.#caches.values()) cache.explainWaits(reason);
    },
    onDue: () => {
      for (const cache of this.#caches.values()) this.#changed(cache);
    },
  };

  #promote(): void {
    const old = this.#current;
    this.#current = this.#next as AdsConnection;
    this.#next = undefined;
    old.close();
  }
}

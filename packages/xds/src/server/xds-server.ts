import { type Clock, type Metrics, noMetrics, systemClock } from "@dualmesh/core";
import type { XdsNode } from "../xds-node.ts";
import { deltaVariant } from "./delta-variant.ts";
import { grpcService, type XdsGrpcService } from "./grpc-service.ts";
import { type Listening, type ListenOptions, listenGrpc } from "./listen-grpc.ts";
import { createPushQueue } from "./push-queue.ts";
import type { ResourceTable } from "./resource-table.ts";
import { createResponseCache, type ResponseCache } from "./response-cache.ts";
import { type ServerMetrics, serverMetrics } from "./server-metrics.ts";
import type { NodeStatus } from "./server-status.ts";
import type { XdsServerStream, XdsServerStreamHandlers } from "./server-stream.ts";
import { type AnySession, Session } from "./session.ts";
import { type Snapshot, shareTables } from "./snapshot.ts";
import { sotwVariant } from "./sotw-variant.ts";
import type { StreamRequest, Variant, VariantName } from "./variant.ts";

export interface XdsServerOptions {
  /** Which snapshot a client gets: the name of its group. Asked once per stream. A throw refuses the client. */
  readonly group: (node: XdsNode) => string;
  readonly clock?: Clock;
  readonly metrics?: Metrics;
  /** A client refused a response; it goes on with what it had. */
  readonly onNack?: (nack: NackReport) => void;
  /** A stream has said who it is. */
  readonly onConnect?: (node: XdsNode, group: string) => void;
  readonly onDisconnect?: (node: XdsNode, group: string) => void;
  /** Tells clients who answers, such as the name of this replica. Default: nothing. */
  readonly controlPlane?: string;
  /** Longer requests end the stream. Bytes. Default 16 MiB. */
  readonly maxRequestBytes?: number;
  /**
   * How long listeners and routes wait for a client that was sent a new cluster to ask for its endpoints. Milliseconds.
   * Default 1,000; 0 does not wait.
   */
  readonly endpointAskMs?: number;
  /**
   * How long a removed cluster is kept for a client that subscribes to clusters by name and still names it, or for one that
   * has come back and said what it has. (Who else asks for all clusters is told at once when its routes are out.)
   * Milliseconds. Default 5,000; 0 does not wait.
   */
  readonly removalGraceMs?: number;
}

export interface NackReport {
  readonly node: XdsNode;
  readonly group: string;
  readonly variant: VariantName;
  readonly typeUrl: string;
  /** Of the type as a whole, also with delta. */
  readonly version: string;
  /** The client's words. */
  readonly message: string;
}

/**
 * Serves snapshots to xDS clients: Envoy, gRPC, Dualmesh. Opens nothing by itself; {@link XdsServer.serve} takes any
 * transport.
 */
export interface XdsServer {
  /** What the clients of a group get from now on. Those that are connected are brought there, make before break. */
  setSnapshot(group: string, snapshot: Snapshot): void;
  /** Forgets a snapshot. Connected clients keep what they have; new ones wait. */
  deleteSnapshot(group: string): void;
  snapshot(group: string): Snapshot | undefined;
  groups(): readonly string[];
  /** Serves one stream of ADS, state of the world. */
  serve(stream: XdsServerStream): XdsServerStreamHandlers;
  /** Serves one stream of delta ADS. */
  serveDelta(stream: XdsServerStream): XdsServerStreamHandlers;
  /** ADS in both variants for a gRPC server of one's own: `grpcServer.addService(service.definition, service.handlers)`. */
  readonly service: XdsGrpcService;
  /**
   * Serves ADS over gRPC on an address of its own. Loads `@grpc/grpc-js`.
   *
   * @throws {MeshError} `UNAVAILABLE` when the address cannot be had.
   */
  listen(options: ListenOptions): Promise<Listening>;
  /** Every connected stream: what it asked for, was sent, accepted and refused. */
  nodes(): readonly NodeStatus[];
  /** Ends all streams; clients come back or go elsewhere. Further ones are served: this is no shutdown. */
  disconnectAll(message: string): void;
}

/**
 * Makes an engine with no snapshots: clients wait until their group has one.
 *
 * ```ts
 * import { encode, packAny, TYPE_URL } from "@dualmesh/envoy-api";
 * import { createSnapshot, createXdsServer } from "@dualmesh/xds/server";
 *
 * const server = createXdsServer({ group: ({ cluster }) => cluster ?? "default" });
 * const cluster = packAny("envoy.config.cluster.v3.Cluster", { name: "orders" });
 * const any = encode("google.protobuf.Any", cluster);
 * server.setSnapshot("default", createSnapshot([{ typeUrl: TYPE_URL.CDS, name: "orders", any }]));
 * const { address, close } = await server.listen({ host: "127.0.0.1", port: 0 });
 * console.log(address); // => 127.0.0.1:…
 * await close();
 * ```
 */
export function createXdsServer(options: XdsServerOptions): XdsServer {
  return new Engine(options);
}

class Engine implements XdsServer {
  readonly service: XdsGrpcService = grpcService(this);
  readonly #options: XdsServerOptions;
  readonly #metrics: ServerMetrics;
  readonly #maxRequestBytes: number;
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #sessions = new Map<string, Set<AnySession>>();
  /** Streams that have not said yet who they are. */
  readonly #strangers = new Set<AnySession>();
  readonly #pushes = createPushQueue<AnySession>((session) => {
    const snapshot = this.#snapshots.get(session.group);
    if (snapshot !== undefined) session.update(snapshot);
  });
  /** By identity: they go with their table. Of this server alone, since they carry its nonces and its name. */
  readonly #responses = new WeakMap<ResourceTable, ResponseCache>();
  #nonce = 0;

  constructor(options: XdsServerOptions) {
    for (const [name, value] of Object.entries({
      endpointAskMs: options.endpointAskMs ?? 0,
      removalGraceMs: options.removalGraceMs ?? 0,
    })) {
      if (!(value >= 0)) throw new RangeError(`xds server: ${name} must be 0 ms or more, got ${value}`);
    }
    this.#options = options;
    this.#maxRequestBytes = options.maxRequestBytes ?? 16 * 1024 * 1024;
    this.#metrics = serverMetrics(options.metrics ?? noMetrics);
  }

  setSnapshot(group: string, snapshot: Snapshot): void {
    const before = this.#snapshots.get(group);
    if (before?.version === snapshot.version) return;
    this.#snapshots.set(group, shareTables(snapshot, before));
    for (const session of this.#sessions.get(group) ?? []) this.#pushes.add(session);
  }

  deleteSnapshot(group: string): void {
    this.#snapshots.delete(group);
  }

  snapshot(group: string): Snapshot | undefined {
    return this.#snapshots.get(group);
  }

  groups(): readonly string[] {
    return [...this.#snapshots.keys()];
  }

  serve(stream: XdsServerStream): XdsServerStreamHandlers {
    return this.#open(sotwVariant, stream);
  }

  serveDelta(stream: XdsServerStream): XdsServerStreamHandlers {
    return this.#open(deltaVariant, stream);
  }

  #open<Request extends StreamRequest>(
    variant: Variant<Request>,
    stream: XdsServerStream,
  ): XdsServerStreamHandlers {
    const { clock = systemClock, controlPlane = "" } = this.#options;
    const metrics = this.#metrics;
    const { endpointAskMs = 1_000, removalGraceMs = 5_000 } = this.#options;
    const session = new Session({
      variant,
      stream,
      clock,
      metrics,
      controlPlane,
      maxRequestBytes: this.#maxRequestBytes,
      endpointAskMs,
      removalGraceMs,
      nextNonce: () => ++this.#nonce,
      responses: (table) => this.#responsesOf(table),
      onNode: (node, self) => this.#joined(node, self),
      onNack: (typeUrl, version, message, { node, group }) =>
        this.#options.onNack?.({ node, group, variant: variant.name, typeUrl, version, message }),
      onEnd: (self) => this.#left(self),
    });
    this.#strangers.add(session);
    metrics.streams.add(1);
    return session;
  }

  listen(options: ListenOptions): Promise<Listening> {
    return listenGrpc(this.service, { ...options, maxRequestBytes: this.#maxRequestBytes });
  }

  nodes(): readonly NodeStatus[] {
    return [...this.#sessions.values()].flatMap((sessions) =>
      [...sessions].map((session) => session.status()),
    );
  }

  disconnectAll(message: string): void {
    for (const session of [...this.#strangers, ...[...this.#sessions.values()].flatMap((set) => [...set])]) {
      session.end(message);
    }
  }

  #responsesOf(table: ResourceTable): ResponseCache {
    let responses = this.#responses.get(table);
    if (responses === undefined) {
      responses = createResponseCache();
      this.#responses.set(table, responses);
    }
    return responses;
  }

  #joined(node: XdsNode, session: AnySession): Snapshot | undefined {
    const group = this.#options.group(node);
    session.group = group;
    this.#strangers.delete(session);
    let sessions = this.#sessions.get(group);
    if (sessions === undefined) {
      sessions = new Set();
      this.#sessions.set(group, sessions);
    }
    sessions.add(session);
    this.#options.onConnect?.(node, group);
    return this.#snapshots.get(group);
  }

  #left(session: AnySession): void {
    const { group, node } = session;
    this.#metrics.streams.add(-1);
    this.#pushes.delete(session);
    if (this.#strangers.delete(session)) return;
    const sessions = this.#sessions.get(group);
    sessions?.delete(session);
    if (sessions?.size === 0) this.#sessions.delete(group);
    this.#options.onDisconnect?.(node, group);
  }
}

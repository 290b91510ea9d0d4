import { constants } from "node:crypto";
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { type Clock, MeshError, type Metrics, noMetrics } from "@dualmesh/core";
import type { FilterChainPlan } from "../compile/filter-chain.ts";
import type { DownstreamTlsPlan } from "../compile/tls/downstream-tls.ts";
import { loadSecrets, type TlsSecrets } from "./load-secrets.ts";
import { type TlsStats, tlsStats } from "./tls-stats.ts";
import { verifyPeer } from "./verify-peer.ts";

/** What of a filter chain TLS needs. */
export type TlsChain = Pick<FilterChainPlan, "handshakeTimeoutMs"> & {
  readonly tls: DownstreamTlsPlan;
  readonly http: Pick<FilterChainPlan["http"], "protocol">;
};

export interface TlsTerminatorOptions {
  readonly chain: TlsChain;
  readonly clock: Clock;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  /** What stands before the names of counters: `listener.127.0.0.1_443.`. Default `listener.`. */
  readonly metricsPrefix?: string;
  /** Takes connections whose handshake is over, and whose client is one that was wanted. */
  readonly onConnection: (connection: TLSSocket, socket: Socket) => void;
  /** Told once when certificates or keys cannot be loaded: from then on connections are closed as they come. */
  readonly onFailure?: (error: MeshError) => void;
}

/** What a chain offers by ALPN where its configuration does not say. */
const BY_PROTOCOL = { auto: ["h2", "http/1.1"], http1: ["http/1.1"], http2: ["h2"] } as const;

/** Node has a limit of its own for handshakes, 120 s by default; the chain's comes first. Milliseconds. */
const NO_LIMIT_MS = 2 ** 31 - 1;

/**
 * Ends TLS for a filter chain: bytes of clients in, connections in clear text out. Who does not finish a handshake in time,
 * or is not who may come, is cut off alone.
 */
export class TlsTerminator implements Disposable {
  readonly #options: TlsTerminatorOptions;
  readonly #secrets: TlsSecrets;
  readonly #stats: TlsStats;
  /** Connections whose handshake is under way, each with its time limit. */
  readonly #pending = new Map<Socket, Disposable | undefined>();
  #server: Server | undefined;
  #isFailed = false;

  constructor(options: TlsTerminatorOptions) {
    this.#options = options;
    this.#stats = tlsStats(options.metrics ?? noMetrics, options.metricsPrefix ?? "listener.");
    this.#secrets = loadSecrets(options.chain.tls, options.clock);
    this.#secrets.loading?.then(
      () => this.#begin(),
      (error: unknown) => this.#fail(error),
    );
  }

  /** Connections whose handshake is under way. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Begins the handshake; while certificates are being loaded, the client waits. */
  accept(socket: Socket): void {
    if (this.#isFailed) {
      socket.destroy();
      return;
    }
    const { chain, clock } = this.#options;
    const timeoutMs = chain.handshakeTimeoutMs;
    const timer = timeoutMs > 0 ? clock.setTimer(() => socket.destroy(), timeoutMs) : undefined;
    this.#pending.set(socket, timer);
    socket.on("error", ignore);
    socket.once("close", () => this.#settled(socket));
    if (this.#secrets.loading === undefined || this.#server !== undefined) this.#handshake(socket);
    else socket.pause();
  }

  [Symbol.dispose](): void {
    for (const socket of [...this.#pending.keys()]) socket.destroy();
  }

  #begin(): void {
    for (const socket of this.#pending.keys()) this.#handshake(socket);
  }

  #fail(error: unknown): void {
    this.#isFailed = true;
    this[Symbol.dispose]();
    this.#options.onFailure?.(MeshError.is(error) ? error : new MeshError("INTERNAL", String(error)));
  }

  #handshake(socket: Socket): void {
    this.#server ??= this.#createServer();
    this.#server.emit("connection", socket);
  }

  #createServer(): Server {
    const { tls, http } = this.#options.chain;
    const asks = tls.requiresClientCertificate || tls.validation !== undefined;
    const server = createServer({
      ...this.#secrets.options,
      ALPNProtocols: [...(tls.alpn.length > 0 ? tls.alpn : BY_PROTOCOL[http.protocol])],
      requestCert: asks,
      // Judged below; Node looks at less.
      rejectUnauthorized: false,
      // A session that is resumed would bring back a certificate that was good when it began.
      ...(asks || !tls.resumesSessions ? { secureOptions: constants.SSL_OP_NO_TICKET } : {}),
      handshakeTimeout: NO_LIMIT_MS,
      allowHalfOpen: true,
    });
    server.on("secureConnection", (connection) => this.#secured(connection));
    server.on("tlsClientError", (_error, connection) => {
      this.#stats.connectionError.add();
      connection.destroy();
    });
    return server;
  }

  #secured(connection: TLSSocket): void {
    connection.on("error", ignore);
    const socket = rawSocket(connection);
    this.#settled(socket);
    if (this.#isWanted(connection)) this.#options.onConnection(connection, socket);
    else connection.destroy();
  }

  #isWanted(connection: TLSSocket): boolean {
    const { requiresClientCertificate, requiresServerName, validation } = this.#options.chain.tls;
    const { handshake, connectionError, noCertificate, failVerify } = this.#stats;
    if (requiresServerName && !connection.servername) {
      connectionError.add();
      return false;
    }
    const hasCertificate = connection.getPeerX509Certificate() !== undefined;
    if (!hasCertificate && requiresClientCertificate) {
      failVerify.no_cert.add();
      return false;
    }
    if (!hasCertificate) noCertificate.add();
    const bad = validation && hasCertificate ? verifyPeer(connection, validation) : undefined;
    (bad === undefined ? handshake : failVerify[bad.failure]).add();
    return bad === undefined;
  }

  #settled(socket: Socket): void {
    this.#pending.get(socket)?.[Symbol.dispose]();
    this.#pending.delete(socket);
  }
}

/**
 * The socket below a connection of TLS. Node keeps it under this name since it has TLS sockets, and tells it nowhere else: the
 * events of a server name the connection alone.
 */
function rawSocket(connection: TLSSocket): Socket {
  const { _parent: socket } = connection as unknown as { readonly _parent?: Socket };
  if (socket === undefined) throw new Error("TLS: this Node does not say which socket is below a connection");
  return socket;
}

/** Whoever serves a connection sees that it closes. */
function ignore(): void {}

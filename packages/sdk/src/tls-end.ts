import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { type Clock, localReply, type Request, type Response, type Service } from "@dualmesh/core";
import {
  type Arrival,
  chooseChain,
  type FilterChainPlan,
  inspectClient,
  type Listener,
  TlsTerminator,
} from "@dualmesh/dataplane";

export interface TlsEndOptions {
  /** The inbound listener for a port of the application. */
  readonly listener: (port: number) => Listener | undefined;
  /** What the server speaks, and nothing else. */
  readonly protocol: "http1" | "http2";
  /** Takes a connection in clear text, or one that has been decrypted. */
  readonly deliver: (connection: Socket) => void;
  readonly clock: Clock;
  readonly log: (sentence: string) => void;
}

/** Of a connection that was decrypted: by which chain, in which of its states. */
interface Origin {
  readonly port: number;
  readonly key: string;
  readonly identity: string;
}

/**
 * Ends TLS in front of one server of the application, by the inbound chains for its port. Clients in clear text are let
 * through to it: the own sidecar is one of them, and the chain judges their requests.
 */
export class TlsEnd implements Disposable {
  readonly #options: TlsEndOptions;
  /** By port and chain; of a chain that has changed, the last one. */
  readonly #terminators = new Map<
    string,
    { readonly identity: string; readonly terminator: TlsTerminator }
  >();
  readonly #origins = new WeakMap<Socket, Origin>();
  /** Connections that have said nothing yet. */
  readonly #undecided = new Set<Socket>();

  constructor(options: TlsEndOptions) {
    this.#options = options;
  }

  /** Takes a connection on, if a chain for its port does TLS; `false`: there is nothing to do. */
  accept(socket: Socket): boolean {
    const port = socket.localPort ?? 0;
    const plan = this.#options.listener(port)?.plan;
    if (plan?.chains.some((chain) => chain.tls !== undefined && isFor(chain, port)) !== true) return false;
    const { clock } = this.#options;
    this.#undecided.add(socket);
    socket.once("close", () => this.#undecided.delete(socket));
    inspectClient(socket, { clock, timeoutMs: plan.inspectionTimeoutMs }, (words) => {
      this.#undecided.delete(socket);
      const chain = words.transport === "tls" ? this.#chain({ port, ...words }) : undefined;
      if (words.transport === "raw_buffer") this.#deliverPlain(socket);
      else if (chain?.tls === undefined) socket.destroy();
      else this.#terminator(port, chain, chain.tls).accept(socket);
    });
    return true;
  }

  /**
   * Whether what a connection was let in by still holds. One that was never encrypted was let in by nothing; a chain that
   * asks for more by now has not asked this client.
   */
  isCurrent(connection: Socket): boolean {
    const origin = this.#origins.get(connection);
    if (origin === undefined) return true;
    const chains = this.#options.listener(origin.port)?.plan.chains;
    return chains?.find(({ key }) => key === origin.key)?.tls?.identity === origin.identity;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#undecided) socket.destroy();
    for (const { terminator } of this.#terminators.values()) terminator[Symbol.dispose]();
  }

  #chain(arrival: Arrival): FilterChainPlan | undefined {
    const listener = this.#options.listener(arrival.port);
    return listener && chooseChain(listener.plan.chains, arrival);
  }

  #deliverPlain(socket: Socket): void {
    this.#options.deliver(socket);
    socket.resume();
  }

  #terminator(port: number, chain: FilterChainPlan, tls: NonNullable<FilterChainPlan["tls"]>): TlsTerminator {
    const place = `${port} ${chain.key}`;
    const there = this.#terminators.get(place);
    if (there?.identity === tls.identity) return there.terminator;
    const { clock, deliver, log, protocol } = this.#options;
    const { key } = chain;
    const { identity } = tls;
    const terminator = new TlsTerminator({
      chain: { ...chain, tls: { ...tls, alpn: [ALPN[protocol]] }, http: { protocol } },
      clock,
      onConnection: (connection: TLSSocket) => {
        this.#origins.set(connection, { port, key, identity });
        deliver(connection);
      },
      onFailure: ({ rawMessage }) =>
        log(`port ${port}: connections by TLS for ${key} are closed: ${rawMessage}`),
    });
    this.#terminators.set(place, { identity, terminator });
    return terminator;
  }
}

const ALPN = { http1: "http/1.1", http2: "h2" } as const;

/** For connections that were let in under terms which are no more: their clients may come again under the new ones. */
export const outdated: Service<Request, Response> = () =>
  Promise.resolve(
    localReply({
      status: 503,
      details: "filter_chain_changed",
      message: "the filter chain of this connection has changed its terms",
      headers: ["connection", "close"],
    }),
  );

function isFor({ destinationPort }: FilterChainPlan, port: number): boolean {
  return destinationPort === undefined || destinationPort === port;
}

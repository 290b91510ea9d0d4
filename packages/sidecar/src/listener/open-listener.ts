import { createServer, type Server, type Socket } from "node:net";
import { type Clock, type Metrics, noMetrics } from "@dualmesh/core";
import {
  type Arrival,
  addressKey,
  chooseChain,
  type EndpointAddress,
  type FilterChainPlan,
  inspectClient,
  type Listener,
} from "@dualmesh/dataplane";
import type { Log } from "../log.ts";
import { bindSocket } from "./bind-socket.ts";
import { answerMarker, markedService, type OnCall } from "./call-marks.ts";
import { ConnectionGroup } from "./connection-group.ts";
import { keepsConnections } from "./http-limits.ts";

export interface OpenListenerOptions {
  readonly clock: Clock;
  readonly hopToken: string;
  /** How long connections may go on that belong to a configuration which is no more. Milliseconds. */
  readonly drainTimeMs: number;
  readonly log: Log;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  /** Default: nobody looks. */
  readonly onCall?: OnCall;
}

/** A listening socket, the listener that it serves at this moment, and the connections of both. */
export class OpenListener {
  readonly #options: OpenListenerOptions;
  readonly #server: Server;
  #listener: Listener;
  #address: EndpointAddress;
  /** By the key of their chain. */
  readonly #groups = new Map<string, ConnectionGroup>();
  #isDraining = false;
  /** Connections that have not said what their chain is chosen by. */
  readonly #undecided = new Set<Socket>();
  /** Groups that drain. */
  readonly #leaving = new Set<ConnectionGroup>();

  private constructor(listener: Listener, address: EndpointAddress, options: OpenListenerOptions) {
    this.#listener = listener;
    this.#address = address;
    this.#options = options;
    // As the servers of node:http have it: the parser decides when a connection ends, not the socket.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  /** @throws {MeshError} when the address cannot be opened. */
  static async open(
    listener: Listener,
    address: EndpointAddress,
    options: OpenListenerOptions,
  ): Promise<OpenListener> {
    const opened = new OpenListener(listener, address, options);
    opened.#address = await bindSocket(opened.#server, address, { subject: `listener "${listener.name}"` });
    opened.serve(listener);
    return opened;
  }

  get listener(): Listener {
    return this.#listener;
  }

  /** Where it is reached, with the actual port. */
  get address(): EndpointAddress {
    return this.#address;
  }

  /** Requests without a complete answer, on connections that drain as well. */
  get active(): number {
    let active = 0;
    for (const group of [...this.#groups.values(), ...this.#leaving]) active += group.active;
    return active;
  }

  /**
   * Serves this listener from now on. A changed chain reaches open connections too, since a service finds the tables of
   * the moment; another listener, another TLS or other limits of the parser begin with new connections, and the old ones
   * drain.
   */
  serve(listener: Listener): void {
    const chains = new Map(listener.plan.chains.filter(isFor(this.#port)).map((chain) => [chain.key, chain]));
    for (const [key, group] of this.#groups) {
      const chain = chains.get(key);
      const isSame = this.#listener === listener && group.codecs === listener.plan.codecs;
      if (isSame && chain !== undefined && keepsConnections(group.chain, chain)) continue;
      this.#groups.delete(key);
      this.#leave(group);
    }
    this.#listener = listener;
    for (const [key, chain] of chains) {
      if (this.#groups.has(key)) continue;
      const group = this.#createGroup(listener, chain);
      this.#groups.set(key, group);
      if (this.#isDraining) group.drain();
    }
  }

  /** Answers ask their clients to close from now on. */
  drain(): void {
    this.#isDraining = true;
    for (const group of this.#groups.values()) group.drain();
  }

  /** Stops accepting at once, and lets what is under way finish. @see ConnectionGroup.close */
  async close(limitMs: number, whenQuiet: boolean): Promise<void> {
    this.#isDraining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#undecided) socket.destroy();
    const groups = [...this.#groups.values(), ...this.#leaving];
    await Promise.all(groups.map((group) => group.close(limitMs, whenQuiet)));
    await closed;
  }

  get #port(): number {
    return this.#address.kind === "tcp" ? this.#address.port : 0;
  }

  #createGroup(listener: Listener, chain: FilterChainPlan): ConnectionGroup {
    const { clock, hopToken, log, onCall, metrics = noMetrics } = this.#options;
    return new ConnectionGroup({
      clock,
      metrics,
      // As Envoy writes it: a colon would end the name.
      metricsPrefix: `listener.${addressKey(this.#address).replaceAll(":", "_")}.`,
      chain,
      codecs: listener.plan.codecs,
      service: markedService(listener, chain.key, hopToken, onCall),
      onAnswer: answerMarker(listener, chain.key),
      onFailure: ({ rawMessage }) =>
        log({
          level: "error",
          kind: "listener-failed",
          message: `listener "${listener.name}": its filter chain for ${chain.key} closes all connections: ${rawMessage}`,
        }),
    });
  }

  #accept(socket: Socket): void {
    const { inspects, inspectionTimeoutMs: timeoutMs } = this.#listener.plan;
    if (!inspects) {
      this.#dispatch(socket, { transport: "raw_buffer", serverName: "" });
      return;
    }
    this.#undecided.add(socket);
    socket.once("close", () => this.#undecided.delete(socket));
    inspectClient(socket, { clock: this.#options.clock, timeoutMs }, (words) => {
      this.#undecided.delete(socket);
      this.#dispatch(socket, words);
    });
  }

  /** Without a chain for them, connections are closed as they come, as Envoy does. */
  #dispatch(socket: Socket, words: Pick<Arrival, "transport" | "serverName">): void {
    const chain = chooseChain(this.#listener.plan.chains, { port: this.#port, ...words });
    const group = chain && this.#groups.get(chain.key);
    if (group === undefined) socket.destroy();
    else group.accept(socket);
  }

  #leave(group: ConnectionGroup): void {
    this.#leaving.add(group);
    void group.close(this.#options.drainTimeMs, false).then(() => this.#leaving.delete(group));
  }
}

/** Whether a chain may get connections to a port. */
function isFor(port: number): (chain: FilterChainPlan) => boolean {
  return ({ destinationPort = port }) => destinationPort === port;
}

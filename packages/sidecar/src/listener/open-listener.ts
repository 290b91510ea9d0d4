import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "@dualmesh/core";
import type { EndpointAddress, Listener } from "@dualmesh/dataplane";
import { bindSocket } from "./bind-socket.ts";
import { answerMarker, markedService } from "./call-marks.ts";
import { ConnectionGroup } from "./connection-group.ts";
import { httpLimits, sameLimits } from "./http-limits.ts";

export interface OpenListenerOptions {
  readonly clock: Clock;
  readonly hopToken: string;
  /** How long connections may go on that belong to a configuration which is no more. Milliseconds. */
  readonly drainTimeMs: number;
}

/** A listening socket, the listener that it serves at this moment, and the connections of both. */
export class OpenListener {
  readonly #options: OpenListenerOptions;
  readonly #server: Server;
  #listener: Listener;
  #address: EndpointAddress;
  #group: ConnectionGroup | undefined;
  #isDraining = false;
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
    let active = this.#group?.active ?? 0;
    for (const group of this.#leaving) active += group.active;
    return active;
  }

  /**
   * Serves this listener from now on. A changed chain reaches open connections too, since a service finds the tables of
   * the moment; another listener, or other limits of the parser, begin with new connections, and the old ones drain.
   */
  serve(listener: Listener): void {
    const port = this.#address.kind === "tcp" ? this.#address.port : 0;
    const limits = httpLimits(listener, port);
    const group = this.#group;
    const stays =
      group !== undefined &&
      limits !== undefined &&
      this.#listener === listener &&
      sameLimits(group.limits, limits);
    this.#listener = listener;
    if (stays) return;
    if (group !== undefined) this.#leave(group);
    const { clock, hopToken } = this.#options;
    // Without a chain for the port, connections are closed as they come, as Envoy does.
    this.#group =
      limits === undefined
        ? undefined
        : new ConnectionGroup({
            clock,
            limits,
            service: markedService(listener, port, hopToken),
            onAnswer: answerMarker(listener, port),
          });
    if (this.#isDraining) this.#group?.drain();
  }

  /** Answers ask their clients to close from now on. */
  drain(): void {
    this.#isDraining = true;
    this.#group?.drain();
  }

  /** Stops accepting at once, and lets what is under way finish. @see ConnectionGroup.close */
  async close(limitMs: number, whenQuiet: boolean): Promise<void> {
    this.#isDraining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const groups = [...this.#leaving];
    if (this.#group !== undefined) groups.push(this.#group);
    await Promise.all(groups.map((group) => group.close(limitMs, whenQuiet)));
    await closed;
  }

  #accept(socket: Socket): void {
    if (this.#group === undefined) socket.destroy();
    else this.#group.accept(socket);
  }

  #leave(group: ConnectionGroup): void {
    this.#leaving.add(group);
    void group.close(this.#options.drainTimeMs, false).then(() => this.#leaving.delete(group));
  }
}

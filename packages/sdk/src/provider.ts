import type { AddressInfo } from "node:net";
import type { Clock, Request, Response, Service } from "@dualmesh/core";
import type { DataPlane, EndpointAddress, Listener } from "@dualmesh/dataplane";
import { appService } from "./app-service.ts";
import type { GuardOptions } from "./guard-options.ts";
import { guardServer } from "./http-server/guard-server.ts";
import { guardHttp2Server } from "./http2-server/guard-http2-server.ts";
import { type AppServer, isHttp2Server } from "./install-accept.ts";
import type { ModeController } from "./mode/mode-controller.ts";
import { type Publication, publishWorkload } from "./publication.ts";

export interface ProviderOptions {
  readonly dataPlane: DataPlane;
  readonly modes: ModeController;
  readonly cluster: string;
  readonly nodeId: string;
  /** The control plane's admin listener; `undefined`: addresses are published nowhere. */
  readonly registry: EndpointAddress | undefined;
  readonly clock: Clock;
  readonly log: (sentence: string) => void;
}

/** The application as somebody that others call: the inbound chain before its servers, its addresses in the mesh. */
export class Provider implements AsyncDisposable {
  readonly #options: ProviderOptions;
  readonly #publication: Publication | undefined;
  readonly #ports = new Map<AppServer, number>();
  readonly #services = new Map<number, Service<Request, Response>>();
  /** Servers that are published, each with what takes the observers off again. */
  readonly #published = new Map<AppServer, () => void>();
  readonly #guards = new Map<AppServer, Disposable>();
  readonly #modeWatch: Disposable;

  constructor(options: ProviderOptions) {
    const { registry, cluster, nodeId, clock, log, modes } = options;
    this.#options = options;
    if (registry !== undefined) {
      this.#publication = publishWorkload({
        registry,
        cluster,
        nodeId,
        clock,
        onTrouble: (trouble) => log(trouble === undefined ? "registry: published again" : trouble.rawMessage),
      });
    }
    this.#modeWatch = modes.onChange(() => this.#publishSidecar());
    this.#publishSidecar();
  }

  /** Puts the inbound chain before a server's handlers, and publishes it. */
  serve(server: AppServer): void {
    this.publish(server);
    if (this.#guards.has(server)) return;
    const options: GuardOptions = {
      chain: (port) => this.#chain(port),
      isSidecar: (mark) => this.#isSidecar(mark),
      listener: (port) => this.#inboundListener(port),
      clock: this.#options.clock,
      log: this.#options.log,
    };
    const guard = isHttp2Server(server) ? guardHttp2Server(server, options) : guardServer(server, options);
    this.#guards.set(server, guard);
  }

  /**
   * Tells others where a server is: one that listens at once, another one when it does. Whoever does only this holds the
   * requests that come.
   */
  publish(server: AppServer): void {
    if (this.#published.has(server)) return;
    const listening = (): void => {
      const address = server.address() as AddressInfo | string | null;
      if (address !== null && typeof address === "object") this.#ports.set(server, address.port);
      this.#publishPorts();
    };
    const closed = (): void => {
      this.#ports.delete(server);
      this.#publishPorts();
    };
    if (server.listening) listening();
    server.on("listening", listening);
    server.on("close", closed);
    this.#published.set(server, () => server.off("listening", listening).off("close", closed));
  }

  /** Settles when the control plane knows what it can know. */
  flush(): Promise<void> {
    return this.#publication?.flush() ?? Promise.resolve();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#modeWatch[Symbol.dispose]();
    for (const forget of this.#published.values()) forget();
    this.#published.clear();
    for (const guard of this.#guards.values()) guard[Symbol.dispose]();
    await this.#publication?.[Symbol.asyncDispose]();
  }

  /**
   * The chain is found as if the port were the original destination: a listener on that very port, else one with a chain
   * for it, else one whose chain takes any port.
   */
  #chain(port: number): Service<Request, Response> | undefined {
    const listener = this.#inboundListener(port);
    if (listener === undefined) return undefined;
    let service = this.#services.get(port);
    if (service === undefined) {
      // Looks its listener up at each call: listeners come and go while a server keeps its port.
      service = (request, call) => {
        const current = this.#inboundListener(port);
        return current === undefined
          ? appService(request, call)
          : current.before(appService, port)(request, call);
      };
      this.#services.set(port, service);
    }
    return service;
  }

  #inboundListener(port: number): Listener | undefined {
    let ofChain: Listener | undefined;
    let any: Listener | undefined;
    for (const listener of this.#options.dataPlane.listeners.values()) {
      const { direction, address, chains } = listener.plan;
      if (direction !== "inbound" || !listener.serves(port)) continue;
      if (address?.kind === "tcp" && address.port === port) return listener;
      if (chains.some(({ destinationPort }) => destinationPort === port)) ofChain ??= listener;
      any ??= listener;
    }
    return ofChain ?? any;
  }

  /** Whether it is the mark that this workload's own sidecar sets. */
  #isSidecar(mark: string): boolean {
    const { sidecar } = this.#options.modes;
    return (
      sidecar.kind === "present" && sidecar.info.hopToken !== undefined && mark === sidecar.info.hopToken
    );
  }

  #publishPorts(): void {
    this.#publication?.setAppPorts([...new Set(this.#ports.values())]);
  }

  #publishSidecar(): void {
    this.#publication?.setSidecar(this.#options.modes.inboundAddresses);
  }
}

import type { AddressInfo, Server as NetServer } from "node:net";
import type { Clock, Request, Response, Service } from "@dualmesh/core";
import {
  type DataPlane,
  type EndpointAddress,
  type Listener,
  type NodeReporter,
  readInterval,
} from "@dualmesh/dataplane";
import type { ByWay } from "@dualmesh/telemetry/observation";
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
  /** Told what the control plane answers to a heartbeat. */
  readonly reporter: NodeReporter;
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
  #inbound = { direct: 0, sidecar: 0 };

  constructor(options: ProviderOptions) {
    const { registry, cluster, nodeId, clock, log, modes, reporter } = options;
    this.#options = options;
    if (registry !== undefined) {
      this.#publication = publishWorkload({
        registry,
        cluster,
        nodeId,
        clock,
        onTrouble: (trouble) => log(trouble === undefined ? "registry: published again" : trouble.rawMessage),
        onAnswer: (answer) => reporter.heard(readInterval(answer)),
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
   * Tells others where a server is: one that listens at once, another one when it does; and that it is there no more as soon
   * as it is told to close, which may be long before its last call has ended. Whoever does only this holds the requests that
   * come.
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
    const watch = onClosing(server, closed);
    this.#published.set(server, () => {
      server.off("listening", listening).off("close", closed);
      watch[Symbol.dispose]();
    });
  }

  /** Calls of others since the last time: those that came to the chain in this process, and those that the sidecar passed on. */
  takeInbound(): ByWay {
    const taken = this.#inbound;
    this.#inbound = { direct: 0, sidecar: 0 };
    return taken;
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
        this.#inbound.direct++;
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
    if (sidecar.kind !== "present" || sidecar.info.hopToken === undefined) return false;
    if (mark !== sidecar.info.hopToken) return false;
    this.#inbound.sidecar++;
    return true;
  }

  #publishPorts(): void {
    this.#publication?.setAppPorts([...new Set(this.#ports.values())]);
  }

  #publishSidecar(): void {
    this.#publication?.setSidecar(this.#options.modes.inboundAddresses);
  }
}

/** Calls back when a server is told to close: Node tells of it when the last connection has gone. */
function onClosing(server: Pick<NetServer, "close">, callback: () => void): Disposable {
  let isWatched = true;
  const own = Object.getOwnPropertyDescriptor(server, "close");
  const { close } = server;
  const watched: typeof close = (done) => {
    if (isWatched) callback();
    return close.call(server as NetServer, done);
  };
  server.close = watched;
  return {
    [Symbol.dispose]() {
      isWatched = false;
      // Whoever has come after keeps theirs.
      if (server.close !== watched) return;
      if (own === undefined) Reflect.deleteProperty(server, "close");
      else Object.defineProperty(server, "close", own);
    },
  };
}

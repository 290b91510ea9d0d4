import type { Clock } from "@dualmesh/core";
import { addressKey, type DataPlane, type EndpointAddress } from "@dualmesh/dataplane";
import { TYPE_URL } from "@dualmesh/envoy-api";
import { shortTypeName } from "@dualmesh/xds";
import type { AdminServer } from "./admin/admin-server.ts";
import type { SidecarControl } from "./admin/control-pages.ts";
import type { AcceptedResources } from "./ads/accepted-resources.ts";
import type { ControlPlaneWatch } from "./control-plane-watch.ts";
import type { ListenerSet } from "./listener/listener-set.ts";
import type { Log } from "./log.ts";
import type { Sidecar, SidecarListener } from "./sidecar.ts";
import type { SidecarStatus } from "./sidecar-state.ts";

export interface RunningSidecarOptions {
  readonly dataPlane: DataPlane;
  readonly accepted: AcceptedResources;
  readonly listeners: ListenerSet;
  readonly controlPlane: ControlPlaneWatch | undefined;
  /** Whether the control plane has named the listeners; true where it is not asked for any. */
  readonly isAnswered: () => boolean;
  /** Listeners of the bootstrap itself: one that cannot be opened ends the sidecar. */
  readonly staticListeners: ReadonlySet<string>;
  readonly drainTimeMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Closes everything but the listeners, in order. */
  readonly dispose: () => Promise<void>;
}

/** Ties the parts together: which state they are in, and how they end. */
export class RunningSidecar implements Sidecar, SidecarControl {
  readonly #options: RunningSidecarOptions;
  readonly #ready = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #warm: Promise<void>;
  /** Has it been LIVE once? Later changes of configuration do not take that back. */
  #isLive = false;
  #isHealthy = true;
  #isDraining = false;
  #closing: Promise<void> | undefined;
  #listenerWatch: Disposable | undefined;
  readonly #admins: AdminServer[] = [];
  admin: EndpointAddress | undefined;

  constructor(options: RunningSidecarOptions) {
    this.#options = options;
    // Who does not wait for it is not to be struck by its failure.
    this.#ready.promise.catch(() => {});
    this.#warm = warmUp(options.dataPlane, options.clock);
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  get dataPlane(): DataPlane {
    return this.#options.dataPlane;
  }

  get listeners(): readonly SidecarListener[] {
    return this.#options.listeners.open.map(({ listener, address }) => ({ name: listener.name, address }));
  }

  /** Whether its listeners accept, or did. */
  get isLive(): boolean {
    return this.#isLive;
  }

  get active(): number {
    return this.#options.listeners.active;
  }

  get status(): SidecarStatus {
    if (this.#closing !== undefined) return { state: "DRAINING", reason: "it is about to end" };
    if (!this.#isHealthy) return { state: "DRAINING", reason: "an operator has it fail its health check" };
    if (this.#isDraining) return { state: "DRAINING", reason: "an operator drains its listeners" };
    if (this.#isLive) return { state: "LIVE" };
    if (!this.#options.isAnswered()) {
      const reason =
        this.#options.controlPlane?.trouble ?? "the control plane has not named the listeners yet";
      return { state: "PRE_INITIALIZING", reason };
    }
    return { state: "INITIALIZING", reason: this.#missing() };
  }

  /** Who holds a connection there is told of the end before it comes. */
  observedBy(admin: AdminServer): void {
    this.#admins.push(admin);
  }

  /** Begins to serve. */
  start(): void {
    this.#listenerWatch = this.#options.dataPlane.onListeners(() => void this.#apply());
  }

  /** Something is known that was not: perhaps all is there now. */
  look(): void {
    if (this.#isLive || this.#closing !== undefined || !this.#isComplete()) return;
    this.#isLive = true;
    const { log } = this.#options;
    const names = this.listeners.map(({ name, address }) => `${name} on ${addressKey(address)}`);
    log({
      level: "info",
      kind: "state",
      message: `live: ${names.length === 0 ? "no listeners" : names.join(", ")}`,
    });
    this.#ready.resolve();
  }

  close({ drainTimeMs = this.#options.drainTimeMs }: { readonly drainTimeMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(drainTimeMs);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  quit(): void {
    void this.close();
  }

  drain({ graceful, inboundOnly }: { readonly graceful: boolean; readonly inboundOnly: boolean }): void {
    const { listeners, drainTimeMs } = this.#options;
    if (!inboundOnly) this.#isDraining = true;
    listeners.drain({ stopAfterMs: graceful ? drainTimeMs : 0, inboundOnly });
  }

  setHealth(isHealthy: boolean): void {
    this.#isHealthy = isHealthy;
  }

  async #apply(): Promise<void> {
    const { dataPlane, listeners, staticListeners } = this.#options;
    await this.#warm;
    await listeners.apply(dataPlane.listeners);
    if (this.#isLive || this.#closing !== undefined) return;
    for (const [name, error] of listeners.failures) {
      if (!staticListeners.has(name)) continue;
      this.#ready.reject(error);
      await this.close({ drainTimeMs: 0 });
      return;
    }
    this.look();
  }

  /** Each listener that was announced is open, or has failed for a reason of its own. */
  #isComplete(): boolean {
    return this.#options.isAnswered() && this.#missing() === "";
  }

  /** What is waited for, in one sentence; empty if nothing is. */
  #missing(): string {
    const { accepted, dataPlane, listeners } = this.#options;
    const open = new Set(listeners.open.map(({ listener }) => listener.name));
    const waits: string[] = [];
    for (const { typeUrl, name, state } of accepted.list()) {
      if (typeUrl !== TYPE_URL.LDS || state.kind !== "present") continue;
      const plan = dataPlane.listeners.get(name)?.plan;
      if (plan === undefined) waits.push(`listener "${name}"`);
      else if (plan.address !== undefined && plan.bind && !open.has(name) && !listeners.failures.has(name)) {
        waits.push(`the socket of listener "${name}"`);
      }
    }
    if (waits.length === 0) return accepted.knowsListeners ? "" : "the listeners are not known yet";
    const needs = accepted
      .list()
      .filter(({ state }) => state.kind === "waiting")
      .map(({ typeUrl, name }) => `${shortTypeName(typeUrl)} "${name}"`);
    return `waiting for ${waits.join(", ")}${needs.length === 0 ? "" : `, which needs ${needs.join(", ")}`}`;
  }

  async #close(drainTimeMs: number): Promise<void> {
    const { listeners, dispose, log } = this.#options;
    this.#listenerWatch?.[Symbol.dispose]();
    const { active } = this;
    if (active > 0) {
      const calls = active === 1 ? "1 call" : `${active} calls`;
      log({ level: "info", kind: "state", message: `draining: ${calls} under way` });
    }
    if (drainTimeMs > 0 && this.#admins.some(({ connections }) => connections > 0)) await this.#announceEnd();
    await listeners.close(drainTimeMs);
    await dispose();
    this.#closed.resolve();
  }

  /**
   * Serves on while `/ready` says that the end is near, until whoever asks has heard it and sends its calls elsewhere: a
   * call on its way to a connection that closes would be in doubt.
   */
  async #announceEnd(): Promise<void> {
    const over = Promise.withResolvers<void>();
    this.#options.clock.setTimer(over.resolve, ANNOUNCE_MS);
    await over.promise;
  }
}

/** An SDK asks four times a second. Milliseconds. */
const ANNOUNCE_MS = 500;

/**
 * Nothing is accepted before the data plane has what it can have at once, names looked up included; nor much later, for
 * a control plane that is not there must not keep the listeners of the bootstrap itself closed.
 */
async function warmUp(dataPlane: DataPlane, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = clock.setTimer(late.resolve, MAX_WARM_MS);
  await Promise.race([dataPlane.ready, late.promise]);
  timer[Symbol.dispose]();
}

/** Envoy's `initial_fetch_timeout`. */
const MAX_WARM_MS = 15_000;

import { type Clock, MeshError, type Metrics } from "@dualmesh/core";
import { addressKey, type EndpointAddress, type Listener } from "@dualmesh/dataplane";
import type { Log } from "../log.ts";
import type { OnCall } from "./call-marks.ts";
import { OpenListener } from "./open-listener.ts";

export interface ListenerSetOptions {
  readonly clock: Clock;
  readonly hopToken: string;
  readonly drainTimeMs: number;
  readonly log: Log;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  readonly onCall?: OnCall;
  /** Whether the sidecar ends of the failure of a listener: that is told by its end, and not logged as well. */
  readonly isFatal?: (name: string) => boolean;
}

/** Between two attempts to open an address that is taken. Milliseconds. */
const RETRY_MS = 1_000;

/**
 * The sockets of a sidecar, kept in line with its listeners.
 *
 * * A socket belongs to an address: a listener that changes keeps it, and a new one may take it over from a removed one.
 * * A listener that moves has its new socket before its old one closes.
 * * An address that cannot be opened leaves everything else as it is, and is tried again.
 */
export class ListenerSet {
  readonly #options: ListenerSetOptions;
  /** By the address as configured; port 0 gives each listener a place of its own. */
  readonly #open = new Map<string, OpenListener>();
  readonly #failures = new Map<string, MeshError>();
  /** Removed ones that drain. */
  readonly #closing = new Set<OpenListener>();
  #wanted: ReadonlyMap<string, Listener> = new Map();
  #work: Promise<void> = Promise.resolve();
  #retry: Disposable | undefined;
  #isClosed = false;

  constructor(options: ListenerSetOptions) {
    this.#options = options;
  }

  /** Those that accept, by name. */
  get open(): readonly OpenListener[] {
    return [...this.#open.values()].sort((a, b) => (a.listener.name < b.listener.name ? -1 : 1));
  }

  /** Why listeners are not open, by name. */
  get failures(): ReadonlyMap<string, MeshError> {
    return this.#failures;
  }

  /** Calls that have no complete answer yet. */
  get active(): number {
    let active = 0;
    for (const one of [...this.#open.values(), ...this.#closing]) active += one.active;
    return active;
  }

  /** Settles when every listener is open or has failed. Never rejects: see {@link failures}. */
  apply(listeners: ReadonlyMap<string, Listener>): Promise<void> {
    this.#wanted = listeners;
    this.#work = this.#work.then(() => this.#reconcile());
    return this.#work;
  }

  /** Answers ask their clients to close; the sockets accept for `stopAfterMs` more. `inboundOnly`: outbound stays. */
  drain(options: { readonly stopAfterMs: number; readonly inboundOnly: boolean }): void {
    for (const [key, one] of this.#open) {
      if (options.inboundOnly && one.listener.plan.direction !== "inbound") continue;
      one.drain();
      if (options.stopAfterMs === 0) this.#remove(key, one);
      else this.#options.clock.setTimer(() => this.#remove(key, one), options.stopAfterMs);
    }
  }

  /** Stops accepting, and settles when all calls are answered, or cut off after `limitMs`. */
  async close(limitMs: number): Promise<void> {
    this.#isClosed = true;
    this.#retry?.[Symbol.dispose]();
    await this.#work;
    const all = [...this.#open.values(), ...this.#closing];
    this.#open.clear();
    await Promise.all(all.map((one) => one.close(limitMs, true)));
  }

  async #reconcile(): Promise<void> {
    if (this.#isClosed) return;
    this.#retry?.[Symbol.dispose]();
    const wanted = placesOf(this.#wanted.values());
    for (const name of this.#failures.keys()) if (!this.#wanted.has(name)) this.#failures.delete(name);
    for (const [key, { listener, address, rival }] of wanted) {
      if (rival !== undefined) this.#fail(rival, twice(rival, listener, address));
      const there = this.#open.get(key);
      if (there === undefined) {
        this.#makeWay(address, wanted);
        await this.#openListener(key, listener, address);
      } else {
        there.serve(listener);
        this.#failures.delete(listener.name);
      }
    }
    for (const [key, one] of this.#open) {
      if (wanted.has(key)) continue;
      // Its listener moved to an address that could not be opened: better the old place than none.
      const stays = this.#wanted.has(one.listener.name) && this.#failures.has(one.listener.name);
      if (!stays) this.#remove(key, one);
    }
    const retriable = [...this.#failures.values()].some(({ code }) => code === "UNAVAILABLE");
    if (retriable) this.#retry = this.#options.clock.setTimer(() => void this.apply(this.#wanted), RETRY_MS);
  }

  /** From 0.0.0.0:80 to 127.0.0.1:80: here the old socket must go first, for the system sees one address in both. */
  #makeWay(address: EndpointAddress, wanted: ReadonlyMap<string, Place>): void {
    if (address.kind !== "tcp" || address.port === 0) return;
    for (const [key, one] of this.#open) {
      const sharesPort = one.address.kind === "tcp" && one.address.port === address.port;
      if (sharesPort && !wanted.has(key)) this.#remove(key, one);
    }
  }

  async #openListener(key: string, listener: Listener, address: EndpointAddress): Promise<void> {
    const { log } = this.#options;
    try {
      const opened = await OpenListener.open(listener, address, this.#options);
      this.#failures.delete(listener.name);
      this.#open.set(key, opened);
      log({
        level: "info",
        kind: "listener-open",
        message: `listener "${listener.name}" listens on ${addressKey(opened.address)}`,
      });
    } catch (error) {
      this.#fail(listener, error as MeshError);
    }
  }

  /** Said once, however often it is tried. */
  #fail(listener: Listener, error: MeshError): void {
    const before = this.#failures.get(listener.name);
    this.#failures.set(listener.name, error);
    if (before?.message === error.message || this.#options.isFatal?.(listener.name) === true) return;
    this.#options.log({ level: "error", kind: "listener-failed", message: error.rawMessage });
  }

  #remove(key: string, one: OpenListener): void {
    if (this.#open.get(key) !== one) return;
    const { drainTimeMs, log } = this.#options;
    this.#open.delete(key);
    this.#closing.add(one);
    log({
      level: "info",
      kind: "listener-drains",
      message: `listener "${one.listener.name}" accepts no more and drains`,
    });
    void one.close(drainTimeMs, false).then(() => this.#closing.delete(one));
  }
}

interface Place {
  readonly listener: Listener;
  readonly address: EndpointAddress;
  /** Another listener with the same address. */
  rival: Listener | undefined;
}

/** The sockets that listeners ask for. API listeners, and those that another listener's socket serves, ask for none. */
function placesOf(listeners: Iterable<Listener>): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const listener of listeners) {
    const { address, bind, name } = listener.plan;
    if (address === undefined || !bind) continue;
    const isFree = address.kind === "tcp" && address.port === 0;
    const key = isFree ? `${addressKey(address)} ${name}` : addressKey(address);
    const first = places.get(key);
    if (first === undefined) places.set(key, { listener, address, rival: undefined });
    else first.rival = listener;
  }
  return places;
}

function twice(second: Listener, first: Listener, address: EndpointAddress): MeshError {
  return new MeshError(
    "INVALID_ARGUMENT",
    `listener "${second.name}": ${addressKey(address)} belongs to listener "${first.name}"`,
  );
}

import type { Call, Clock, Random, Request, Response, Service } from "@dualmesh/core";
import type { DataPlane, EndpointAddress, NodeReporter } from "@dualmesh/dataplane";
import { createProcessHold, type ProcessHold } from "../process-hold.ts";
import type { Mode, OnSidecarLoss } from "./mode.ts";
import { type CallPath, createPathChooser, SIDECAR_PERCENT_KEY } from "./path-chooser.ts";
import { DEFAULT_SIDECAR_PORT, sidecarSocket } from "./sidecar-address.ts";
import { createSidecarPath, type SidecarPath, type SidecarPathOptions } from "./sidecar-path.ts";
import { type Presence, type SidecarPresence, watchSidecar } from "./sidecar-presence.ts";

export interface ModeControllerOptions {
  readonly mode: Mode;
  readonly onLoss: OnSidecarLoss;
  readonly nodeId: string;
  readonly sidecar: EndpointAddress | undefined;
  readonly runtimeFolder: string | undefined;
  /** The bootstrap's admin address, where an Envoy beside this process would answer. */
  readonly admin: EndpointAddress | undefined;
  readonly dataPlane: DataPlane;
  /** The chain in this process. */
  readonly direct: Service<Request, Response>;
  /** To the sidecar, by protocol. */
  readonly transports: SidecarPathOptions["transports"];
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (sentence: string) => void;
  readonly onSidecar: (presence: Presence) => void;
  /** Whoever watches the mesh sees the calls by it. */
  readonly reporter: NodeReporter;
}

/** How calls go at this moment. */
export interface MeshMode {
  readonly mode: Mode;
  readonly onSidecarLoss: OnSidecarLoss;
  readonly sidecar: Presence;
  /** The percentage of calls for the sidecar that a runtime key asks for. */
  readonly sidecarPercent: number | undefined;
  /** Calls that took each path, from the beginning. */
  readonly calls: Readonly<Record<CallPath, number>>;
  /** Runs `observer` after each change of the sidecar's presence. */
  onChange(observer: (presence: Presence) => void): Disposable;
}

/** Sends each call one way or the other, and keeps calls alive when the sidecar is not. */
export class ModeController implements MeshMode, Disposable {
  readonly mode: Mode;
  readonly onSidecarLoss: OnSidecarLoss;
  readonly service: Service<Request, Response>;
  /** The chain in this process, whoever is beside it. */
  readonly serveDirect: Service<Request, Response>;
  readonly calls: Record<CallPath, number> = { direct: 0, sidecar: 0 };
  readonly firstLook: Promise<void>;
  readonly #options: ModeControllerOptions;
  readonly #path: SidecarPath;
  readonly #observers = new Set<(presence: Presence) => void>();
  readonly #hold: ProcessHold = createProcessHold();
  readonly #leave = (): void => this.#hold.leave();
  #watch: SidecarPresence | undefined;

  constructor(options: ModeControllerOptions) {
    this.#options = options;
    this.mode = options.mode;
    this.onSidecarLoss = options.onLoss;
    this.#path = createSidecarPath({
      transports: options.transports,
      address: () => this.#outboundAddress(),
      direct: options.direct,
      onLoss: options.onLoss,
    });
    const choose = createPathChooser({
      mode: options.mode,
      presence: () => this.sidecar,
      sidecarPercent: () => this.sidecarPercent,
      random: options.random,
    });
    const { direct, reporter } = options;
    const viaSidecar = this.#path.service;
    const take = (path: CallPath, request: Request, call: Call): Promise<Response> => {
      this.#count(path, call);
      const { observer } = reporter;
      if (observer !== undefined) observer.began(request.head, call, path);
      return path === "direct" ? direct(request, call) : viaSidecar(request, call);
    };
    this.service = (request, call) => take(choose(), request, call);
    this.serveDirect = (request, call) => take("direct", request, call);
    this.firstLook = options.mode === "direct" ? Promise.resolve() : this.#lookFirst();
  }

  /** Counts a call for which there is no other way than the chain in this process. */
  countDirect(call: Call): void {
    this.#count("direct", call);
  }

  get sidecar(): Presence {
    return this.#watch?.current ?? NOT_WATCHED;
  }

  get sidecarPercent(): number | undefined {
    const percent = this.#options.dataPlane.runtime.getNumber(SIDECAR_PERCENT_KEY);
    // In mode direct nobody looks for a sidecar before the key asks for one.
    if (percent !== undefined && percent > 0 && this.#watch === undefined) this.#watchSidecar();
    return percent;
  }

  /** Whether no call takes a sidecar now. */
  get isDirect(): boolean {
    return this.mode !== "sidecar" && this.sidecar.kind !== "present";
  }

  onChange(observer: (presence: Presence) => void): Disposable {
    this.#observers.add(observer);
    return { [Symbol.dispose]: () => this.#observers.delete(observer) };
  }

  /** The addresses of the sidecar's listeners for calls from outside. */
  get inboundAddresses(): readonly EndpointAddress[] {
    return this.#addresses("inbound");
  }

  [Symbol.dispose](): void {
    this.#hold[Symbol.dispose]();
    this.#watch?.[Symbol.dispose]();
  }

  #count(path: CallPath, call: Call): void {
    this.calls[path]++;
    this.#hold.enter();
    call.onEnd(this.#leave);
  }

  /** Says where nobody was found, if somebody is wanted there: by the mode, or by an address. */
  async #lookFirst(): Promise<void> {
    await this.#watchSidecar().firstLook;
    const { mode, sidecar, log } = this.#options;
    const found = this.sidecar;
    if (found.kind === "absent" && (mode === "sidecar" || sidecar !== undefined))
      log(`sidecar: not there yet (${found.reason})`);
  }

  #watchSidecar(): SidecarPresence {
    const { nodeId, clock } = this.#options;
    this.#watch = watchSidecar({
      addresses: this.#candidates(),
      nodeId,
      clock,
      onChange: (presence) => this.#changed(presence),
    });
    return this.#watch;
  }

  #candidates(): readonly EndpointAddress[] {
    const { sidecar, runtimeFolder, admin, nodeId } = this.#options;
    if (sidecar !== undefined) return [sidecar];
    const socket: EndpointAddress[] =
      runtimeFolder === undefined ? [] : [{ kind: "pipe", path: sidecarSocket(runtimeFolder, nodeId) }];
    return [...socket, admin ?? { kind: "tcp", host: "127.0.0.1", port: DEFAULT_SIDECAR_PORT }];
  }

  #changed(presence: Presence): void {
    const { log, onSidecar } = this.#options;
    if (presence.kind === "absent") {
      log(`sidecar: gone (${presence.reason})`);
      this.#path.abandon(presence.reason);
    } else if (presence.kind === "present")
      log(`sidecar: there (${presence.info.kind} ${presence.info.version})`);
    else log("sidecar: draining");
    onSidecar(presence);
    for (const observer of this.#observers) observer(presence);
  }

  #outboundAddress(): EndpointAddress | undefined {
    return this.#addresses("outbound")[0];
  }

  /** Names tell which way a listener goes: the sidecar and this process have the same configuration. */
  #addresses(direction: "outbound" | "inbound"): readonly EndpointAddress[] {
    const presence = this.sidecar;
    if (presence.kind !== "present") return [];
    const found: EndpointAddress[] = [];
    for (const [name, address] of presence.info.listeners) {
      if (this.#options.dataPlane.listeners.get(name)?.plan.direction === direction) found.push(address);
    }
    return found;
  }
}

const NOT_WATCHED: Presence = { kind: "absent", reason: "mode direct: nobody looks for it" };

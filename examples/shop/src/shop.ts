import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CAST,
  type SidecarOwner,
  WITH_SIDECAR,
  WORKLOADS,
  type Workload,
  type WorkloadName,
} from "./cast.ts";
import { bootstrapFile } from "./mesh/bootstrap-file.ts";
import { clustersFile, modesFile, outboundFile, routesFile, type Weights } from "./mesh/mesh-files.ts";
import { MeshFolder } from "./mesh/mesh-folder.ts";
import { Child } from "./process/child.ts";
import type { Caretaker } from "./process/hire-caretaker.ts";
import { type ReservedPort, reservePort } from "./process/port.ts";
import { dualmesh, inTheMesh } from "./process/programs.ts";
import { ControlPlaneAdmin } from "./watch/control-plane-admin.ts";
import { readSidecar, type SidecarCounters } from "./watch/sidecar-counters.ts";

export interface ShopOptions {
  readonly caretaker: Caretaker;
  /** Takes a sentence about what nobody asked for. */
  readonly log: (line: string) => void;
}

type PortName = WorkloadName | "xds" | "admin";

/** All processes of the shop, and what can be done to them. */
export class Shop {
  readonly mesh: MeshFolder;
  readonly #options: ShopOptions;
  readonly #ports: Readonly<Record<PortName, ReservedPort>>;
  readonly #children = new Map<string, Child>();
  readonly #counters = new Map<SidecarOwner, SidecarCounters | undefined>();
  #weights: Weights = { v1: 100, v2: 0 };
  #sidecarPercent = 0;

  private constructor(options: ShopOptions, ports: Readonly<Record<PortName, ReservedPort>>) {
    this.#options = options;
    this.#ports = ports;
    this.mesh = new MeshFolder(join(options.caretaker.folder, "mesh"));
  }

  /** Starts everything but the sidecars. */
  static async open(options: ShopOptions): Promise<Shop> {
    const names: readonly PortName[] = ["xds", "admin", ...WORKLOADS.map(({ name }) => name)];
    const ports = await Promise.all(names.map(async (name) => [name, await reservePort()] as const));
    const shop = new Shop(options, Object.fromEntries(ports) as Record<PortName, ReservedPort>);
    await shop.#writeFiles();
    await shop.startControlPlane();
    await Promise.all(WORKLOADS.map((workload) => shop.#startWorkload(workload)));
    return shop;
  }

  /** Where customers buy. */
  get url(): string {
    return `http://127.0.0.1:${this.#ports.web.port}/buy`;
  }

  /** What the control plane shows its operators. */
  get admin(): ControlPlaneAdmin {
    return new ControlPlaneAdmin(`http://${this.adminAddress}`);
  }

  /** Where it shows them, the same after a restart. */
  get adminAddress(): string {
    return `127.0.0.1:${this.#ports.admin.port}`;
  }

  /** As they were asked for last. */
  get weights(): Weights {
    return this.#weights;
  }

  /** Percent of the calls of `web` that are to take its sidecar, as was asked for last. */
  get sidecarPercent(): number {
    return this.#sidecarPercent;
  }

  /** The last one that was started. */
  get controlPlane(): Child | undefined {
    return this.#children.get("control-plane");
  }

  /** The last one that was started beside a workload; `undefined`: there never was one. */
  sidecar(owner: SidecarOwner): Child | undefined {
    return this.#children.get(`${owner}-sidecar`);
  }

  async setWeights(weights: Weights): Promise<void> {
    this.#weights = weights;
    await this.mesh.write("routes.yaml", routesFile(weights));
  }

  async setSidecarPercent(percent: number): Promise<void> {
    this.#sidecarPercent = percent;
    await this.mesh.write("web/modes.yaml", modesFile(percent));
  }

  /** Settles when it accepts. */
  async startSidecar(owner: SidecarOwner): Promise<void> {
    const args = [
      "sidecar",
      "-c",
      this.#bootstrap(owner),
      "--control-socket",
      this.#socket(owner),
      "--drain-time-s",
      "5",
      "--report-to",
      this.adminAddress,
    ];
    await this.#start(`${owner}-sidecar`, dualmesh(...args), {}).ready;
  }

  /** Settles when it listens. */
  async startControlPlane(): Promise<void> {
    const { xds, admin } = this.#ports;
    await Promise.all([xds.release(), admin.release()]);
    const addresses = ["--listen", `127.0.0.1:${xds.port}`, "--admin", `127.0.0.1:${admin.port}`];
    await this.#start(
      "control-plane",
      dualmesh("control-plane", "--config", this.mesh.path, ...addresses),
      {},
    ).ready;
  }

  /** The counters of all sidecars. One that is stopped still has what it had. */
  async readSidecars(): Promise<Readonly<Record<SidecarOwner, SidecarCounters | undefined>>> {
    await Promise.all(
      WITH_SIDECAR.map(async (owner) => {
        const state = this.sidecar(owner)?.state;
        if (state === "stopped") return;
        this.#counters.set(owner, state === "running" ? await readSidecar(this.#socket(owner)) : undefined);
      }),
    );
    return {
      web: this.#counters.get("web"),
      "orders-v1": this.#counters.get("orders-v1"),
      "orders-v2": this.#counters.get("orders-v2"),
    };
  }

  /** All of them, of each name the last one. */
  get children(): readonly Child[] {
    return [...this.#children.values()];
  }

  async #writeFiles(): Promise<void> {
    await mkdir(join(this.#options.caretaker.folder, "run"), { mode: 0o700 });
    await this.mesh.create();
    await this.mesh.write("outbound.yaml", outboundFile());
    await this.mesh.write("clusters.yaml", clustersFile());
    await this.setWeights(this.#weights);
    await this.setSidecarPercent(this.#sidecarPercent);
    const controlPlanePort = this.#ports.xds.port;
    for (const workload of WORKLOADS) {
      const appPort = this.#ports[workload.name].port;
      await writeFile(this.#bootstrap(workload.name), bootstrapFile({ workload, appPort, controlPlanePort }));
    }
  }

  async #startWorkload({ name, app, mode, environment }: Workload): Promise<void> {
    const { port, release } = this.#ports[name];
    await release();
    this.#start(name, inTheMesh(app), {
      ...environment,
      PORT: String(port),
      MESH_BOOTSTRAP: this.#bootstrap(name),
      MESH_MODE: mode,
      MESH_REGISTRY: `http://${this.adminAddress}`,
    });
  }

  #start(name: string, args: readonly string[], environment: Readonly<Record<string, string>>): Child {
    const { caretaker, log } = this.#options;
    const own = { XDG_RUNTIME_DIR: join(caretaker.folder, "run"), ...environment };
    const child = new Child({ name, args, environment: own, caretaker, log });
    this.#children.set(name, child);
    return child;
  }

  #bootstrap(name: WorkloadName): string {
    return join(this.#options.caretaker.folder, `${name}.yaml`);
  }

  /** Where the SDK of the same node looks for it. */
  #socket(owner: SidecarOwner): string {
    return join(this.#options.caretaker.folder, "run", "dualmesh", `${CAST[owner].nodeId}.sock`);
  }
}

import type { SidecarOwner } from "../cast.ts";
import { routesWithUnknownCluster, type Weights } from "../mesh/mesh-files.ts";
import type { Shop } from "../shop.ts";

/** A key, and what it does. */
export interface Key {
  readonly key: string;
  readonly does: string;
}

/** As they are shown, in rows. */
export const KEYS: readonly (readonly Key[])[] = [
  [
    { key: "f", does: "flip web" },
    { key: "p", does: "flip orders-v1" },
    { key: "w", does: "shift the weights" },
    { key: "b", does: "break the routes" },
  ],
  [
    { key: "k", does: "kill" },
    { key: "s", does: "stop/continue" },
    { key: "r", does: "restart web's sidecar (shift: orders-v2's)" },
  ],
  [
    { key: "c", does: "control plane: kill, restart" },
    { key: "q", does: "quit" },
  ],
];

const WEIGHTS: readonly Weights[] = [
  { v1: 90, v2: 10 },
  { v1: 50, v2: 50 },
  { v1: 0, v2: 100 },
];

/** Notes that are kept. */
const KEPT_NOTES = 50;

/** From here the shop is run: each key does one thing, and what came of it is noted. */
export class Desk {
  readonly #shop: Shop;
  readonly #log: (line: string) => void;
  readonly #startMs = performance.now();
  readonly #notes: string[] = [];
  #weights = 0;
  #isBroken = false;
  /** One at a time: a restart must not overtake a kill. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(shop: Shop, log: (line: string) => void) {
    this.#shop = shop;
    this.#log = log;
  }

  get notes(): readonly string[] {
    return this.#notes;
  }

  /** What the shop begins with. */
  async open(): Promise<void> {
    await Promise.all([this.#shop.startSidecar("orders-v2"), this.#shop.startSidecar("web")]);
    await this.#shop.setWeights(WEIGHTS[0] as Weights);
  }

  note(line: string): void {
    const seconds = Math.floor((performance.now() - this.#startMs) / 1_000);
    this.#notes.push(
      `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, "0")}  ${line}`,
    );
    if (this.#notes.length > KEPT_NOTES) this.#notes.shift();
  }

  /** Does what a key stands for, after what was asked for before, and notes what came of it. */
  press(key: string): void {
    this.do(key).catch((error: unknown) => this.#log(error instanceof Error ? error.message : String(error)));
  }

  /** The same for who wants to know: gives the note. */
  do(key: string): Promise<string> {
    return this.#next(() => this.#act(key));
  }

  /** Shifts the weights to these. */
  shiftWeights(weights: Weights): Promise<string> {
    return this.#next(() => this.#setWeights(weights));
  }

  #next(act: () => Promise<string>): Promise<string> {
    const done = this.#last.then(act);
    this.#last = done.catch(() => {});
    return done.then((note) => {
      if (note !== "") this.#log(note);
      return note;
    });
  }

  async #act(key: string): Promise<string> {
    switch (key) {
      case "f":
        return this.#flipWeb();
      case "p":
        return this.#flipProvider();
      case "w":
        return this.#shiftWeights();
      case "b":
        return this.#breakRoutes();
      case "k":
      case "K":
        return this.#kill(ownerOf(key));
      case "s":
      case "S":
        return this.#stop(ownerOf(key));
      case "r":
      case "R":
        return this.#restart(ownerOf(key));
      case "c":
        return this.#controlPlane();
      default:
        return "";
    }
  }

  async #flipWeb(): Promise<string> {
    const percent = this.#shop.sidecarPercent === 0 ? 100 : 0;
    await this.#shop.setSidecarPercent(percent);
    return `the runtime key of web says: ${percent} % of the calls by the sidecar`;
  }

  async #flipProvider(): Promise<string> {
    const sidecar = this.#shop.sidecar("orders-v1");
    if (sidecar === undefined || sidecar.state === "ended") {
      await this.#shop.startSidecar("orders-v1");
      return "orders-v1 has a sidecar, and is called through it";
    }
    await sidecar.end();
    return "the sidecar of orders-v1 has finished what it had, and ended";
  }

  #shiftWeights(): Promise<string> {
    this.#weights = (this.#weights + 1) % WEIGHTS.length;
    return this.#setWeights(WEIGHTS[this.#weights] as Weights);
  }

  async #setWeights(weights: Weights): Promise<string> {
    await this.#shop.setWeights(weights);
    this.#isBroken = false;
    return `weights are ${weights.v1}/${weights.v2}`;
  }

  async #breakRoutes(): Promise<string> {
    const { mesh, weights, admin } = this.#shop;
    this.#isBroken = !this.#isBroken;
    if (!this.#isBroken) {
      await this.#shop.setWeights(weights);
      return "the routes are whole again";
    }
    await mesh.write("routes.yaml", routesWithUnknownCluster(weights));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [refusal] = await admin.refusals();
    return refusal === undefined ? "the routes are broken" : `refused by ${refusal.by}: ${refusal.reason}`;
  }

  async #kill(owner: SidecarOwner): Promise<string> {
    await this.#shop.sidecar(owner)?.kill();
    return `SIGKILL for the sidecar of ${owner}`;
  }

  async #stop(owner: SidecarOwner): Promise<string> {
    const sidecar = this.#shop.sidecar(owner);
    if (sidecar?.state === "running") sidecar.stop();
    else sidecar?.resume();
    const signal = sidecar?.state === "stopped" ? "SIGSTOP" : "SIGCONT";
    return sidecar?.state === "ended" ? `${owner} has no sidecar` : `${signal} for the sidecar of ${owner}`;
  }

  async #restart(owner: SidecarOwner): Promise<string> {
    const sidecar = this.#shop.sidecar(owner);
    if (sidecar?.state === "stopped") sidecar.resume();
    await sidecar?.end();
    await this.#shop.startSidecar(owner);
    return `the sidecar of ${owner} was started anew`;
  }

  async #controlPlane(): Promise<string> {
    const { controlPlane } = this.#shop;
    if (controlPlane?.state === "running") {
      await controlPlane.kill();
      return "SIGKILL for the control plane: calls go on with what was learned";
    }
    await this.#shop.startControlPlane();
    return "the control plane is back";
  }
}

/** Capital letters are for the sidecar of orders-v2. */
function ownerOf(key: string): SidecarOwner {
  return key === key.toUpperCase() ? "orders-v2" : "web";
}

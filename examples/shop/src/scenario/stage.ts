import { setTimeout as sleep } from "node:timers/promises";
import type { SidecarOwner } from "../cast.ts";
import type { Child } from "../process/child.ts";
import type { Shop } from "../shop.ts";
import type { Traffic } from "../traffic/traffic.ts";
import type { Refusal } from "../watch/control-plane-admin.ts";
import type { DashboardFeed } from "../watch/dashboard-feed.ts";
import { type Flow, flowBetween, type Reading } from "../watch/flow.ts";
import { readCounters } from "../watch/read-counters.ts";

/** A step did not go as it should; the sentence says what was expected and what was seen. */
export class NotHeld extends Error {
  override readonly name: string = "NotHeld";
}

/** How long the mesh may take to do what it was asked. Milliseconds. */
const PATIENCE_MS = 10_000;

/** How long it is looked at whether something stays as it is. Milliseconds. */
const WATCH_MS = 1_000;

export interface StageOptions {
  readonly shop: Shop;
  readonly dashboard: DashboardFeed;
  readonly traffic: Traffic;
  readonly say: (line: string) => void;
}

/** What the script sees and does: the shop, and words for what is expected of it. */
export class Stage {
  readonly shop: Shop;
  readonly #dashboard: DashboardFeed;
  readonly #traffic: Traffic;
  readonly #say: (line: string) => void;

  constructor({ shop, dashboard, traffic, say }: StageOptions) {
    this.shop = shop;
    this.#dashboard = dashboard;
    this.#traffic = traffic;
    this.#say = say;
  }

  /** Tells the audience. */
  say(line: string): void {
    this.#say(line);
  }

  /**
   * The sidecar of a workload, to do something to it.
   *
   * @throws {NotHeld} if none runs: killing what is not there would prove nothing.
   */
  sidecar(owner: SidecarOwner): Child {
    const child = this.shop.sidecar(owner);
    if (child?.state !== "running") throw new NotHeld(`the sidecar of ${owner} is not running`);
    return child;
  }

  /** All counters as they are now. */
  read(): Promise<Reading> {
    return readCounters(this.shop, this.#traffic);
  }

  /** What grew between two readings. */
  flow(before: Reading, after: Reading): Flow {
    return flowBetween(before, after, this.#traffic);
  }

  /** What goes through the shop from now on, for a while. */
  async watch(durationMs: number = WATCH_MS): Promise<Flow> {
    const before = await this.read();
    await sleep(durationMs);
    return this.flow(before, await this.read());
  }

  /**
   * Looks again and again, until what is looked for is there.
   *
   * @throws {NotHeld} if it does not come in time.
   */
  async until(what: string, isThere: () => Promise<boolean>): Promise<void> {
    const startMs = performance.now();
    while (!(await isThere())) {
      if (performance.now() - startMs > PATIENCE_MS)
        throw new NotHeld(`${what}: not within ${PATIENCE_MS / 1_000} s`);
      await sleep(50);
    }
  }

  /** Waits until somebody refuses a configuration for a reason that names this. */
  async findRefusal(named: string): Promise<Refusal> {
    let found: Refusal | undefined;
    await this.until(`it is refused because of ${named}`, async () => {
      found = (await this.shop.admin.refusals()).find(({ reason }) => reason.includes(named));
      return found !== undefined;
    });
    return found as Refusal;
  }

  /** Waits until a change has arrived in what goes through the shop, and sees that it then stays so. */
  async expectFlow(what: string, holds: (flow: Flow) => boolean): Promise<Flow> {
    await this.until(what, async () => {
      const flow = await this.watch(250);
      return flow.answered > 0 && holds(flow);
    });
    return this.expectSteady(what, holds);
  }

  /** Waits until the dashboard shows that all calls of a workload go one way. */
  async expectOnDashboard(cluster: string, way: "direct" | "sidecar"): Promise<void> {
    const wanted = way === "sidecar" ? 1 : 0;
    await this.until(
      `the dashboard shows the calls of ${cluster} as ${way}`,
      async () => this.#dashboard.sidecarShare(cluster) === wanted,
    );
  }

  /** Sees that something is so now and stays so, while calls are answered. */
  async expectSteady(what: string, holds: (flow: Flow) => boolean): Promise<Flow> {
    const flow = await this.watch();
    if (flow.answered === 0) throw new NotHeld(`${what}: no call was answered`);
    if (!holds(flow)) throw new NotHeld(`${what}: seen was ${describe(flow)}`);
    return flow;
  }
}

function describe(flow: Flow): string {
  const { answered, v1, v2, left, arrived } = flow;
  const ways = Object.entries(left).map(([owner, calls]) => `${calls} left ${owner} by its sidecar`);
  const arrivals = Object.entries(arrived).map(
    ([owner, calls]) => `${calls} came to ${owner} by its sidecar`,
  );
  return `${answered} calls, ${v1} for v1, ${v2} for v2, ${[...ways, ...arrivals].join(", ")}`;
}

import { setTimeout as sleep } from "node:timers/promises";
import type { Caretaker } from "./process/hire-caretaker.ts";
import { Shop } from "./shop.ts";
import { Traffic } from "./traffic/traffic.ts";

export interface OpenShopOptions {
  readonly caretaker: Caretaker;
  /** Takes what nobody asked for. */
  readonly log: (line: string) => void;
  /** Takes how far it is. */
  readonly say: (line: string) => void;
}

/** Customers a second. */
const RATE = 100;

/** How long the processes may take to find each other. Milliseconds. */
const PATIENCE_MS = 30_000;

/** Calls before the count begins. */
const WARM_CALLS = 50;

/** Reasons that are told; a broken mesh would fill the screen. */
const MAX_TOLD = 10;

/** Opens the shop, waits until somebody can buy, and lets the customers in. */
export async function openShop({
  caretaker,
  log,
  say,
}: OpenShopOptions): Promise<{ shop: Shop; traffic: Traffic }> {
  const startMs = performance.now();
  const shop = await Shop.open({ caretaker, log });
  let told = 0;
  const traffic = new Traffic({
    url: shop.url,
    rate: RATE,
    onFailure({ kind, reason }) {
      if (told++ < MAX_TOLD) log(`a call is ${kind}: ${reason}`);
    },
  });
  await firstBuyers(shop, traffic, startMs);
  say(
    `${shop.children.length} programs are up after ${((performance.now() - startMs) / 1_000).toFixed(1)} s. ${RATE} calls a second from here on.`,
  );
  traffic.start();
  return { shop, traffic };
}

/** One after the other, until some were served: the first calls of a process are its slowest, and nobody's measure. */
async function firstBuyers(shop: Shop, traffic: Traffic, startMs: number): Promise<void> {
  for (let served = 0; served < WARM_CALLS; ) {
    const result = await traffic.probe();
    if (result.kind === "answered") {
      served++;
      continue;
    }
    const ended = shop.children.find(({ state }) => state === "ended");
    if (ended !== undefined) throw new Error([`${ended.name} ended`, ...ended.lines].join("\n  "));
    if (performance.now() - startMs > PATIENCE_MS) {
      const lines = shop.children.flatMap((child) => child.lines.map((line) => `${child.name}: ${line}`));
      throw new Error([`nobody can buy: ${result.reason}`, ...lines].join("\n  "));
    }
    await sleep(50);
  }
}

import type { Shop } from "../shop.ts";
import type { Traffic } from "../traffic/traffic.ts";
import type { Reading } from "./flow.ts";

/** All counters, as nearly at one moment as separate processes allow. */
export async function readCounters(shop: Shop, traffic: Traffic): Promise<Reading> {
  const before = traffic.counts;
  const sidecars = await shop.readSidecars();
  return { atMs: performance.now(), before, sidecars, counts: traffic.counts, open: traffic.open };
}

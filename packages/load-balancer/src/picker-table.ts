import type { Random } from "@dualmesh/core";
import { createPicker } from "./create-picker.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EndpointSlots } from "./endpoint-slots.ts";
import type { Picker } from "./picker.ts";
import type { Policy } from "./policy.ts";
import {
  type LevelCounts,
  type LevelLoad,
  type PriorityLoadOptions,
  priorityLoads,
} from "./priority-load.ts";

/** A priority as the balancer sees it now. */
export interface LevelStatus extends LevelCounts, LevelLoad {
  readonly priority: number;
}

export interface PickerTableOptions extends PriorityLoadOptions {
  readonly policy: Policy;
  readonly failTrafficOnPanic: boolean;
  readonly random: Random;
}

/** Everything a pick needs, made at once and never changed: the next state of the endpoints gets a new table. */
export interface PickerTable {
  readonly levels: readonly LevelStatus[];
  /** Chooses a priority by its load, and gives its picker; `undefined` where nobody may be used. */
  choose(): Picker | undefined;
  /** All usable groups of endpoints, best first: healthy ones by priority, then degraded ones. */
  readonly usable: readonly Int32Array[];
}

interface Level {
  readonly all: number[];
  readonly healthy: number[];
  readonly degraded: number[];
}

export function buildTable(slots: EndpointSlots, options: PickerTableOptions): PickerTable {
  const groups = groupByLevel(slots);
  const counts = groups.map(({ all, healthy, degraded }) => ({
    total: all.length,
    healthy: healthy.length,
    degraded: degraded.length,
  }));
  const loads = priorityLoads(counts, options);
  const levels = counts.map((count, priority) => ({ priority, ...count, ...(loads[priority] as LevelLoad) }));

  const chances: { readonly percent: number; readonly indices: Int32Array }[] = [];
  const add = (percent: number, { panic }: LevelLoad, all: number[], fit: number[]): void => {
    const indices = panic ? (options.failTrafficOnPanic ? [] : all) : fit;
    chances.push({ percent, indices: new Int32Array(indices) });
  };
  groups.forEach(({ all, healthy }, i) => {
    const load = loads[i] as LevelLoad;
    add(load.healthyPercent, load, all, healthy);
  });
  groups.forEach(({ all, degraded }, i) => {
    const load = loads[i] as LevelLoad;
    add(load.degradedPercent, load, all, degraded);
  });

  const usable = chances.map((chance) => chance.indices).filter((indices) => indices.length > 0);
  const loaded = chances.filter((chance) => chance.percent > 0);
  const pickers = loaded.map(({ indices }) =>
    indices.length === 0 ? undefined : createPicker(options.policy, indices, slots, options.random),
  );
  return { levels, usable, choose: chooser(loaded, pickers, options.random) };
}

/** One random draw, and none where one priority has it all, which is the usual case. */
function chooser(
  loaded: readonly { readonly percent: number }[],
  pickers: readonly (Picker | undefined)[],
  random: Random,
): () => Picker | undefined {
  const only = pickers[0];
  if (pickers.length <= 1) return () => only;
  let sum = 0;
  const upTo = loaded.map(({ percent }) => (sum += percent));
  return () => {
    const drawn = Math.floor(random() * 100) + 1;
    let at = 0;
    while (drawn > (upTo[at] as number)) at++;
    return pickers[at];
  };
}

function groupByLevel(slots: EndpointSlots): Level[] {
  const levels: Level[] = [];
  for (const index of slots.listed) {
    const { priority = 0 } = slots.endpoint(index) as Endpoint;
    while (levels.length <= priority) levels.push({ all: [], healthy: [], degraded: [] });
    const level = levels[priority] as Level;
    level.all.push(index);
    const health = slots.health(index);
    if (health !== "unhealthy") level[health].push(index);
  }
  return levels;
}

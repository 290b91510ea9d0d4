import { describe, expect, test } from "vitest";
import { type LevelCounts, type PriorityLoadOptions, priorityLoads } from "../src/index.ts";

const DEFAULTS: PriorityLoadOptions = { overprovisioningFactorPercent: 140, panicThresholdPercent: 50 };

/** `"1/2 2/2"`: healthy of total, one per priority; `"1+2/5"`: with degraded ones. */
function levels(text: string): LevelCounts[] {
  return text.split(" ").map((level) => {
    const [fit = "", total] = level.split("/");
    const [healthy, degraded = "0"] = fit.split("+");
    return { healthy: Number(healthy), degraded: Number(degraded), total: Number(total) };
  });
}

describe("loads of priorities, as Envoy computes them", () => {
  test.each([
    { fit: "72/100 100/100", healthy: [100, 0], panic: false },
    { fit: "71/100 100/100", healthy: [99, 1], panic: false },
    { fit: "50/100 100/100", healthy: [70, 30], panic: false },
    { fit: "25/100 100/100", healthy: [35, 65], panic: false },
    { fit: "0/100 100/100", healthy: [0, 100], panic: false },
    { fit: "1/3 3/3", healthy: [46, 54], panic: false },
    { fit: "1/2 1/2", healthy: [70, 30], panic: false },
    { fit: "1/4 2/2", healthy: [35, 65], panic: false },
    { fit: "25/100 25/100", healthy: [50, 50], panic: true },
    { fit: "1/4 1/4", healthy: [50, 50], panic: true },
    { fit: "1/5 1/5 1/5", healthy: [34, 33, 33], panic: true },
    { fit: "0/5 0/5 4/5", healthy: [0, 0, 100], panic: false },
    { fit: "0/5 0/5 2/5", healthy: [34, 33, 33], panic: true },
    { fit: "0/5 0/3 0/2", healthy: [50, 30, 20], panic: true },
    { fit: "0/5 2/6 1/3", healthy: [37, 42, 21], panic: true },
    { fit: "0/0 1/1", healthy: [0, 100], panic: false },
    { fit: "0/0 0/1", healthy: [0, 100], panic: true },
  ])("$fit gives $healthy, panic: $panic", ({ fit, healthy, panic }) => {
    const loads = priorityLoads(levels(fit), DEFAULTS);
    expect(loads.map((load) => load.healthyPercent)).toEqual(healthy);
    expect(loads.map((load) => load.panic)).toEqual(loads.map(() => panic));
  });

  test("degraded endpoints take what healthy ones of any priority cannot", () => {
    const loads = priorityLoads(levels("0+1/5 0+5/5 1+0/5"), DEFAULTS);
    expect(loads.map((load) => load.healthyPercent)).toEqual([0, 0, 28]);
    expect(loads.map((load) => load.degradedPercent)).toEqual([28, 44, 0]);
  });

  test("what rounding leaves goes to the first healthy priority", () => {
    const loads = priorityLoads(levels("10+20/100 20+10/100 10+0/100"), {
      overprovisioningFactorPercent: 100,
      panicThresholdPercent: 0,
    });
    expect(loads.map((load) => load.healthyPercent)).toEqual([16, 28, 14]);
    expect(loads.map((load) => load.degradedPercent)).toEqual([28, 14, 0]);
  });

  test("at a factor of 100 every unfit endpoint counts", () => {
    const loads = priorityLoads(levels("2/4 2/4"), { ...DEFAULTS, overprovisioningFactorPercent: 100 });
    expect(loads.map((load) => load.healthyPercent)).toEqual([50, 50]);
  });

  test("a priority alone may panic while another does not", () => {
    const loads = priorityLoads(levels("1/10 3/5"), DEFAULTS);
    expect(loads.map((load) => load.panic)).toEqual([true, false]);
    expect(loads.map((load) => load.healthyPercent)).toEqual([15, 85]);
  });

  test("exactly half is no panic: the threshold is strict", () => {
    const loads = priorityLoads(levels("1/2"), { ...DEFAULTS, overprovisioningFactorPercent: 100 });
    expect(loads).toEqual([{ healthyPercent: 100, degradedPercent: 0, panic: false }]);
  });

  test("a threshold of 0 never panics, even with nobody left", () => {
    const loads = priorityLoads(levels("0/1 0/1"), { ...DEFAULTS, panicThresholdPercent: 0 });
    expect(loads.map((load) => load.panic)).toEqual([false, false]);
    expect(loads.map((load) => load.healthyPercent)).toEqual([0, 0]);
  });
});

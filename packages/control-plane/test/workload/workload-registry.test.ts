import { manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { parseWorkload, type WorkloadBody } from "../../src/workload/parse-workload.ts";
import { createWorkloadRegistry, type WorkloadRegistry } from "../../src/workload/workload-registry.ts";

function at(port: number, leaseMs = 10_000): WorkloadBody {
  return parseWorkload({ addresses: [{ address: "127.0.0.1", port }], leaseMs });
}

function registry(maxWorkloads = 100): {
  clock: ReturnType<typeof manualClock>;
  said: string[];
  workloads: WorkloadRegistry;
} {
  const clock = manualClock();
  const said: string[] = [];
  const workloads = createWorkloadRegistry({
    clock,
    maxWorkloads,
    onChange: (change, { cluster, nodeId }) => said.push(`${change} ${cluster}/${nodeId}`),
  });
  return { clock, said, workloads };
}

describe("a lease", () => {
  test("that is not renewed ends, and what hung on it is gone", () => {
    const { clock, said, workloads } = registry();
    workloads.put("orders", "a", at(1));
    clock.advance(9_999);
    expect(workloads.list()).toMatchObject([{ cluster: "orders", nodeId: "a", expiresInMs: 1 }]);
    clock.advance(1);
    expect(workloads.list()).toEqual([]);
    expect(said).toEqual(["up orders/a", "expired orders/a"]);
    expect(clock.pendingTimers).toBe(0);
  });

  test("is renewed by the same registration, which is no change", () => {
    const { clock, said, workloads } = registry();
    workloads.put("orders", "a", at(1));
    const revision = workloads.revision("orders");
    for (let beat = 0; beat < 5; beat++) {
      clock.advance(9_000);
      workloads.put("orders", "a", at(1));
    }
    expect(said).toEqual(["up orders/a"]);
    expect(workloads.revision("orders")).toBe(revision);
    clock.advance(10_000);
    expect(said).toEqual(["up orders/a", "expired orders/a"]);
  });

  test("may be made shorter by a heartbeat", () => {
    const { clock, workloads } = registry();
    workloads.put("orders", "a", at(1, 600_000));
    workloads.put("orders", "a", at(1, 1_000));
    clock.advance(1_000);
    expect(workloads.list()).toEqual([]);
  });

  test("of one workload does not keep another", () => {
    const { clock, said, workloads } = registry();
    workloads.put("orders", "a", at(1, 5_000));
    workloads.put("orders", "b", at(2, 20_000));
    clock.advance(5_000);
    expect(said).toEqual(["up orders/a", "up orders/b", "expired orders/a"]);
    clock.advance(15_000);
    expect(said.at(-1)).toBe("expired orders/b");
  });

  test("does not run while the process stood still: nobody could be heard", () => {
    let nowMs = 0;
    let fire = (): void => {};
    const workloads = createWorkloadRegistry({
      clock: {
        now: () => nowMs,
        wall: () => nowMs,
        setTimer(callback) {
          fire = callback;
          return { [Symbol.dispose]: () => {} };
        },
      },
    });
    workloads.put("orders", "a", at(1));
    nowMs = 70_000;
    fire();
    expect(workloads.list()).toMatchObject([{ nodeId: "a", expiresInMs: 10_000 }]);
    nowMs = 80_000;
    fire();
    expect(workloads.list()).toEqual([]);
  });
});

describe("the registry", () => {
  test("tells changed addresses from a heartbeat", () => {
    const { said, workloads } = registry();
    workloads.put("orders", "a", at(1));
    const revision = workloads.revision("orders");
    workloads.put("orders", "a", at(2));
    expect(said).toEqual(["up orders/a", "changed orders/a"]);
    expect(workloads.revision("orders")).not.toBe(revision);
    expect(workloads.size).toBe(1);
  });

  test("withdraws once, and says when there was nothing", () => {
    const { said, workloads } = registry();
    workloads.put("orders", "a", at(1));
    expect(workloads.delete("orders", "a")).toBe(true);
    expect(workloads.delete("orders", "a")).toBe(false);
    expect(workloads.delete("nobody", "a")).toBe(false);
    expect(said).toEqual(["up orders/a", "down orders/a"]);
  });

  test("gives a cluster that comes back a revision it never had", () => {
    const { workloads } = registry();
    workloads.put("orders", "a", at(1));
    const before = workloads.revision("orders");
    workloads.delete("orders", "a");
    expect(workloads.revision("orders")).toBe(0);
    workloads.put("orders", "a", at(1));
    expect(workloads.revision("orders")).toBeGreaterThan(before);
  });

  test("lists by cluster and node id, whatever the order of arrival", () => {
    const { workloads } = registry();
    for (const [cluster, nodeId] of [
      ["b", "2"],
      ["a", "9"],
      ["b", "1"],
    ] as const) {
      workloads.put(cluster, nodeId, at(1));
    }
    expect(workloads.list().map(({ cluster, nodeId }) => cluster + nodeId)).toEqual(["a9", "b1", "b2"]);
    expect(workloads.of("b").map(({ nodeId }) => nodeId)).toEqual(["1", "2"]);
  });

  test("refuses what is over its limit, but still hears heartbeats", () => {
    const { workloads } = registry(1);
    workloads.put("orders", "a", at(1));
    expect(() => workloads.put("orders", "b", at(2))).toThrow(/limit of 1 workloads/);
    workloads.put("orders", "a", at(3));
    expect(workloads.size).toBe(1);
  });

  test("ends without leaving a timer", () => {
    const { clock, workloads } = registry();
    workloads.put("orders", "a", at(1));
    workloads[Symbol.dispose]();
    expect(clock.pendingTimers).toBe(0);
  });
});

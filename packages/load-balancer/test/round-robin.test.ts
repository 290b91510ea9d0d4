import { randomOf, seededRandom } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createLoadBalancer, type Endpoint, type LoadBalancer } from "../src/index.ts";

const keys = (balancer: LoadBalancer, count: number): string[] =>
  Array.from({ length: count }, () => {
    const ticket = balancer.pickIndex({ nowMs: 0 });
    const key = balancer.endpoint(ticket)?.key ?? String(ticket);
    balancer.complete(ticket, undefined, 0);
    return key;
  });

const roundRobin = (endpoints: readonly Endpoint[], start: number): LoadBalancer => {
  const balancer = createLoadBalancer({ policy: { kind: "round-robin" }, random: randomOf(start) });
  balancer.update(endpoints);
  return balancer;
};

describe("round robin", () => {
  test("equal weights take turns in the order of the list", () => {
    const balancer = roundRobin([{ key: "a" }, { key: "b" }, { key: "c" }], 0);
    expect(keys(balancer, 7)).toEqual(["a", "b", "c", "a", "b", "c", "a"]);
  });

  test("the start is drawn, so that clients which start together spread", () => {
    const balancer = roundRobin([{ key: "a" }, { key: "b" }, { key: "c" }], 0.7);
    expect(keys(balancer, 4)).toEqual(["c", "a", "b", "c"]);
  });

  test("unequal weights are interleaved and do not come in runs", () => {
    const balancer = roundRobin([{ key: "a" }, { key: "b", weight: 2 }], 0);
    expect(keys(balancer, 6)).toEqual(["b", "a", "b", "b", "a", "b"]);
  });

  test("weights that are equal among the healthy ones of a priority are a plain rotation", () => {
    const balancer = roundRobin(
      [
        { key: "a", weight: 5 },
        { key: "b", weight: 5 },
        { key: "c", weight: 1, priority: 1 },
      ],
      0,
    );
    expect(keys(balancer, 4)).toEqual(["a", "b", "a", "b"]);
  });

  test("a weight that an update changes counts from then on", () => {
    const balancer = createLoadBalancer({ policy: { kind: "round-robin" }, random: seededRandom(1) });
    balancer.update([{ key: "a" }, { key: "b", weight: 2 }]);
    keys(balancer, 5);
    balancer.update([{ key: "a", weight: 3 }, { key: "b" }]);
    const picked = keys(balancer, 400);
    expect(picked.filter((key) => key === "a")).toHaveLength(300);
  });
});

describe("random", () => {
  test("chance alone decides, whatever the weights", () => {
    const balancer = createLoadBalancer({
      policy: { kind: "random" },
      random: randomOf(0, 0.34, 0.67, 0.99, 0.33),
    });
    balancer.update([{ key: "a", weight: 100 }, { key: "b" }, { key: "c" }]);
    expect(keys(balancer, 5)).toEqual(["a", "b", "c", "c", "a"]);
  });
});

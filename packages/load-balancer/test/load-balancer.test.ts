import { randomOf, seededRandom } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import {
  createLoadBalancer,
  type Endpoint,
  type LoadBalancer,
  type LoadBalancerOptions,
  NO_ENDPOINTS,
  NO_HEALTHY,
} from "../src/index.ts";

const NOW = { nowMs: 0 };

function balancerOf(
  endpoints: readonly Endpoint[],
  options: Partial<LoadBalancerOptions> = {},
): LoadBalancer {
  const balancer = createLoadBalancer({
    policy: { kind: "round-robin" },
    random: seededRandom(3),
    ...options,
  });
  balancer.update(endpoints);
  return balancer;
}

/** The keys that get picks, sorted; or the refusal. */
function reached(balancer: LoadBalancer, picks = 300): string {
  const keys = new Set<string>();
  for (let i = 0; i < picks; i++) {
    const ticket = balancer.pickIndex(NOW);
    keys.add(balancer.endpoint(ticket)?.key ?? `refused ${ticket}`);
    balancer.complete(ticket, undefined, 0);
  }
  return [...keys].sort().join(" ");
}

const healthy = (key: string, priority = 0): Endpoint => ({ key, priority });
const degraded = (key: string, priority = 0): Endpoint => ({ key, priority, health: "degraded" });
const unhealthy = (key: string, priority = 0): Endpoint => ({ key, priority, health: "unhealthy" });

describe("who is used, as recorded from Envoy 1.40", () => {
  test.each<{ name: string; endpoints: Endpoint[]; options?: Partial<LoadBalancerOptions>; used: string }>([
    { name: "healthy first priority", endpoints: [healthy("a"), healthy("b", 1)], used: "a" },
    { name: "empty first priority", endpoints: [healthy("b", 1)], used: "b" },
    { name: "unhealthy first priority", endpoints: [unhealthy("a"), healthy("b", 1)], used: "b" },
    {
      name: "two unhealthy priorities",
      endpoints: [unhealthy("a"), unhealthy("b", 1), healthy("c", 2)],
      used: "c",
    },
    { name: "degraded first priority", endpoints: [degraded("a"), healthy("b", 1)], used: "b" },
    { name: "all degraded", endpoints: [degraded("a")], used: "a" },
    {
      name: "degraded beside healthy",
      endpoints: [degraded("a"), healthy("b"), healthy("c")],
      used: "a b c",
    },
    { name: "a lone unhealthy endpoint", endpoints: [unhealthy("a")], used: "a" },
    {
      name: "the same without panic",
      endpoints: [unhealthy("a")],
      options: { panicThresholdPercent: 0 },
      used: `refused ${NO_HEALTHY}`,
    },
    {
      name: "the same failing in panic",
      endpoints: [unhealthy("a")],
      options: { failTrafficOnPanic: true },
      used: `refused ${NO_HEALTHY}`,
    },
    { name: "half healthy", endpoints: [unhealthy("a"), healthy("b")], used: "b" },
    {
      name: "a third healthy, without panic",
      endpoints: [unhealthy("a"), healthy("b"), unhealthy("c")],
      options: { panicThresholdPercent: 0 },
      used: "b",
    },
    {
      name: "a third healthy, in panic",
      endpoints: [unhealthy("a"), healthy("b"), unhealthy("c")],
      used: "a b c",
    },
    {
      name: "half healthy, overprovisioned by 2",
      endpoints: [healthy("a"), unhealthy("b"), healthy("c", 1)],
      options: { overprovisioningFactorPercent: 200 },
      used: "a",
    },
    {
      name: "both priorities unhealthy, without panic",
      endpoints: [unhealthy("a"), unhealthy("b", 1)],
      options: { panicThresholdPercent: 0 },
      used: `refused ${NO_HEALTHY}`,
    },
    { name: "second priority only, in panic", endpoints: [unhealthy("b", 1)], used: "b" },
    { name: "nobody at all", endpoints: [], used: `refused ${NO_ENDPOINTS}` },
  ])("$name", ({ endpoints, options, used }) => {
    expect(reached(balancerOf(endpoints, options))).toBe(used);
  });

  test("an update may bring its own overprovisioning factor, which the next one forgets", () => {
    const balancer = balancerOf([]);
    const half = [healthy("a"), unhealthy("b"), healthy("c", 1)];
    balancer.update(half, { overprovisioningFactorPercent: 200 });
    expect(reached(balancer)).toBe("a");
    balancer.update(half);
    expect(reached(balancer)).toBe("a c");
  });

  test("a priority that cannot take all leaves the rest to the next, by percent", () => {
    const balancer = balancerOf([healthy("a"), unhealthy("b"), healthy("c", 1)], {
      random: randomOf(0.69, 0.7, 0.999),
    });
    const keys = Array.from({ length: 3 }, () => balancer.endpoint(balancer.pickIndex(NOW))?.key);
    expect(keys).toEqual(["a", "c", "c"]);
  });
});

describe("health checks", () => {
  test("the worse of discovery and check counts, and the check can be taken back", () => {
    const balancer = balancerOf([healthy("a"), healthy("b"), degraded("c")]);
    balancer.setHealth("a", "unhealthy");
    balancer.setHealth("c", "healthy");
    expect(balancer.endpoints.map((status) => status.health)).toEqual(["unhealthy", "healthy", "degraded"]);
    balancer.setHealth("a", "healthy");
    expect(balancer.endpoints.map((status) => status.health)).toEqual(["healthy", "healthy", "degraded"]);
  });

  test("a check counts from the next pick on, in both directions", () => {
    const balancer = balancerOf([healthy("a"), healthy("b")]);
    expect(reached(balancer)).toBe("a b");
    balancer.setHealth("a", "unhealthy");
    expect(reached(balancer)).toBe("b");
    balancer.setHealth("a", "healthy");
    expect(reached(balancer)).toBe("a b");
  });

  test("a check stays over an update, and is forgotten with the endpoint", () => {
    const balancer = balancerOf([healthy("a"), healthy("b")]);
    balancer.setHealth("a", "unhealthy");
    balancer.update([healthy("b"), healthy("a")]);
    expect(reached(balancer)).toBe("b");
    balancer.update([healthy("b")]);
    balancer.update([healthy("b"), healthy("a")]);
    expect(reached(balancer)).toBe("a b");
  });

  test("a check of an unknown endpoint is refused", () => {
    expect(balancerOf([healthy("a")]).setHealth("b", "unhealthy")).toBe(false);
  });
});

describe("tickets", () => {
  test("a pick counts until it is completed, once", () => {
    const balancer = balancerOf([healthy("a")]);
    const first = balancer.pickIndex(NOW);
    const second = balancer.pickIndex(NOW);
    expect(balancer.active("a")).toBe(2);
    balancer.complete(first, undefined, 0);
    balancer.complete(first, undefined, 0);
    expect(balancer.active("a")).toBe(1);
    expect(balancer.endpoint(first)).toBeUndefined();
    balancer.complete(second, undefined, 0);
    balancer.complete(NO_HEALTHY, undefined, 0);
    expect(balancer.active("a")).toBe(0);
  });

  test("an endpoint that an update keeps, keeps its count; one that is gone counts down to nothing", () => {
    const balancer = balancerOf([healthy("a"), healthy("b")], { random: randomOf(0, 0, 0) });
    const toA = balancer.pickIndex(NOW);
    const toB = balancer.pickIndex(NOW);
    balancer.update([{ key: "b", weight: 2 }, healthy("c")]);
    expect([balancer.active("a"), balancer.active("b"), balancer.active("c")]).toEqual([1, 1, 0]);
    expect(balancer.endpoint(toA)?.key).toBe("a");
    expect(balancer.endpoint(toB)).toEqual({ key: "b", weight: 2 });
    balancer.complete(toA, undefined, 0);
    expect(balancer.active("a")).toBe(0);
    balancer.update([healthy("a"), healthy("b")]);
    expect([balancer.active("a"), balancer.active("b")]).toEqual([0, 1]);
  });

  test("an endpoint that comes back before its last pick completed has its old state", () => {
    const balancer = balancerOf([healthy("a")]);
    const ticket = balancer.pickIndex(NOW);
    const index = balancer.endpointIndex(ticket);
    balancer.update([healthy("b")]);
    balancer.update([healthy("a"), healthy("b")]);
    expect(balancer.active("a")).toBe(1);
    expect(balancer.endpoints.find((status) => status.endpoint.key === "a")?.index).toBe(index);
  });
});

describe("endpoints of earlier attempts", () => {
  const indices = (balancer: LoadBalancer, keys: string): number[] =>
    balancer.endpoints.filter(({ endpoint }) => keys.includes(endpoint.key)).map(({ index }) => index);

  test.each([
    { policy: { kind: "round-robin" as const } },
    { policy: { kind: "least-request" as const } },
    { policy: { kind: "random" as const } },
  ])("are avoided by $policy.kind as long as another is left", ({ policy }) => {
    const balancer = balancerOf([healthy("a"), healthy("b"), healthy("c")], { policy });
    const tried = indices(balancer, "ac");
    for (let i = 0; i < 50; i++) {
      expect(balancer.endpoint(balancer.pickIndex({ nowMs: 0, tried }))?.key).toBe("b");
    }
  });

  test("send a retry to another priority once their own has nobody else", () => {
    const balancer = balancerOf([healthy("a"), healthy("b", 1), unhealthy("c", 1)]);
    const ticket = balancer.pickIndex({ nowMs: 0, tried: indices(balancer, "a") });
    expect(balancer.endpoint(ticket)?.key).toBe("b");
  });

  test("are used again when all have been tried", () => {
    const balancer = balancerOf([healthy("a"), healthy("b", 1)]);
    const ticket = balancer.pickIndex({ nowMs: 0, tried: indices(balancer, "ab") });
    expect(balancer.endpoint(ticket)?.key).toBe("a");
  });

  test("never let a retry fall on an unhealthy endpoint", () => {
    const balancer = balancerOf([healthy("a"), healthy("b"), unhealthy("c")]);
    const ticket = balancer.pickIndex({ nowMs: 0, tried: indices(balancer, "ab") });
    expect(["a", "b"]).toContain(balancer.endpoint(ticket)?.key);
  });
});

describe("lists that are refused", () => {
  test.each([
    {
      endpoint: { key: "b", weight: 0 },
      message: 'endpoint "b": its weight must be an integer from 1 to 4294967295, got 0',
    },
    {
      endpoint: { key: "b", weight: 1.5 },
      message: 'endpoint "b": its weight must be an integer from 1 to 4294967295, got 1.5',
    },
    {
      endpoint: { key: "b", priority: 128 },
      message: 'endpoint "b": its priority must be an integer from 0 to 127, got 128',
    },
    { endpoint: { key: "a" }, message: 'endpoint "a": it is listed twice' },
  ])("$message", ({ endpoint, message }) => {
    const balancer = balancerOf([{ key: "x" }]);
    expect(() => balancer.update([{ key: "a" }, endpoint])).toThrow(new RangeError(message));
    expect(reached(balancer)).toBe("x");
  });
});

describe("for people", () => {
  test("before the first update a pick waits, which is not the same as an empty cluster", () => {
    const balancer = createLoadBalancer({ policy: { kind: "round-robin" } });
    expect(balancer.pick()).toEqual({ kind: "wait" });
    balancer.update([]);
    expect(balancer.pick()).toEqual({ kind: "fail", reason: "the cluster has no endpoints" });
  });

  test("a pick holds the endpoint as it was listed", () => {
    const endpoint = { key: "10.0.0.1:80", zone: "east" };
    const balancer = createLoadBalancer<typeof endpoint>({ policy: { kind: "round-robin" } });
    balancer.update([endpoint]);
    expect(balancer.pick()).toMatchObject({ kind: "ready", endpoint: { zone: "east" } });
  });

  test("it prints its priorities with their loads", () => {
    const balancer = balancerOf([
      healthy("a"),
      unhealthy("b"),
      healthy("c", 1),
      degraded("d", 1),
      unhealthy("e", 1),
    ]);
    expect(String(balancer)).toBe(
      "round-robin, 5 endpoints\n  P0 70 %: 1 of 2 healthy\n  P1 30 %: 1 of 3 healthy, 1 degraded",
    );
  });

  test("panic shows", () => {
    expect(String(balancerOf([unhealthy("a")]))).toBe(
      "round-robin, 1 endpoint\n  P0 100 %: 0 of 1 healthy, panic",
    );
  });
});

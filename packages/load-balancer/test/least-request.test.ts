import { randomOf, seededRandom } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createLoadBalancer, type Endpoint, type LoadBalancer, type Policy } from "../src/index.ts";

const NOW = { nowMs: 0 };

function pickKey(balancer: LoadBalancer): string {
  const ticket = balancer.pickIndex(NOW);
  const key = balancer.endpoint(ticket)?.key ?? String(ticket);
  balancer.complete(ticket, undefined, 0);
  return key;
}

/** Takes picks until `key` has `count` of them out. */
function keepBusy(balancer: LoadBalancer, key: string, count: number): void {
  for (let picks = 0; balancer.active(key) < count && picks < 10_000; picks++) {
    const ticket = balancer.pickIndex(NOW);
    if (balancer.endpoint(ticket)?.key !== key) balancer.complete(ticket, undefined, 0);
  }
}

function share(balancer: LoadBalancer, key: string, picks: number): number {
  let hits = 0;
  for (let i = 0; i < picks; i++) if (pickKey(balancer) === key) hits++;
  return hits / picks;
}

function leastRequest(
  endpoints: readonly Endpoint[],
  options: Partial<Extract<Policy, { kind: "least-request" }>>,
  random = seededRandom(7),
): LoadBalancer {
  const balancer = createLoadBalancer({ policy: { kind: "least-request", ...options }, random });
  balancer.update(endpoints);
  return balancer;
}

const EQUAL = [{ key: "a" }, { key: "b" }, { key: "c" }, { key: "d" }];

describe("least request among equal weights", () => {
  test("of two that are drawn, the one with fewer picks out wins", () => {
    const balancer = leastRequest(EQUAL, {}, randomOf(0, 0, /* a or b */ 0, 0.3, /* b or a */ 0.3, 0));
    balancer.pickIndex(NOW);
    expect(balancer.active("a")).toBe(1);
    expect([pickKey(balancer), pickKey(balancer)]).toEqual(["b", "b"]);
  });

  test("the first that is drawn wins a tie", () => {
    const balancer = leastRequest(EQUAL, {}, randomOf(0.5, 0));
    expect(pickKey(balancer)).toBe("c");
  });

  test("more choices draw more endpoints", () => {
    const balancer = leastRequest(EQUAL, { choiceCount: 4 }, randomOf(0, 0, 0, 0, 0, 0.3, 0.5, 0.8));
    balancer.pickIndex(NOW);
    expect(pickKey(balancer)).toBe("b");
  });

  test("drawing is with replacement: of two endpoints, the busy one still gets a quarter", () => {
    const balancer = leastRequest([{ key: "a" }, { key: "b" }], {});
    keepBusy(balancer, "a", 1);
    expect(share(balancer, "a", 4_000)).toBeCloseTo(0.25, 1);
  });
});

describe("least request among unequal weights", () => {
  const UNEQUAL = [{ key: "a" }, { key: "b", weight: 2 }];

  test("idle endpoints share by weight, as in round robin", () => {
    const balancer = leastRequest(UNEQUAL, {}, randomOf(0));
    expect(Array.from({ length: 6 }, () => pickKey(balancer))).toEqual(["b", "a", "b", "b", "a", "b"]);
  });

  test.each([
    { busy: "b", bias: 1, shareOfA: 1 / 2 },
    { busy: "a", bias: 1, shareOfA: 1 / 5 },
    { busy: "a", bias: 0, shareOfA: 1 / 3 },
    { busy: "a", bias: 2, shareOfA: 1 / 9 },
  ])("with one pick of $busy out and a bias of $bias, a gets $shareOfA", ({ busy, bias, shareOfA }) => {
    const balancer = leastRequest(UNEQUAL, { activeRequestBias: bias });
    keepBusy(balancer, busy, 1);
    expect(share(balancer, "a", 3_600)).toBeCloseTo(shareOfA, 2);
  });
});

describe("options", () => {
  test.each([
    { options: { choiceCount: 1 }, message: "choiceCount must be an integer from 2, got 1" },
    { options: { choiceCount: 2.5 }, message: "choiceCount must be an integer from 2, got 2.5" },
    { options: { activeRequestBias: -1 }, message: "activeRequestBias must be 0 or more, got -1" },
  ])("$message", ({ options, message }) => {
    expect(() => leastRequest([], options)).toThrow(new RangeError(`load balancer: ${message}`));
  });
});

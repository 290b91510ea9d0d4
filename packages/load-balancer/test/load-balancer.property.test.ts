import type { Ticket } from "@dualmesh/core";
import { seededRandom } from "@dualmesh/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLoadBalancer, type Endpoint, type Policy } from "../src/index.ts";

const NOW = { nowMs: 0 };

const policies = fc.constantFrom<Policy>(
  { kind: "round-robin" },
  { kind: "least-request" },
  { kind: "random" },
);

const KEYS = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** A cluster with keys from a small set, so that updates keep some endpoints and drop others. */
const clusters: fc.Arbitrary<Endpoint[]> = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom(...KEYS),
    weight: fc.integer({ min: 1, max: 5 }),
    priority: fc.integer({ min: 0, max: 2 }),
    health: fc.constantFrom("healthy" as const, "degraded" as const, "unhealthy" as const),
  }),
  { selector: (endpoint) => endpoint.key, maxLength: 8 },
);

describe("for every cluster", () => {
  test("weighted round robin follows the weights exactly, over whole rounds", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 6 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (weights, start) => {
          const balancer = createLoadBalancer({ policy: { kind: "round-robin" }, random: () => start });
          balancer.update(weights.map((weight, i) => ({ key: String(i), weight })));
          const rounds = 20;
          const sum = weights.reduce((a, b) => a + b, 0);
          for (let i = 0; i < rounds * sum; i++) balancer.pickIndex(NOW);
          const uneven = new Set(weights).size > 1;
          weights.forEach((weight, i) => {
            const due = uneven ? weight * rounds : (rounds * sum) / weights.length;
            expect(Math.abs(balancer.active(String(i)) - due)).toBeLessThanOrEqual(1);
          });
        },
      ),
    );
  });

  test("an unhealthy endpoint gets nothing unless its priority panics", () => {
    fc.assert(
      fc.property(policies, clusters, fc.integer(), (policy, endpoints, seed) => {
        const balancer = createLoadBalancer({ policy, random: seededRandom(seed) });
        balancer.update(endpoints);
        for (let i = 0; i < 60; i++) balancer.pickIndex(NOW);
        const wrong = balancer.endpoints.filter(({ endpoint, health, active }) => {
          const calm = balancer.levels[endpoint.priority ?? 0]?.panic === false;
          return calm && health === "unhealthy" && active > 0;
        });
        expect(wrong).toEqual([]);
      }),
    );
  });

  test("loads sum up to 100, or to 0 where nobody may be used", () => {
    fc.assert(
      fc.property(clusters, fc.constantFrom(0, 50, 100), (endpoints, panicThresholdPercent) => {
        const balancer = createLoadBalancer({ policy: { kind: "random" }, panicThresholdPercent });
        balancer.update(endpoints);
        const sum = balancer.levels.reduce((n, level) => n + level.healthyPercent + level.degradedPercent, 0);
        const refused = balancer.pickIndex(NOW) < 0;
        expect(sum).toBe(refused ? 0 : 100);
      }),
    );
  });

  test("over picks, updates and completions in any order, counts are exact and return to zero", () => {
    const steps = fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.constant("pick" as const) },
        { weight: 4, arbitrary: fc.nat() },
        { weight: 1, arbitrary: clusters },
      ),
      { maxLength: 80 },
    );
    fc.assert(
      fc.property(policies, clusters, steps, fc.integer(), (policy, first, script, seed) => {
        const balancer = createLoadBalancer({ policy, random: seededRandom(seed) });
        balancer.update(first);
        const out = new Map<Ticket, string>();
        const given: Ticket[] = [];
        for (const step of script) {
          if (Array.isArray(step)) balancer.update(step);
          else if (step === "pick") {
            const ticket = balancer.pickIndex(NOW);
            if (ticket < 0) continue;
            out.set(ticket, balancer.endpoint(ticket)?.key ?? "?");
            given.push(ticket);
          } else if (given.length > 0) {
            const ticket = given[step % given.length] as Ticket;
            balancer.complete(ticket, undefined, 0);
            out.delete(ticket);
          }
        }
        for (const key of KEYS) {
          expect(balancer.active(key)).toBe([...out.values()].filter((other) => other === key).length);
        }
        for (const [ticket, key] of out) {
          expect(balancer.endpoint(ticket)?.key).toBe(key);
          balancer.complete(ticket, undefined, 0);
        }
        for (const key of KEYS) expect(balancer.active(key)).toBe(0);
      }),
    );
  });
});

import { recordingMetrics } from "@dualmesh/testkit";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type ClusterThresholds,
  createClusterThresholds,
  type RoutingPriority,
  refusedResource,
  type Thresholds,
  TOO_MANY_CONNECTIONS,
  TOO_MANY_PENDING,
  TOO_MANY_REQUESTS,
  TOO_MANY_RETRIES,
} from "../src/index.ts";

type Acquire = (thresholds: ClusterThresholds, priority: RoutingPriority) => number;

const ONE: Thresholds = { maxConnections: 1, maxPendingRequests: 1, maxRequests: 1, maxRetries: 1 };

const resources: readonly { name: string; acquire: Acquire; refusal: number; gauge: string }[] = [
  {
    name: "connections",
    acquire: (t, p) => t.tryAcquireConnection(p),
    refusal: TOO_MANY_CONNECTIONS,
    gauge: "cx_open",
  },
  {
    name: "pending",
    acquire: (t, p) => t.tryAcquirePending(p),
    refusal: TOO_MANY_PENDING,
    gauge: "rq_pending_open",
  },
  {
    name: "requests",
    acquire: (t, p) => t.tryAcquireRequest(p),
    refusal: TOO_MANY_REQUESTS,
    gauge: "rq_open",
  },
  {
    name: "retries",
    acquire: (t, p) => t.tryAcquireRetry(p),
    refusal: TOO_MANY_RETRIES,
    gauge: "rq_retry_open",
  },
];

describe.each(resources)("$name", ({ name, acquire, refusal, gauge }) => {
  test("over the limit is refused by its own code, until one completes", () => {
    const thresholds = createClusterThresholds({ default: ONE });
    const ticket = acquire(thresholds, "default");
    expect(ticket).toBeGreaterThanOrEqual(0);
    expect(acquire(thresholds, "default")).toBe(refusal);
    expect(refusedResource(refusal)).toBe(name);
    thresholds.complete(ticket);
    expect(acquire(thresholds, "default")).toBeGreaterThanOrEqual(0);
  });

  test("is limited for each routing priority alone", () => {
    const thresholds = createClusterThresholds({ default: ONE, high: ONE });
    acquire(thresholds, "default");
    expect(acquire(thresholds, "high")).toBeGreaterThanOrEqual(0);
    expect(acquire(thresholds, "high")).toBe(refusal);
  });

  test("shows under Envoy's name while its limit is reached", () => {
    const metrics = recordingMetrics();
    const thresholds = createClusterThresholds({ default: ONE, metrics, metricsPrefix: "cluster.orders." });
    const name = `cluster.orders.circuit_breakers.default.${gauge}`;
    expect(metrics.value(name)).toBe(0);
    const ticket = acquire(thresholds, "default");
    expect(metrics.value(name)).toBe(1);
    thresholds.complete(ticket);
    expect(metrics.value(name)).toBe(0);
  });
});

describe("thresholds of a cluster", () => {
  test("have Envoy's defaults, for each priority", () => {
    const defaults = { connections: 1024, pending: 1024, requests: 1024, retries: 3 };
    const thresholds = createClusterThresholds({ default: { maxRequests: 7 } });
    expect(thresholds.limits("default")).toEqual({ ...defaults, requests: 7 });
    expect(thresholds.limits("high")).toEqual(defaults);
  });

  test("a limit of 0 refuses everything, and is open from the beginning", () => {
    const metrics = recordingMetrics();
    const thresholds = createClusterThresholds({ default: { maxRetries: 0 }, metrics });
    expect(thresholds.tryAcquireRetry("default")).toBe(TOO_MANY_RETRIES);
    expect(metrics.value("circuit_breakers.default.rq_retry_open")).toBe(1);
  });

  test("a ticket that comes twice, and a refusal that is given back, change nothing", () => {
    const thresholds = createClusterThresholds({ default: { maxRequests: 2 } });
    const first = thresholds.tryAcquireRequest("default");
    thresholds.tryAcquireRequest("default");
    thresholds.complete(first);
    thresholds.complete(first);
    thresholds.complete(TOO_MANY_REQUESTS);
    expect(thresholds.active("default").requests).toBe(1);
  });

  test("a limit that falls below what is in use resets nothing: new ones wait until enough has completed", () => {
    const thresholds = createClusterThresholds({ default: { maxRequests: 4 } });
    const tickets = [1, 2, 3, 4].map(() => thresholds.tryAcquireRequest("default"));
    thresholds.update({ default: { maxRequests: 2 } });
    expect(thresholds.active("default").requests).toBe(4);
    for (const ticket of tickets.slice(0, 2)) {
      thresholds.complete(ticket);
      expect(thresholds.tryAcquireRequest("default")).toBe(TOO_MANY_REQUESTS);
    }
    thresholds.complete(tickets[2] as number);
    expect(thresholds.tryAcquireRequest("default")).toBeGreaterThanOrEqual(0);
  });

  test("what remains is shown where somebody asked for it, and never below 0", () => {
    const metrics = recordingMetrics();
    const tracked = { maxRequests: 2, trackRemaining: true };
    const thresholds = createClusterThresholds({ default: tracked, metrics });
    thresholds.tryAcquireRequest("default");
    thresholds.tryAcquireRequest("default");
    thresholds.update({ default: { ...tracked, maxRequests: 1 } });
    expect(metrics.value("circuit_breakers.default.remaining_rq")).toBe(0);
    expect(metrics.value("circuit_breakers.default.remaining_retries")).toBe(3);
    expect(metrics.names()).not.toContain("circuit_breakers.high.remaining_rq");
  });

  test("in any order of tickets and completions, no limit is passed and counts return to zero", () => {
    const kinds = fc.constantFrom(...resources);
    const steps = fc.array(fc.oneof(kinds, fc.nat()), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (script) => {
        const two = { maxConnections: 2, maxPendingRequests: 2, maxRequests: 2, maxRetries: 2 };
        const thresholds = createClusterThresholds({ default: two });
        const given: number[] = [];
        for (const step of script) {
          if (typeof step !== "number") given.push(step.acquire(thresholds, "default"));
          else if (given.length > 0) thresholds.complete(given[step % given.length] as number);
          expect(Math.max(...Object.values(thresholds.active("default")))).toBeLessThanOrEqual(2);
        }
        for (const ticket of given) thresholds.complete(ticket);
        expect(Object.values(thresholds.active("default"))).toEqual([0, 0, 0, 0]);
      }),
    );
  });

  test.each([
    {
      thresholds: { maxRequests: -1 },
      message: "maxRequests must be an integer from 0 to 4294967295, got -1",
    },
    {
      thresholds: { maxRetries: 0.5 },
      message: "maxRetries must be an integer from 0 to 4294967295, got 0.5",
    },
  ])("$message", ({ thresholds, message }) => {
    expect(() => createClusterThresholds({ high: thresholds })).toThrow(
      new RangeError(`thresholds: ${message}`),
    );
  });

  test("print what is in use of what is allowed", () => {
    const thresholds = createClusterThresholds({ high: { maxRequests: 5 } });
    thresholds.tryAcquireRequest("high");
    expect(String(thresholds)).toBe(
      [
        "default: connections 0 of 1024, pending 0 of 1024, requests 0 of 1024, retries 0 of 3",
        "high: connections 0 of 1024, pending 0 of 1024, requests 1 of 5, retries 0 of 3",
      ].join("\n"),
    );
  });
});

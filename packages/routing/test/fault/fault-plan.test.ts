import { randomOf } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { compileFault, type FaultPolicy } from "../../src/fault/index.ts";
import type { RuntimeValues } from "../../src/index.ts";
import { headOf } from "../head-of.ts";

const ALL = { numerator: 100, denominator: 100 };
const NONE = { numerator: 0, denominator: 100 };
const GONE: FaultPolicy = { abort: { with: { kind: "http", status: 410 }, share: ALL } };
const AS_ASKED: FaultPolicy = { abort: { with: { kind: "header" }, share: ALL } };
const HELD: FaultPolicy = { delay: { ms: "header", share: ALL } };

/** Numbers by key, which also are shares of 100. */
function runtimeOf(values: Readonly<Record<string, number>>): RuntimeValues {
  return {
    getNumber: (key) => values[key],
    getFraction: (key) => {
      const numerator = values[key];
      return numerator === undefined ? undefined : { numerator, denominator: 100 };
    },
  };
}

const abortOf = (policy: FaultPolicy, headers: string[] = [], values: Record<string, number> = {}) =>
  compileFault(policy).abort(headOf({ headers }), { random: randomOf(), runtime: runtimeOf(values) });

describe("a request asks for a status", () => {
  test.each([
    ["429", 429],
    ["200", 200],
    ["599", 599],
    ["+503", 503],
    ["0503", 503],
    ["199", undefined],
    ["600", undefined],
    ["0", undefined],
    ["", undefined],
    ["abc", undefined],
    ["4x", undefined],
    ["5e2", undefined],
    ["-1", undefined],
    ["503,504", undefined],
    ["99999999999999999999", undefined],
  ])("'%s' is %s", (value, status) => {
    expect(abortOf(AS_ASKED, ["x-envoy-fault-abort-request", value])?.status).toBe(status);
  });

  test("by the first of several fields", () => {
    const twice = (first: string): string[] => [
      "x-envoy-fault-abort-request",
      first,
      "x-envoy-fault-abort-request",
      "405",
    ];
    expect(abortOf(AS_ASKED, twice("404"))?.status).toBe(404);
    expect(abortOf(AS_ASKED, twice("abc"))).toBeUndefined();
  });

  test.each([
    ["0", 0],
    ["7", 7],
    ["99", 99],
    ["429", 429],
    ["4x", undefined],
    ["-1", undefined],
  ])("of gRPC: '%s' is %s", (value, status) => {
    expect(abortOf(AS_ASKED, ["x-envoy-fault-abort-grpc-request", value])?.grpcStatus).toBe(status);
  });

  test("one of HTTP goes before one of gRPC, if it is any", () => {
    const both = (http: string): string[] => [
      "x-envoy-fault-abort-grpc-request",
      "7",
      "x-envoy-fault-abort-request",
      http,
    ];
    expect(abortOf(AS_ASKED, both("404"))).toEqual({ status: 404, grpcStatus: undefined });
    expect(abortOf(AS_ASKED, both("abc"))).toEqual({ status: 200, grpcStatus: 7 });
  });

  test("in vain, where the policy has one of its own", () => {
    expect(abortOf(GONE, ["x-envoy-fault-abort-request", "404"])?.status).toBe(410);
  });
});

describe("a request may lower the share, and never raises it", () => {
  const shareOf = (value: string, draw: number, share = { numerator: 50, denominator: 100 }) =>
    compileFault({ abort: { with: { kind: "header" }, share } }).abort(
      headOf({
        headers: ["x-envoy-fault-abort-request", "404", "x-envoy-fault-abort-request-percentage", value],
      }),
      { random: () => draw },
    ) !== undefined;

  test.each([
    ["10", 0.09, true],
    ["10", 0.11, false],
    ["0", 0, false],
    ["90", 0.49, true],
    ["90", 0.51, false],
    ["abc", 0.49, true],
    ["-1", 0.49, true],
    ["", 0.49, true],
  ])("'%s' of 50 %%, drawn %d: %s", (value, draw, expected) => {
    expect(shareOf(value, draw)).toBe(expected);
  });

  test("in the policy's own unit", () => {
    const million = { numerator: 1_000_000, denominator: 1_000_000 };
    expect(shareOf("10", 0.000_009, million)).toBe(true);
    expect(shareOf("10", 0.000_011, million)).toBe(false);
  });

  test("but not one of a policy with a status of its own", () => {
    expect(abortOf(GONE, ["x-envoy-fault-abort-request-percentage", "0"])?.status).toBe(410);
  });
});

describe("a request asks for a delay", () => {
  test.each([
    ["300", 300],
    ["0300", 300],
    ["+300", 300],
    ["0", 0],
    ["", 0],
    ["abc", 0],
    ["-300", 0],
    ["300x", 0],
    ["300.5", 0],
  ])("'%s' is %d ms", (value, ms) => {
    const head = headOf({ headers: ["x-envoy-fault-delay-request", value] });
    expect(compileFault(HELD).delayMs(head, {})).toBe(ms);
  });

  test("for a lower share", () => {
    const headers = ["x-envoy-fault-delay-request", "300", "x-envoy-fault-delay-request-percentage", "1"];
    const delayMs = (draw: number): number =>
      compileFault(HELD).delayMs(headOf({ headers }), { random: () => draw });
    expect([delayMs(0.009), delayMs(0.011)]).toEqual([300, 0]);
  });

  test("and gets none where it does not, whatever the runtime says", () => {
    const runtime = runtimeOf({ "fault.http.delay.fixed_duration_ms": 50 });
    expect(compileFault(HELD).delayMs(headOf(), { runtime })).toBe(0);
  });
});

test.each([
  ["100", 100],
  ["0", undefined],
  ["abc", undefined],
])("a request asks for a rate: '%s' is %s KiB/s", (value, kib) => {
  const plan = compileFault({ rateLimit: { kibPerSecond: "header", share: ALL } });
  const head = headOf({ headers: ["x-envoy-fault-throughput-response", value] });
  expect(plan.rateLimitKib(head, {})).toBe(kib);
});

describe("runtime keys", () => {
  test("take the place of shares and statuses, under Envoy's names if the policy gives none", () => {
    const never: FaultPolicy = { abort: { with: { kind: "http", status: 410 }, share: NONE } };
    const values = { "fault.http.abort.abort_percent": 100, "fault.http.abort.http_status": 452 };
    expect(abortOf(never, [], values)?.status).toBe(452);
    expect(abortOf(AS_ASKED, ["x-envoy-fault-abort-request", "404"], values)?.status).toBe(452);
    expect(abortOf(AS_ASKED, [], values)).toBeUndefined();
  });

  test("of the policy replace those names", () => {
    const policy: FaultPolicy = { ...GONE, runtimeKeys: { abortHttpStatus: "mine", abortShare: "share" } };
    expect(abortOf(policy, [], { "fault.http.abort.http_status": 452 })?.status).toBe(410);
    expect(abortOf(policy, [], { mine: 451.5 })?.status).toBe(451);
    expect(abortOf(policy, [], { share: 0 })).toBeUndefined();
  });

  test.each([-5, 1, 70_000])("that hold no status count as missing: %d", (status) => {
    expect(abortOf(GONE, [], { "fault.http.abort.http_status": status })?.status).toBe(410);
  });

  test("of the calling service stand in for the policy's, even where they are missing", () => {
    const policy: FaultPolicy = { ...GONE, runtimeKeys: { abortHttpStatus: "mine" } };
    const values = {
      mine: 451,
      "fault.http.shop.abort.http_status": 452,
      "fault.http.idle.abort.abort_percent": 0,
    };
    const by = (service: string): number | undefined =>
      abortOf(policy, ["x-envoy-downstream-service-cluster", service], values)?.status;
    expect([by("shop"), by("other"), by(""), by("idle")]).toEqual([452, 410, 410, undefined]);
  });

  test("but a delay asks both, the service's last", () => {
    const plan = compileFault({ delay: { ms: 5_000, share: ALL }, runtimeKeys: { delayMs: "mine" } });
    const runtime = runtimeOf({ mine: 50, "fault.http.shop.delay.fixed_duration_ms": 60 });
    const by = (service: string): number =>
      plan.delayMs(headOf({ headers: ["x-envoy-downstream-service-cluster", service] }), { runtime });
    expect([by("shop"), by("other")]).toEqual([60, 50]);
  });

  test("say how many may be disturbed at once", () => {
    const runtime = runtimeOf({ "fault.http.max_active_faults": 3 });
    expect(compileFault({ maxActive: 5 }).maxActive({ runtime })).toBe(3);
    expect(compileFault({ maxActive: 5 }).maxActive({})).toBe(5);
    expect(compileFault({}).maxActive({})).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("a policy concerns", () => {
  test.each([
    [["a"], true],
    [["c"], false],
    [["a,b"], false],
    [["a", "b"], false],
    [[], false],
  ])("requests of nodes that it lists: %j is %s", (nodes, expected) => {
    const headers = nodes.flatMap((node) => ["x-envoy-downstream-service-node", node]);
    expect(compileFault({ downstreamNodes: ["a", "b"] }).concerns(headOf({ headers }), "x")).toBe(expected);
  });

  test("requests whose headers all match", () => {
    const plan = compileFault({
      headers: [
        { kind: "present", name: "x-a" },
        { kind: "value", name: "x-b", value: { kind: "prefix", value: "v" } },
      ],
    });
    expect(plan.concerns(headOf({ headers: ["x-a", "", "x-b", "vv"] }), undefined)).toBe(true);
    expect(plan.concerns(headOf({ headers: ["x-b", "vv"] }), undefined)).toBe(false);
  });

  test("requests for its cluster", () => {
    const plan = compileFault({ upstreamCluster: "b" });
    expect([
      plan.concerns(headOf(), "b"),
      plan.concerns(headOf(), "a"),
      plan.concerns(headOf(), undefined),
    ]).toEqual([true, false, false]);
  });
});

test.each<[FaultPolicy, string]>([
  [
    { abort: { with: { kind: "http", status: 199 }, share: ALL } },
    "the status must be from 200 to 599, got 199",
  ],
  [
    { abort: { with: { kind: "http", status: 600 }, share: ALL } },
    "the status must be from 200 to 599, got 600",
  ],
  [{ delay: { ms: -1, share: ALL } }, "the delay must be 0 ms or more, got -1"],
  [{ rateLimit: { kibPerSecond: 0, share: ALL } }, "the rate limit must be 1 KiB per second or more, got 0"],
])("a policy that cannot be kept is refused: %j", (policy, reason) => {
  expect(() => compileFault(policy)).toThrow(`[INVALID_ARGUMENT] fault: ${reason}`);
});

import { type Call, createHeaders, type Outcome, type RequestHead, type RouteEntry } from "@dualmesh/core";
import { callFor, type ManualClock, manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import {
  type CallObserver,
  createCallObserver,
  FOLLOWED,
  latencyOf,
  type NodeReport,
  printReport,
  REPORT_LIMITS,
} from "../../src/observation/index.ts";

const OK: Outcome = { code: "OK", status: 200, flag: "", details: "via_upstream", execution: "executed" };
const FAILED: Outcome = {
  code: "UNAVAILABLE",
  status: 503,
  flag: "UF",
  details: "",
  execution: "not-executed",
};

function headFor(authority: string, more: Partial<RequestHead> = {}): RequestHead {
  const plain = {
    protocol: "http/1.1",
    exchange: "unary",
    method: "GET",
    scheme: "http",
    path: "/today",
  } as const;
  return { ...plain, authority, headers: createHeaders([]), ...more };
}

function routeTo(cluster: string): RouteEntry {
  return {
    name: "a route",
    virtualHost: "a host",
    cluster,
    filterConfig: () => undefined,
    filterConfigs: () => [],
    filterEnabled: () => undefined,
  };
}

interface OneCall {
  readonly authority?: string;
  readonly head?: Partial<RequestHead>;
  readonly way?: "direct" | "sidecar";
  /** Absent: no route is looked for in this process. */
  readonly cluster?: string;
  readonly outcome?: Outcome;
  readonly tookMs?: number;
  readonly attempts?: number;
}

function begin(observer: CallObserver, clock: ManualClock, one: OneCall = {}): Call {
  const call = callFor(clock);
  const head = headFor(one.authority ?? "orders", one.head);
  observer.began(head, call, one.way ?? "direct");
  const { cluster } = one;
  if (cluster !== undefined) {
    call.routeWith(() => routeTo(cluster));
    call.route(head);
  }
  return call;
}

/** One call from its beginning to its end. */
function pass(observer: CallObserver, clock: ManualClock, one: OneCall = {}): void {
  const call = begin(observer, clock, one);
  for (let i = 0; i < (one.attempts ?? 0); i++) call.beginAttempt();
  clock.advance(one.tookMs ?? 0);
  call.end(one.outcome ?? OK);
}

describe("what is counted", () => {
  test("are calls, errors, retries and latencies by destination, protocol, way and cluster", () => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sdk" });
    pass(observer, clock, { cluster: "orders-v1", tookMs: 10 });
    pass(observer, clock, { cluster: "orders-v1", tookMs: 30, attempts: 3, outcome: FAILED });
    pass(observer, clock, { cluster: "orders-v2", tookMs: 5, attempts: 1 });
    pass(observer, clock, { way: "sidecar", tookMs: 7 });
    const grpc = { protocol: "h2", headers: createHeaders(["content-type", "application/grpc+proto"]) };
    pass(observer, clock, { authority: "stock", cluster: "stock", head: grpc });
    const { edges } = observer.take();
    expect(edges).toMatchObject([
      {
        authority: "orders",
        protocol: "http/1.1",
        way: "direct",
        cluster: "orders-v1",
        calls: 2,
        errors: 1,
        retries: 2,
      },
      {
        authority: "orders",
        protocol: "http/1.1",
        way: "direct",
        cluster: "orders-v2",
        calls: 1,
        errors: 0,
        retries: 0,
      },
      {
        authority: "orders",
        protocol: "http/1.1",
        way: "sidecar",
        cluster: "",
        calls: 1,
        errors: 0,
        retries: 0,
      },
      {
        authority: "stock",
        protocol: "grpc",
        way: "direct",
        cluster: "stock",
        calls: 1,
        errors: 0,
        retries: 0,
      },
    ]);
    const all = latencyOf(edges.map(({ latency }) => latency));
    expect(all.count).toBe(5);
    expect(all.quantile(1)).toBeCloseTo(30, 0);
  });

  test("begins anew with each interval", () => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sdk" });
    pass(observer, clock);
    expect(observer.take().edges).toHaveLength(1);
    expect(observer.take()).toEqual({ edges: [], samples: [] });
  });

  test("belongs to the interval in which a call ended, however long it took", () => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sdk" });
    const call = begin(observer, clock);
    for (let i = 0; i < 5; i++) expect(observer.take().edges).toEqual([]);
    call.end(OK);
    expect(observer.take().edges).toMatchObject([{ authority: "orders", calls: 1 }]);
  });

  test("is direct for a call that was to take the sidecar and went on in the process", () => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sdk" });
    pass(observer, clock, { way: "sidecar", cluster: "orders-v1" });
    expect(observer.take().edges).toMatchObject([{ way: "direct", cluster: "orders-v1" }]);
  });

  test("is by the sidecar for all that a sidecar itself passes on", () => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sidecar" });
    pass(observer, clock, { way: "sidecar", cluster: "orders-v1" });
    expect(observer.take().edges).toMatchObject([{ way: "sidecar", cluster: "orders-v1" }]);
  });

  test.each<[string, Outcome, number]>([
    ["a 404", { ...OK, status: 404, code: "NOT_FOUND" }, 0],
    ["a 500", { ...OK, status: 500, code: "UNKNOWN" }, 1],
    ["no answer", { ...FAILED, status: 0 }, 1],
    ["a gRPC status under HTTP's 200", { ...OK, code: "INTERNAL" }, 1],
    ["a call that its caller gave up", { ...FAILED, status: 0, code: "CANCELLED" }, 0],
  ])("as errors of %s", (_, outcome, errors) => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sdk" });
    pass(observer, clock, { outcome });
    expect(observer.take().edges).toMatchObject([{ calls: 1, errors }]);
  });
});

describe("what is kept is bounded", () => {
  test("by destinations: those beyond share one place, and leave it with the interval", () => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sdk" });
    for (let i = 0; i < 1_000; i++) pass(observer, clock, { authority: `host-${i}.test` });
    const { edges } = observer.take();
    expect(edges).toHaveLength(REPORT_LIMITS.edges + 1);
    expect(edges[0]).toMatchObject({ authority: "", calls: 1_000 - REPORT_LIMITS.edges });
    observer.take();
    pass(observer, clock, { authority: "late.test" });
    expect(observer.take().edges).toMatchObject([{ authority: "late.test" }]);
  });

  test("by clusters, which a header of the request may name", () => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sdk" });
    for (let i = 0; i < 1_000; i++) pass(observer, clock, { cluster: `cluster-${i}` });
    const { edges } = observer.take();
    expect(edges).toHaveLength(REPORT_LIMITS.edges + 1);
    expect(edges.reduce((sum, { calls }) => sum + calls, 0)).toBe(1_000);
  });

  test("by the length of names", () => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sdk" });
    pass(observer, clock, { authority: "h".repeat(5_000), head: { path: `/${"p".repeat(5_000)}` } });
    const { edges, samples } = observer.take();
    expect(edges).toMatchObject([{ authority: "", calls: 1 }]);
    expect(samples[0]?.path).toHaveLength(REPORT_LIMITS.nameLength);
  });

  test("by bytes: a report that is too long leaves out its samples, then the least busy edges", () => {
    const wide = Array.from({ length: 3_000 }, (_, i) => (i % 2 === 0 ? i / 2 : 1_000_000));
    const edge = {
      protocol: "h2",
      way: "direct",
      cluster: "c",
      calls: 1,
      errors: 0,
      retries: 0,
      latency: wide,
    } as const;
    const report: NodeReport = {
      kind: "sdk",
      intervalMs: 1_000,
      inbound: { direct: 0, sidecar: 0 },
      edges: Array.from({ length: REPORT_LIMITS.edges }, (_, i) => ({ ...edge, authority: `host-${i}` })),
      omittedEdges: 0,
      samples: [],
    };
    const text = printReport(report);
    expect(text.length).toBeLessThanOrEqual(REPORT_LIMITS.bytes);
    const printed = JSON.parse(text) as NodeReport;
    expect(printed.edges[0]?.authority).toBe("host-0");
    expect(printed.edges.length + printed.omittedEdges).toBe(REPORT_LIMITS.edges);
  });
});

describe("a sample", () => {
  test("says where a call went and how it ended, without query and headers", () => {
    const clock = manualClock();
    const steps = {
      listener: "outbound",
      chain: "",
      authority: "orders",
      domains: [],
      routes: [],
      omitted: 0,
    };
    const observer = createCallObserver({ kind: "sdk", explain: () => steps });
    const secret = createHeaders(["authorization", "Bearer s3cret"]);
    const call = begin(observer, clock, {
      cluster: "orders-v1",
      head: { path: "/today?token=s3cret", headers: secret },
    });
    const followed = call.get(FOLLOWED);
    expect(followed).toBeDefined();
    Object.assign(followed as object, { endpoint: "10.0.0.1:80" });
    clock.advance(12);
    call.end(FAILED);
    const { samples } = observer.take();
    expect(samples).toEqual([
      {
        wallMs: clock.wall() - 12,
        method: "GET",
        authority: "orders",
        path: "/today",
        protocol: "http/1.1",
        way: "direct",
        virtualHost: "a host",
        route: "a route",
        cluster: "orders-v1",
        endpoint: "10.0.0.1:80",
        status: 503,
        code: "UNAVAILABLE",
        flag: "UF",
        details: "",
        attempts: 1,
        durationMs: 12,
        explanation: steps,
      },
    ]);
    expect(JSON.stringify(samples)).not.toContain("s3cret");
  });

  test("is taken of few calls, however many there are: nothing is set on the others", () => {
    const clock = manualClock();
    const explained: string[] = [];
    const observer = createCallObserver({ kind: "sdk", explain: ({ path }) => void explained.push(path) });
    for (let i = 0; i < 500; i++) pass(observer, clock);
    expect(observer.take().samples).toHaveLength(1);
    expect(explained).toHaveLength(1);
  });

  test("is taken of each destination, and from time to time", () => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sdk" });
    for (let i = 0; i < 10; i++)
      pass(observer, clock, { authority: i % 2 === 0 ? "orders" : "stock", tookMs: 100 });
    const { samples } = observer.take();
    expect(new Set(samples.map(({ authority }) => authority))).toEqual(new Set(["orders", "stock"]));
    expect(samples.length).toBeGreaterThan(2);
    expect(samples.length).toBeLessThanOrEqual(8);
  });

  test("is looked for among the calls to a destination that fails", () => {
    const clock = manualClock();
    const observer = createCallObserver({ kind: "sdk" });
    for (let i = 0; i < 30; i++) pass(observer, clock, { outcome: i % 10 === 5 ? FAILED : OK });
    const { samples } = observer.take();
    expect(samples.map(({ status }) => status)).toEqual([200, 503, 503]);
  });
});

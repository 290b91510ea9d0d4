/**
 * What measuring and tracing cost per call, and what a scrape costs at once.
 *
 *     node --conditions=@dualmesh/source packages/telemetry/bench/telemetry.bench.ts
 */
import {
  type Call,
  createCall,
  createHeaders,
  NO_BODY,
  type Request,
  type Response,
  type Service,
} from "@dualmesh/core";
import {
  createMetricsStore,
  renderPrometheus,
  renderStats,
  requestId,
  traceContext,
} from "@dualmesh/telemetry";

const ROUNDS = 15;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

/** Median of what `times` runs take of this thread's processor time, each. Nanoseconds. */
function measure(times: number, run: (i: number) => void): number {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = process.threadCpuUsage();
    for (let i = 0; i < times; i++) run(i);
    const { user, system } = process.threadCpuUsage(begin);
    rounds.push(((user + system) * 1_000) / times);
  }
  return median(rounds);
}

function print(what: string, ns: number): void {
  const text = ns < 10_000 ? `${ns.toFixed(0)} ns` : `${(ns / 1e6).toFixed(1)} ms`;
  console.log(`${what.padEnd(46)}${text.padStart(9)}`);
}

const store = createMetricsStore();
const counter = store.counter("cluster.orders.upstream_rq_total");
const histogram = store.histogram("cluster.orders.upstream_rq_time");
const millis = Float64Array.from({ length: 1024 }, () => Math.random() * 100);

const RESPONSE: Response = { head: { status: 200, headers: createHeaders() }, body: NO_BODY };
const answered = Promise.resolve(RESPONSE);
const transport: Service<Request, Response> = () => answered;
const CAME = ["host", "orders", "accept", "*/*", "user-agent", "bench/1", "accept-encoding", "gzip"];
const TRACED = [...CAME, "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"];
const fields = {
  protocol: "h2",
  exchange: "unary",
  method: "GET",
  scheme: "http",
  authority: "orders",
} as const;

function send(service: Service<Request, Response>, flat: readonly string[]): (i: number) => void {
  return () => {
    const call: Call = createCall({ startMs: 0 });
    const head = { ...fields, path: "/", headers: createHeaders(flat) };
    void service({ head, body: NO_BODY }, call);
  };
}

console.log(`node ${process.version}, medians of ${ROUNDS} rounds, processor time`);
print(
  "counter.add()",
  measure(1_000_000, () => counter.add()),
);
print(
  "histogram.record(ms)",
  measure(1_000_000, (i) => histogram.record(millis[i & 1023] as number)),
);

const base = measure(100_000, send(transport, TRACED));
const over = (service: Service<Request, Response>, flat: readonly string[]): number =>
  measure(100_000, send(service, flat)) - base;
print("traceContext, a trace that goes on", over(traceContext()(transport), TRACED));
print("traceContext, a trace that begins", over(traceContext()(transport), CAME));
print("requestId, made", over(requestId()(transport), CAME));
print("requestId, kept", over(requestId()(transport), [...CAME, "x-request-id", "mine"]));

for (let i = 0; i < 2_000; i++) {
  const cluster = `cluster.c${i}`;
  for (const name of ["upstream_rq_total", "upstream_rq_2xx", "upstream_rq_5xx", "upstream_cx_total"]) {
    store.counter(`${cluster}.${name}`).add(i);
  }
  store.histogram(`${cluster}.upstream_rq_time`).record(i / 10);
}
print(
  `renderStats, ${store.size} names`,
  measure(1, () => renderStats(store)),
);
print(
  `renderPrometheus, ${store.size} names`,
  measure(1, () => renderPrometheus(store)),
);

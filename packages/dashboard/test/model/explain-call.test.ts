import { describe, expect, test } from "vitest";
import { addCalls, type LoggedCall, tellingCalls } from "../../web/src/model/call-log.ts";
import { explainCall } from "../../web/src/model/explain-call.ts";
import { report, sample, T0 } from "./reports.ts";

const EXPLANATION = {
  listener: "outbound",
  chain: "stats → router",
  authority: "orders",
  domains: [{ what: 'domain orders of virtual host "orders"', verdict: "chosen", reason: "" }],
  routes: [
    { what: '1. prefix "/admin" -> answer 204', verdict: "refused", reason: 'path is not prefix "/admin"' },
    { what: '2. prefix "/" -> to orders-v1', verdict: "chosen", reason: "" },
  ],
  omitted: 3,
};
const WORKLOADS = [
  {
    cluster: "orders-v1",
    nodeId: "orders-1",
    addresses: [
      { address: "127.0.0.1", port: 7001, priority: 0 },
      { address: "127.0.0.1", port: 8001, priority: 1 },
    ],
  },
];

const logged = (more: Partial<LoggedCall> = {}): LoggedCall => ({
  ...sample({ explanation: EXPLANATION }),
  key: "a",
  nodeId: "web-1",
  kind: "sdk",
  callerCluster: "web",
  ...more,
});

const textsOf = (call: LoggedCall): Readonly<Record<string, string>> =>
  Object.fromEntries(explainCall(call, WORKLOADS).map(({ title, text }) => [title, text]));

describe("a call is explained", () => {
  test("from its caller to its outcome", () => {
    expect(textsOf(logged())).toEqual({
      Caller: "web-1 called GET orders/order by http/1.1",
      Way: "direct: the chain ran in the application’s own process",
      Listener: "“outbound” claims orders",
      "Virtual host": 'domain orders of virtual host "orders"',
      Route: '2. prefix "/" -> to orders-v1',
      Cluster: "“orders-v1” was drawn",
      Endpoint: "127.0.0.1:8001: orders-1 itself",
      Outcome: "200 OK, via_upstream, 1 attempt, 4.2 ms",
    });
  });

  test("with what was refused before, and why; and without what had no rival", () => {
    const steps = explainCall(logged(), []);
    const detailsOf = (title: string): unknown => steps.find((step) => step.title === title)?.details;
    expect(detailsOf("Virtual host")).toEqual([]);
    expect(detailsOf("Route")).toMatchObject([
      { verdict: "refused", reason: 'path is not prefix "/admin"' },
      { verdict: "chosen" },
      { verdict: "left out" },
    ]);
  });

  test("by the sidecar of the endpoint, where that was asked", () => {
    expect(textsOf(logged({ endpoint: "127.0.0.1:7001" }))["Endpoint"]).toBe(
      "127.0.0.1:7001: the sidecar of orders-1",
    );
  });

  test("with its flag and its attempts, if it failed", () => {
    const failed = logged({ status: 0, code: "UNAVAILABLE", flag: "UF", details: "", attempts: 3 });
    expect(textsOf(failed)["Outcome"]).toBe("no answer (UNAVAILABLE), flag UF, 3 attempts, 4.2 ms");
  });
});

describe("the log of calls", () => {
  test("has the newest first, each once, and is bounded", () => {
    let calls: readonly LoggedCall[] = [];
    for (let i = 0; i < 100; i++) {
      const one = report({ receivedMs: T0 + i, samples: [sample({ wallMs: T0 + i })] });
      calls = addCalls(addCalls(calls, one), one);
    }
    expect(calls).toHaveLength(60);
    expect(calls[0]?.wallMs).toBe(T0 + 99);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(60);
  });

  test("leaves out what a process handed to a sidecar that tells more", () => {
    const handed = logged({ key: "handed", way: "sidecar", nodeId: "web-1-w1" });
    const told = logged({ key: "told", way: "sidecar", kind: "sidecar" });
    const keysOf = (calls: readonly LoggedCall[]): readonly string[] =>
      tellingCalls(calls).map(({ key }) => key);
    expect(keysOf([handed])).toEqual(["handed"]);
    expect(keysOf([handed, told, logged()])).toEqual(["told", "a"]);
  });
});

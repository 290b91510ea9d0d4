import type { NodeReport } from "@dualmesh/telemetry/observation";
import { expect, test } from "vitest";
import { createMesh, type Mesh } from "../src/index.ts";
import { bootstrapText, cluster, host, listener, ordersBootstrap } from "./bootstrap.ts";
import { ECHO, startServer, type TestServer } from "./server.ts";

/** What a control plane hears of reports, and says to them. */
interface Registry extends TestServer {
  /** By path, in order of arrival. */
  readonly reports: { readonly path: string; readonly report: NodeReport }[];
  /** How often it was asked whether somebody watches. */
  readonly questions: number;
  everyMs: number;
}

async function startRegistry(everyMs: number): Promise<Registry> {
  const reports: Registry["reports"] = [];
  let questions = 0;
  const server = await startServer((incoming, outgoing) => {
    let body = "";
    incoming.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    incoming.on("end", () => {
      if (incoming.url === "/reports/interval") questions++;
      else if (incoming.url?.startsWith("/reports/")) {
        reports.push({ path: incoming.url, report: JSON.parse(body) as NodeReport });
      }
      outgoing.end(JSON.stringify({ reportEveryMs: registry.everyMs }));
    });
  });
  const registry: Registry = {
    ...server,
    reports,
    everyMs,
    get questions() {
      return questions;
    },
  };
  return registry;
}

function openMesh(
  orders: TestServer,
  registry: Registry,
  bootstrap = ordersBootstrap(orders.port),
): Promise<Mesh> {
  return createMesh({
    bootstrap: { text: bootstrap },
    mode: "direct",
    registry: { kind: "tcp", host: "127.0.0.1", port: registry.port },
  });
}

const callsOf = ({ reports }: Registry): number =>
  reports.reduce((sum, { report }) => sum + report.edges.reduce((calls, edge) => calls + edge.calls, 0), 0);

test("a process that is watched tells whom it called, and why a call went where it went", async () => {
  await using orders = await startServer(ECHO);
  await using registry = await startRegistry(100);
  await using mesh = await openMesh(orders, registry);
  await expect.poll(() => registry.reports.length).toBeGreaterThan(0);
  for (let i = 0; i < 3; i++) await (await mesh.fetch("http://orders/today?token=s3cret")).text();
  await expect.poll(() => callsOf(registry)).toBe(3);

  const { path, report } = registry.reports.find(
    ({ report: { samples } }) => samples.length > 0,
  ) as never as {
    path: string;
    report: NodeReport;
  };
  expect(path).toBe("/reports/web/web-1/sdk");
  expect(report).toMatchObject({ kind: "sdk", mode: { mode: "direct", sidecar: "absent" } });
  expect(report.edges).toMatchObject([{ authority: "orders", way: "direct", cluster: "orders", errors: 0 }]);
  expect(report.samples[0]).toMatchObject({
    method: "GET",
    path: "/today",
    cluster: "orders",
    endpoint: `127.0.0.1:${orders.port}`,
    status: 200,
    explanation: {
      listener: "outbound",
      domains: [{ what: 'domain orders of virtual host "orders"', verdict: "chosen" }],
      routes: [{ verdict: "chosen" }],
    },
  });
  expect(JSON.stringify(registry.reports)).not.toContain("s3cret");
});

test("a process that nobody watches asks once, and sees no call", async () => {
  await using orders = await startServer(ECHO);
  await using registry = await startRegistry(0);
  await using mesh = await openMesh(orders, registry);
  await expect.poll(() => registry.questions).toBe(1);
  await (await mesh.fetch("http://orders/today")).text();
  expect(registry.reports).toEqual([]);
  expect(registry.questions).toBe(1);
});

test("a process stops when it is told that nobody watches any more", async () => {
  await using orders = await startServer(ECHO);
  await using registry = await startRegistry(100);
  await using mesh = await openMesh(orders, registry);
  await expect.poll(() => registry.reports.length).toBeGreaterThan(0);
  registry.everyMs = 0;
  const { length } = registry.reports;
  await expect.poll(() => registry.reports.length).toBeGreaterThan(length);
  const last = registry.reports.length;
  await (await mesh.fetch("http://orders/today")).text();
  expect(registry.reports).toHaveLength(last);
  expect(callsOf(registry)).toBe(0);
});

test("a provider tells of calls that came to it, and hears from its heartbeat that it is watched", async () => {
  await using orders = await startServer(ECHO);
  await using registry = await startRegistry(0);
  const bootstrap = bootstrapText({
    listeners: [listener("inbound", "INBOUND", [host("all", ["*"], { route: { cluster: "application" } })])],
    clusters: [cluster("application", orders.port)],
  });
  await using mesh = await openMesh(orders, registry, bootstrap);
  await expect.poll(() => registry.questions).toBe(1);
  registry.everyMs = 100;
  mesh.serve(orders.server);
  await expect.poll(() => registry.reports.length).toBeGreaterThan(0);
  expect(registry.questions).toBe(1);
  await (await fetch(`http://127.0.0.1:${orders.port}/`)).text();
  await expect
    .poll(() => registry.reports.reduce((sum, { report }) => sum + report.inbound.direct, 0))
    .toBe(1);
});

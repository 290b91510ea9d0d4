import type { NodeReport } from "@dualmesh/telemetry/observation";
import { type ManualClock, manualClock } from "@dualmesh/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createNodeReporter, type NodeReporter } from "../../src/index.ts";
import { startUpstream, staticPlane } from "../static-plane.ts";

interface Stage {
  readonly clock: ManualClock;
  readonly reporter: NodeReporter;
  readonly reports: readonly NodeReport[];
  /** How often it was asked whether somebody watches. */
  questions(): number;
  /** What the control plane answers from now on. */
  answer(status: number, everyMs: number): void;
}

/** A reporter on a clock that stands still, and a control plane that answers. */
async function stage(everyMs: number): Promise<Stage> {
  const clock = manualClock();
  const reports: NodeReport[] = [];
  let questions = 0;
  let said = { status: 200, everyMs };
  const controlPlane = await startUpstream((incoming, outgoing) => {
    let body = "";
    incoming.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    incoming.on("end", () => {
      if (incoming.method === "PUT") reports.push(JSON.parse(body) as NodeReport);
      else questions++;
      outgoing.statusCode = said.status;
      outgoing.end(JSON.stringify({ reportEveryMs: said.everyMs }));
    });
  });
  const plane = await staticPlane({ listeners: [] });
  const reporter = createNodeReporter({
    address: { kind: "tcp", host: "127.0.0.1", port: controlPlane.port },
    cluster: "web",
    nodeId: "web-1",
    kind: "sdk",
    dataPlane: plane,
    state: () => ({ inbound: { direct: 0, sidecar: 0 } }),
    clock,
  });
  onTestFinished(async () => {
    reporter[Symbol.dispose]();
    await controlPlane[Symbol.asyncDispose]();
    await plane[Symbol.asyncDispose]();
  });
  return {
    clock,
    reporter,
    reports,
    questions: () => questions,
    answer(status, next) {
      said = { status, everyMs: next };
    },
  };
}

test("a node asks every five seconds whether somebody watches", async () => {
  const { clock, questions, reporter } = await stage(0);
  await expect.poll(questions).toBe(1);
  await expect.poll(() => clock.pendingTimers).toBe(1);
  clock.advance(5_000);
  await expect.poll(questions).toBe(2);
  expect(reporter.observer).toBeUndefined();
});

test("a node whose heartbeat was answered meanwhile does not ask", async () => {
  const { clock, questions, reporter } = await stage(0);
  await expect.poll(questions).toBe(1);
  await expect.poll(() => clock.pendingTimers).toBe(1);
  clock.advance(4_000);
  reporter.heard(0);
  await clock.advanceAsync(1_000);
  expect(questions()).toBe(1);
  await clock.advanceAsync(5_000);
  await expect.poll(questions).toBe(2);
});

test("a node that is watched reports as often as it is asked to, each time what came since the last", async () => {
  const { clock, reports, reporter } = await stage(1_000);
  await expect.poll(() => reporter.observer).toBeDefined();
  await expect.poll(() => clock.pendingTimers).toBe(1);
  clock.advance(1_000);
  await expect.poll(() => reports.length).toBe(1);
  await expect.poll(() => clock.pendingTimers).toBe(1);
  clock.advance(1_000);
  await expect.poll(() => reports.length).toBe(2);
  expect(reports.map(({ kind, intervalMs }) => [kind, intervalMs])).toEqual([
    ["sdk", 1_000],
    ["sdk", 1_000],
  ]);
});

test.each([
  ["says that nobody watches", 200, 0],
  ["fails", 500, 1_000],
  ["knows no reports", 404, 0],
])("a node stops looking at calls when the control plane %s", async (_, status, everyMs) => {
  const { clock, reporter, answer } = await stage(1_000);
  await expect.poll(() => reporter.observer).toBeDefined();
  await expect.poll(() => clock.pendingTimers).toBe(1);
  answer(status, everyMs);
  clock.advance(1_000);
  await expect.poll(() => reporter.observer).toBeUndefined();
});

test("a node without a control plane tells nobody", async () => {
  await using plane = await staticPlane({ listeners: [] });
  const clock = manualClock();
  const reporter = createNodeReporter({
    address: undefined,
    cluster: "web",
    nodeId: "web-1",
    kind: "sdk",
    dataPlane: plane,
    state: () => ({ inbound: { direct: 0, sidecar: 0 } }),
    clock,
  });
  reporter.heard(1_000);
  expect([reporter.observer, clock.pendingTimers]).toEqual([undefined, 0]);
});

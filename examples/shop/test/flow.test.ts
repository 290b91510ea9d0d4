import { expect, test } from "vitest";
import type { Counts } from "../src/traffic/traffic.ts";
import { Traffic } from "../src/traffic/traffic.ts";
import { flowBetween, type Reading } from "../src/watch/flow.ts";
import { sidecarShare } from "../src/watch/sidecar-share.ts";

const traffic = new Traffic({ url: "http://127.0.0.1:1/", rate: 1, onFailure() {} });

function counts(v1: number, v2: number): Counts {
  return { answered: v1 + v2, notExecuted: 0, inDoubt: 0, lost: 0, v1, v2, workers: [0, 0] };
}

function reading(atMs: number, all: Counts, web: number | undefined, more: Partial<Reading> = {}): Reading {
  const sidecar = web === undefined ? undefined : { outbound: web, inbound: 0 };
  const sidecars = { web: sidecar, "orders-v1": undefined, "orders-v2": undefined };
  return { atMs, before: all, counts: all, open: 0, sidecars, ...more };
}

test("a flow is what grew between two readings", () => {
  const flow = flowBetween(reading(0, counts(10, 0), 100), reading(2_000, counts(30, 5), 125), traffic);
  expect(flow).toMatchObject({ seconds: 2, calls: 25, v1: 20, v2: 5, left: { web: 25 } });
});

test.each([
  ["none counted: direct", 100, 100, 0],
  ["all counted: by the sidecar", 100, 150, 1],
  ["more counted, since calls were tried again: by the sidecar", 100, 160, 1],
  ["a part counted: both ways", 100, 125, 0.5],
  ["no sidecar any more: direct", 100, undefined, 0],
  ["another process counts from zero", 100, 50, 1],
])("%s", (_, before, after, share) => {
  const flow = flowBetween(reading(0, counts(0, 0), before), reading(1_000, counts(50, 0), after), traffic);
  expect(sidecarShare(flow, "web", "left")).toBe(share);
});

test("calls that were open at first may have been counted before, those that ended while asking need not be yet", () => {
  const first = reading(0, counts(0, 0), 100, { open: 5 });
  const last = reading(1_000, counts(50, 0), 142, { before: counts(47, 0) });
  expect(sidecarShare(flowBetween(first, last, traffic), "web", "left")).toBe(1);
});

test("too few calls say nothing", () => {
  const flow = flowBetween(reading(0, counts(0, 0), 100), reading(1_000, counts(3, 0), 103), traffic);
  expect(sidecarShare(flow, "web", "left")).toBeNaN();
});

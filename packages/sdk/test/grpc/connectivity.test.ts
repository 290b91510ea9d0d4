import { manualClock } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { Connectivity, IDLE, TRANSIENT_FAILURE } from "../../src/grpc/connectivity.ts";

/** A channel to nobody, which is known at once. */
function toNobody(initialBackoffMs: number) {
  const clock = manualClock();
  const looks: number[] = [];
  const connectivity = new Connectivity({
    look: () => {
      looks.push(clock.now());
      return Promise.resolve(false);
    },
    onChange: () => ({ [Symbol.dispose]() {} }),
    clock,
    random: () => 0.5,
    initialBackoffMs,
    maxBackoffMs: 2_000,
  });
  return { clock, looks, connectivity };
}

/** As grpc-js's client does in `waitForReady`: asks again at each change. */
function waitForReady(connectivity: Connectivity): void {
  const state = connectivity.get(true);
  connectivity.watch(state, Number.POSITIVE_INFINITY, () => waitForReady(connectivity));
}

test("whoever waits for readiness where nobody can be reached looks again at the pace of the backoff", async () => {
  const { clock, looks, connectivity } = toNobody(1_000);
  waitForReady(connectivity);
  await clock.advanceAsync(999);
  expect(looks).toEqual([0]);
  await clock.advanceAsync(7_000);
  expect(looks).toEqual([0, 1_000, 2_600, 4_600, 6_600]);
});

test("a backoff of nothing is a short one, and does not keep the process from all else", async () => {
  const { clock, looks, connectivity } = toNobody(0);
  waitForReady(connectivity);
  await clock.advanceAsync(10);
  expect(looks).toHaveLength(11);
});

test("asking for a connection again and again does not make it look more often", async () => {
  const { clock, looks, connectivity } = toNobody(1_000);
  expect(connectivity.get(true)).toBe(IDLE);
  await clock.advanceAsync(0);
  for (let i = 0; i < 10; i++) expect(connectivity.get(true)).toBe(TRANSIENT_FAILURE);
  await clock.advanceAsync(1_000);
  expect(looks).toEqual([0]);
  expect(clock.pendingTimers).toBe(0);
  connectivity.get(true);
  expect(looks).toEqual([0, 1_000]);
});

test("whoever watches up to a deadline keeps the process alive until then", () => {
  const { clock, connectivity } = toNobody(1_000);
  const held = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = held();
  const heard: (string | undefined)[] = [];
  connectivity.watch(IDLE, clock.wall() + 100, (error) => heard.push(error?.message));
  expect(held()).toBe(before + 1);
  clock.advance(100);
  expect(heard).toEqual(["Deadline passed without connectivity state change"]);
  expect(held()).toBe(before);
  connectivity.watch(IDLE, clock.wall() + 100, () => {});
  connectivity.close();
  expect({ held: held(), timers: clock.pendingTimers }).toEqual({ held: before, timers: 0 });
});

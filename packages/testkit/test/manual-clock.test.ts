import { describe, expect, test } from "vitest";
import { manualClock } from "../src/index.ts";

describe("a manual clock", () => {
  test("stands still, at 0, until it is moved", () => {
    const clock = manualClock();
    expect(clock.now()).toBe(0);
    clock.advance(250);
    expect(clock.now()).toBe(250);
  });

  test("fires timers in order of time, then of setting, each at its own due time", () => {
    const clock = manualClock({ nowMs: 100 });
    const fired: string[] = [];
    const note = (name: string) => () => void fired.push(`${name}@${clock.now()}`);
    clock.setTimer(note("late"), 30);
    clock.setTimer(note("first"), 10);
    clock.setTimer(note("second"), 10);
    clock.advance(29);
    expect(fired).toEqual(["first@110", "second@110"]);
    clock.advance(1);
    expect(fired).toEqual(["first@110", "second@110", "late@130"]);
    expect(clock.pendingTimers).toBe(0);
  });

  test("fires what a timer sets, if it falls due in the same stretch", () => {
    const clock = manualClock();
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.now());
      clock.setTimer(again, 10);
    };
    clock.setTimer(again, 10);
    clock.advance(35);
    expect(fired).toEqual([10, 20, 30]);
    expect(clock.pendingTimers).toBe(1);
  });

  test("does not fire a timer that was disposed, also by another timer", () => {
    const clock = manualClock();
    const fired: string[] = [];
    clock.setTimer(() => {
      fired.push("first");
      second[Symbol.dispose]();
    }, 5);
    const second = clock.setTimer(() => void fired.push("second"), 5);
    clock.advance(10);
    expect(fired).toEqual(["first"]);
  });

  test("lets promises settle between timers when advanced asynchronously", async () => {
    const clock = manualClock();
    const order: string[] = [];
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.setTimer(resolve, ms));
    const loop = (async () => {
      for (const round of [1, 2, 3]) {
        await sleep(10);
        order.push(`round ${round} at ${clock.now()}`);
      }
    })();
    await clock.advanceAsync(30);
    await loop;
    expect(order).toEqual(["round 1 at 10", "round 2 at 20", "round 3 at 30"]);
  });

  test("moves the wall clock along, and lets it jump alone", () => {
    const clock = manualClock({ wallMs: 1_000 });
    clock.advance(5);
    expect(clock.wall()).toBe(1_005);
    clock.setWall(0);
    expect(clock.wall()).toBe(0);
    expect(clock.now()).toBe(5);
  });

  test("refuses to go back, and a loop that never ends", () => {
    const clock = manualClock();
    expect(() => clock.advance(-1)).toThrow("manual clock: time moves forward by 0 ms or more, got -1");
    const again = (): void => void clock.setTimer(again, 0);
    again();
    expect(() => clock.advance(1)).toThrow(RangeError);
  });
});

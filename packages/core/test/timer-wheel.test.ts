import { manualClock } from "@dualmesh/testkit";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { type Clock, createTimerWheel, systemClock } from "../src/index.ts";

/** A clock whose timers come when the test says, early or late. */
function lateClock(): { clock: Clock; fireAt(nowMs: number): void } {
  let nowMs = 0;
  let armed: (() => void) | undefined;
  return {
    clock: {
      now: () => nowMs,
      wall: () => 0,
      setTimer(callback) {
        armed = callback;
        return { [Symbol.dispose]() {} };
      },
    },
    fireAt(ms) {
      nowMs = ms;
      armed?.();
    },
  };
}

describe("a timer wheel", () => {
  test("calls back never early, and at most a tick late", () => {
    const clock = manualClock();
    const wheel = createTimerWheel({ clock, tickMs: 10 });
    const fired: number[] = [];
    wheel.schedule(() => fired.push(clock.now()), 25);
    clock.advance(25);
    expect(fired).toEqual([]);
    clock.advance(5);
    expect(fired).toEqual([30]);
    expect(wheel.size).toBe(0);
  });

  test("holds one timer of the clock for any number of waits", () => {
    const clock = manualClock();
    const wheel = createTimerWheel({ clock });
    for (let i = 0; i < 100; i++) wheel.schedule(() => {}, 500 - i);
    expect(wheel.size).toBe(100);
    expect(clock.pendingTimers).toBe(1);
    clock.advance(500);
    expect(clock.pendingTimers).toBe(0);
  });

  test("calls back in order of ticks, and within one in order of setting, however late", () => {
    const { clock, fireAt } = lateClock();
    const wheel = createTimerWheel({ clock, tickMs: 10 });
    const fired: string[] = [];
    const waits = { c: 30, a: 8, b: 3, d: 31 };
    for (const [name, delayMs] of Object.entries(waits)) wheel.schedule(() => fired.push(name), delayMs);
    fireAt(100);
    expect(fired).toEqual(["a", "b", "c", "d"]);
  });

  test("does not call back what was taken back, also by a callback of the same tick", () => {
    const clock = manualClock();
    const wheel = createTimerWheel({ clock });
    const fired: string[] = [];
    wheel.schedule(() => fired.push("before"), 5).cancel();
    wheel.schedule(() => {
      fired.push("canceller");
      victim.cancel();
    }, 5);
    const victim = wheel.schedule(() => fired.push("victim"), 5);
    clock.advance(20);
    victim.cancel();
    expect(fired).toEqual(["canceller"]);
    expect(wheel.size).toBe(0);
  });

  test("takes waits from inside a callback", () => {
    const clock = manualClock();
    const wheel = createTimerWheel({ clock, tickMs: 10 });
    const fired: number[] = [];
    wheel.schedule(() => wheel.schedule(() => fired.push(clock.now()), 10), 10);
    wheel.schedule(() => fired.push(clock.now()), 200);
    clock.advance(300);
    expect(fired).toEqual([20, 200]);
  });

  test("arms anew for a wait that is shorter than all others", () => {
    const clock = manualClock();
    const wheel = createTimerWheel({ clock, tickMs: 10 });
    const fired: number[] = [];
    wheel.schedule(() => fired.push(clock.now()), 1_000);
    wheel.schedule(() => fired.push(clock.now()), 10);
    clock.advance(10);
    expect(fired).toEqual([10]);
  });

  test("takes a delay that is over already as none", () => {
    const clock = manualClock({ nowMs: 100 });
    const wheel = createTimerWheel({ clock });
    const fired: number[] = [];
    wheel.schedule(() => fired.push(clock.now()), -50);
    clock.advance(10);
    expect(fired).toEqual([100]);
  });

  test("goes back to waiting when the clock's timer comes early", () => {
    const { clock, fireAt } = lateClock();
    const wheel = createTimerWheel({ clock });
    const callback = vi.fn();
    // Over what Node's timers can hold: it wakes every 24.8 days.
    wheel.schedule(callback, 2 ** 32);
    fireAt(2 ** 31);
    expect(callback).not.toHaveBeenCalled();
    fireAt(2 ** 32 + 10);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  test.each([0, -1, Number.NaN])("refuses a tick of %s ms", (tickMs) => {
    expect(() => createTimerWheel({ tickMs })).toThrow(
      new RangeError(`timer wheel: tickMs must be over 0 ms, got ${tickMs}`),
    );
  });
});

test("any mix of waits comes due within its tick, and none is forgotten", () => {
  const wait = fc.record({ afterMs: fc.nat(300), delayMs: fc.nat(2_000), taken: fc.boolean() });
  fc.assert(
    fc.property(fc.array(wait, { maxLength: 40 }), (waits) => {
      const clock = manualClock();
      const wheel = createTimerWheel({ clock, tickMs: 10 });
      const lateMs: number[] = [];
      let kept = 0;
      for (const { afterMs, delayMs, taken } of waits) {
        clock.advance(afterMs);
        const dueMs = clock.now() + delayMs;
        const timer = wheel.schedule(() => lateMs.push(clock.now() - dueMs), delayMs);
        if (taken) timer.cancel();
        else kept++;
      }
      clock.advance(3_000);
      expect(lateMs).toHaveLength(kept);
      expect(lateMs.filter((late) => late < 0 || late > 10)).toEqual([]);
      expect([wheel.size, clock.pendingTimers]).toEqual([0, 0]);
    }),
  );
});

describe("the machine's clock", () => {
  test("is monotonic with fractions, and tells the date apart", () => {
    const before = systemClock.now();
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    expect(systemClock.wall()).toBeGreaterThan(1_700_000_000_000);
  });

  test("caps a wait that Node would turn into none, and takes a disposed one back", () => {
    const set = vi.spyOn(globalThis, "setTimeout");
    const cleared = vi.spyOn(globalThis, "clearTimeout");
    const timer = systemClock.setTimer(() => {}, Number.POSITIVE_INFINITY);
    expect(set.mock.calls[0]?.[1]).toBe(2 ** 31 - 1);
    timer[Symbol.dispose]();
    expect(cleared).toHaveBeenCalledTimes(1);
    set.mockRestore();
    cleared.mockRestore();
  });
});

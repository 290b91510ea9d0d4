import { manualClock, textRequest } from "@dualmesh/testkit";
import { describe, expect, test, vi } from "vitest";
import {
  CANCELLED,
  createAttribute,
  createCall,
  MeshError,
  type Outcome,
  type Reset,
  type RouteEntry,
} from "../src/index.ts";

const DONE: Outcome = { code: "OK", status: 200, flag: "", details: "via_upstream", execution: "executed" };
const TIMEOUT: Reset = { code: "DEADLINE_EXCEEDED", flag: "UT", message: "too late", execution: "in-doubt" };

function route(name: string): RouteEntry {
  return {
    name,
    virtualHost: "shop",
    cluster: "orders",
    filterConfig: () => undefined,
    filterConfigs: () => [],
    filterEnabled: () => undefined,
  };
}

describe("the end of a call", () => {
  test("comes once, and every observer hears of it once, in the order of asking", () => {
    const call = createCall();
    const heard: string[] = [];
    call.onEnd((outcome) => heard.push(`first ${outcome.code}`));
    call.onEnd((_, ended) => heard.push(`second ${ended === call}`));
    call.end(DONE);
    call.end({ ...DONE, code: "UNKNOWN" });
    expect(heard).toEqual(["first OK", "second true"]);
    expect(call.outcome).toBe(DONE);
  });

  test("is told at once to an observer that comes late, also from inside another", () => {
    const call = createCall();
    const heard: string[] = [];
    call.onEnd(() => call.onEnd(() => heard.push("inner")));
    call.end(DONE);
    call.onEnd(() => heard.push("late"));
    expect(heard).toEqual(["inner", "late"]);
  });

  test("makes cancelling meaningless", () => {
    const call = createCall();
    const hook = vi.fn();
    call.onCancel(hook);
    call.end(DONE);
    call.cancel(CANCELLED);
    expect(hook).not.toHaveBeenCalled();
    expect(call.cancelled).toBeUndefined();
  });
});

describe("cancelling", () => {
  test("runs hooks once, the last one first: what was opened last is closed first", () => {
    const call = createCall();
    const ran: string[] = [];
    call.onCancel((reason) => ran.push(`outer ${reason.flag}`));
    call.onCancel((reason) => ran.push(`inner ${reason.flag}`));
    call.cancel(TIMEOUT);
    call.cancel(CANCELLED);
    expect(ran).toEqual(["inner UT", "outer UT"]);
    expect(call.cancelled).toBe(TIMEOUT);
  });

  test("does not end the call: only its edge does", () => {
    const call = createCall();
    call.cancel(CANCELLED);
    expect(call.outcome).toBeUndefined();
  });

  test("runs a hook at once on a call that is cancelled already", () => {
    const call = createCall();
    call.cancel(CANCELLED);
    const hook = vi.fn();
    call.onCancel(hook)[Symbol.dispose]();
    expect(hook).toHaveBeenCalledExactlyOnceWith(CANCELLED);
  });

  test("leaves out a hook that was taken back, also by another hook while they run", () => {
    const call = createCall();
    const early = vi.fn();
    const taken = vi.fn();
    call.onCancel(taken)[Symbol.dispose]();
    const waiting = call.onCancel(early);
    call.onCancel(() => waiting[Symbol.dispose]());
    call.cancel(CANCELLED);
    expect(taken).not.toHaveBeenCalled();
    expect(early).not.toHaveBeenCalled();
  });

  test("one function hooked twice runs twice, and each hook is taken back alone", () => {
    const call = createCall();
    const hook = vi.fn();
    call.onCancel(hook);
    call.onCancel(hook);
    call.onCancel(hook)[Symbol.dispose]();
    call.cancel(CANCELLED);
    expect(hook).toHaveBeenCalledTimes(2);
  });

  test("a hook that cancels again does no harm", () => {
    const call = createCall();
    const ran: string[] = [];
    call.onCancel(() => ran.push("outer"));
    call.onCancel(() => {
      ran.push("inner");
      call.cancel(TIMEOUT);
    });
    call.cancel(CANCELLED);
    expect(ran).toEqual(["inner", "outer"]);
    expect(call.cancelled).toBe(CANCELLED);
  });
});

describe("the signal", () => {
  test("is made when first asked for, and then is the same", () => {
    const made = vi.spyOn(globalThis, "AbortController");
    const call = createCall();
    call.onCancel(() => {});
    expect(made).not.toHaveBeenCalled();
    const { signal } = call;
    expect(call.signal).toBe(signal);
    expect(made).toHaveBeenCalledTimes(1);
    made.mockRestore();
  });

  test("aborts with an error that says why", () => {
    const call = createCall();
    const { signal } = call;
    expect(signal.aborted).toBe(false);
    call.cancel(TIMEOUT);
    expect(signal.aborted).toBe(true);
    expect(MeshError.is(signal.reason)).toBe(true);
    expect(String(signal.reason)).toBe("MeshError: [DEADLINE_EXCEEDED] too late");
  });

  test("is aborted from the start when asked for after cancelling", () => {
    const call = createCall();
    call.cancel(CANCELLED);
    expect(call.signal.aborted).toBe(true);
  });
});

describe("time", () => {
  test("a call begins now, by its clock, and 0 is a legal time", () => {
    const clock = manualClock({ nowMs: 12 });
    expect(createCall({ clock }).startMs).toBe(12);
    expect(createCall({ clock, startMs: 0 }).startMs).toBe(0);
  });

  test("a deadline only ever comes nearer", () => {
    const call = createCall();
    expect(call.deadlineMs).toBe(Number.POSITIVE_INFINITY);
    call.limitDeadline(500);
    call.limitDeadline(900);
    expect(call.deadlineMs).toBe(500);
    call.limitDeadline(0);
    expect(call.deadlineMs).toBe(0);
  });

  test("attempts count from 1", () => {
    const call = createCall();
    expect(call.attempt).toBe(0);
    expect([call.beginAttempt(), call.beginAttempt(), call.attempt]).toEqual([1, 2, 2]);
  });
});

describe("the route", () => {
  const { head } = textRequest({ path: "/orders" });

  test("is matched when first asked for, and then kept", () => {
    const call = createCall();
    const match = vi.fn(() => route("first"));
    call.routeWith(match);
    expect(match).not.toHaveBeenCalled();
    expect(call.route(head)?.name).toBe("first");
    head.path = "/elsewhere";
    expect(call.route(head)?.name).toBe("first");
    expect(match).toHaveBeenCalledExactlyOnceWith(head, call);
  });

  test("that does not exist is not searched for again", () => {
    const call = createCall();
    const match = vi.fn(() => undefined);
    call.routeWith(match);
    expect([call.route(head), call.route(head)]).toEqual([undefined, undefined]);
    expect(match).toHaveBeenCalledTimes(1);
  });

  test("is matched anew after it was cleared", () => {
    const call = createCall();
    let matched = 0;
    call.routeWith(() => route(`match ${++matched}`));
    call.route(head);
    call.clearRoute();
    expect(call.route(head)?.name).toBe("match 2");
  });

  test("is forgotten with the table it came from", () => {
    const call = createCall();
    call.routeWith(() => route("old table"));
    call.route(head);
    call.routeWith(() => route("new table"));
    expect(call.route(head)?.name).toBe("new table");
  });

  test("of a call without a table is none", () => {
    expect(createCall().route(head)).toBeUndefined();
  });
});

describe("attributes", () => {
  const USER = createAttribute<string | undefined>("user", "nobody");

  test("answer what was set, else what they begin with", () => {
    const call = createCall();
    expect(call.get(USER)).toBe("nobody");
    call.set(USER, "ann");
    expect(call.get(USER)).toBe("ann");
  });

  test("a value of undefined is a value", () => {
    const call = createCall();
    call.set(USER, undefined);
    expect(call.get(USER)).toBeUndefined();
  });

  test("are told apart by identity and not by name", () => {
    const call = createCall();
    const other = createAttribute("user", 7);
    call.set(USER, "ann");
    expect(call.get(other)).toBe(7);
  });
});

test("informational responses go to whoever asked for them", () => {
  const informational = vi.fn();
  expect(createCall({ informational }).informational).toBe(informational);
  expect(createCall().informational).toBeUndefined();
});

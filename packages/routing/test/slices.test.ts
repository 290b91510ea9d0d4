import { type Clock, systemClock } from "@dualmesh/core";
import { describe, expect, test, vi } from "vitest";
import { createRouteTable, createRouteTableInSlices, type RouteTableConfig } from "../src/index.ts";
import { headOf } from "./head-of.ts";
import { routeTo } from "./table-of.ts";

const config: RouteTableConfig = {
  virtualHosts: Array.from({ length: 3 }, (_, host) => ({
    name: `h${host}`,
    domains: [`h${host}.test`],
    routes: Array.from({ length: 200 }, (__, i) => routeTo(`/${i}`, {}, { name: `r${i}` })),
  })),
};

/** A clock that goes on by so much each time it is asked. */
function steppingClock(stepMs: number): Clock {
  let now = 0;
  return { ...systemClock, now: () => (now += stepMs) };
}

describe("a table that is built in slices", () => {
  test("is the table that is built at once", async () => {
    const pause = vi.fn(async () => {});
    const table = await createRouteTableInSlices(config, { pause, clock: steppingClock(1), sliceMs: 2 });
    expect(String(table)).toBe(String(createRouteTable(config)));
    expect(table.match(headOf({ authority: "h2.test", path: "/7" }))?.name).toBe("r7");
  });

  test("pauses more often the shorter a slice is, and not at all within one", async () => {
    const pauses = async (sliceMs: number): Promise<number> => {
      const pause = vi.fn(async () => {});
      await createRouteTableInSlices(config, { pause, clock: steppingClock(1), sliceMs });
      return pause.mock.calls.length;
    };
    const [short, long, endless] = [await pauses(0.1), await pauses(10), await pauses(1e9)];
    expect(short).toBeGreaterThan(50);
    expect(long).toBeGreaterThan(2);
    expect(long).toBeLessThan(short / 4);
    expect(endless).toBe(0);
  });

  test("lets others have their turn by itself", async () => {
    let turns = 0;
    const turn = (): void => {
      turns++;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    await createRouteTableInSlices(config, { clock: steppingClock(10) });
    clearImmediate(next);
    expect(turns).toBeGreaterThan(10);
  });

  test("uses again what the table before has", async () => {
    const head = headOf({ authority: "h0.test", path: "/7" });
    const previous = createRouteTable(config);
    const table = await createRouteTableInSlices({ ...config, name: "next" }, { previous });
    expect(table.match(head)).toBe(previous.match(head));
  });

  test("fails as it would at once", async () => {
    const broken = {
      virtualHosts: [{ name: "v", domains: ["*"], routes: [routeTo("/", { timeoutMs: -1 })] }],
    };
    await expect(createRouteTableInSlices(broken)).rejects.toThrow("timeoutMs must be 0 or more");
    await expect(createRouteTableInSlices(config, { cachePaths: -1 })).rejects.toThrow(RangeError);
    const pause = () => Promise.reject(new Error("stopped"));
    await expect(createRouteTableInSlices(config, { pause, clock: steppingClock(10) })).rejects.toThrow(
      "stopped",
    );
  });

  test.each([0, -1, Number.NaN])("refuses slices of %d ms", async (sliceMs) => {
    await expect(createRouteTableInSlices(config, { sliceMs })).rejects.toThrow(
      `route table: sliceMs must be above 0, got ${sliceMs}`,
    );
  });
});

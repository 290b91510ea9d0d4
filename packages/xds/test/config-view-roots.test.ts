import { TYPE_URL } from "@dualmesh/envoy-api";
import type { ManualClock } from "@dualmesh/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import type { ConfigView, ConfigViewOptions } from "../src/index.ts";
import { turn } from "./client-peer.ts";
import type { ManualSource } from "./manual-source.ts";
import { listenerType } from "./sample-types.ts";
import {
  clusterOf as cluster,
  listenerOf as listener,
  routeOf as route,
  type ViewFixture,
  viewFixture,
} from "./view-fixture.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

let clock: ManualClock;
let source: ManualSource;
let view: ConfigView;
let published: string[][];
let start: ViewFixture["start"];

/** Begins anew with other options. */
function open(options: Partial<ConfigViewOptions> = {}): void {
  ({ clock, source, view, published, start } = viewFixture(options));
}

beforeEach(() => open());

describe("deletions", () => {
  test("a cluster that something still needs stays 5 s after its deletion, then fails", async () => {
    await start();
    source.set(CDS, "a", { kind: "missing", reason: "deleted by the control plane" });
    await turn();
    await clock.advanceAsync(4_900);
    expect(view.current.get(CDS, "a")?.kind).toBe("value");
    await clock.advanceAsync(200);
    expect(view.current.get(CDS, "a")).toMatchObject({ kind: "failed", cause: "missing" });
  });

  test("a cluster that is deleted before the routes change is never seen to fail", async () => {
    await start();
    source.set(CDS, "a", { kind: "missing", reason: "deleted" });
    await turn();
    source.put(CDS, "b", cluster("b"));
    source.put(EDS, "b", { revision: 1 });
    source.put(RDS, "r", route("b"));
    await turn();
    await clock.advanceAsync(10_000);
    expect(published.flat().filter((change) => change.endsWith("!"))).toEqual([]);
    expect(view.current.get(CDS, "a")).toBeUndefined();
  });

  test("while what needs it waits to be replaced, a deleted cluster stays even longer", async () => {
    await start();
    source.put(RDS, "r", route("b"));
    source.set(CDS, "a", { kind: "missing", reason: "deleted" });
    await turn();
    await clock.advanceAsync(10_000);
    expect(view.current.get(CDS, "a")?.kind).toBe("value");
    source.put(CDS, "b", cluster("b"));
    source.put(EDS, "b", { revision: 1 });
    await turn();
    expect(view.current.get(CDS, "a")).toBeUndefined();
    expect(published.flat().filter((change) => change.endsWith("!"))).toEqual([]);
  });

  test("also where it is the listener above that waits", async () => {
    await start();
    source.put(LDS, "l", listener("other"));
    source.set(CDS, "a", { kind: "missing", reason: "deleted" });
    await turn();
    await clock.advanceAsync(10_000);
    expect(view.current.get(CDS, "a")?.kind).toBe("value");
    source.put(RDS, "other", route());
    await turn();
    expect(view.current.get(CDS, "a")).toBeUndefined();
    expect(view.current.get(RDS, "r")).toBeUndefined();
  });

  test("a deleted cluster that comes back in time was never gone", async () => {
    await start();
    source.set(CDS, "a", { kind: "missing", reason: "deleted" });
    await turn();
    await clock.advanceAsync(3_000);
    source.put(CDS, "a", cluster("a", 2));
    await turn();
    await clock.advanceAsync(10_000);
    expect(published).toEqual([["~Cluster a"]]);
  });

  test("without grace a deletion takes effect at once", async () => {
    open({ deletionGraceMs: 0 });
    await start();
    source.set(CDS, "a", { kind: "missing", reason: "deleted" });
    await turn();
    expect(published).toEqual([["-ClusterLoadAssignment a", "~Cluster a!"]]);
  });

  test("a named root that is deleted fails at once: nothing can be about to replace the need", async () => {
    await start();
    source.set(LDS, "l", { kind: "missing", reason: "deleted" });
    await turn();
    expect(view.current.get(LDS, "l")).toMatchObject({ kind: "failed", cause: "missing" });
    expect(source.watched).toEqual(["Listener l"]);
  });
});

describe("roots", () => {
  test("with a wildcard root, listeners come and go with the set", async () => {
    open({ roots: [{ kind: "all", typeUrl: LDS }] });
    await turn();
    expect(view.current.ready).toBe(false);
    const x = listener();
    source.setAll(LDS, { x, y: listener() });
    await turn();
    expect([...view.current.all(listenerType).keys()].sort()).toEqual(["x", "y"]);
    expect(view.current.ready).toBe(true);
    source.setAll(LDS, { x });
    await turn();
    expect([...view.current.all(listenerType).keys()]).toEqual(["x"]);
    expect(published.at(-1)).toEqual(["-Listener y"]);
  });

  test("a root may be added and taken back at any time", async () => {
    await start();
    const root = view.require(CDS, "z");
    source.put(CDS, "z", cluster("z"));
    source.put(EDS, "z", { revision: 1 });
    await turn();
    expect(view.current.get(CDS, "z")?.kind).toBe("value");
    root[Symbol.dispose]();
    root[Symbol.dispose]();
    await turn();
    expect(view.current.get(CDS, "z")).toBeUndefined();
    expect(source.watched).not.toContain("Cluster z");
  });

  test("after disposal nothing is watched and no timer is left", async () => {
    await start();
    source.put(RDS, "r", route("b"));
    await turn();
    view[Symbol.dispose]();
    expect(source.watched).toEqual([]);
    await clock.advanceAsync(60_000);
    expect(clock.pendingTimers).toBe(0);
    expect(published).toEqual([]);
  });
});

describe("snapshots", () => {
  test("an old snapshot does not change, and shares the values that stayed", async () => {
    await start();
    const before = view.current;
    source.put(EDS, "a", { revision: 2 });
    await turn();
    expect(before.get(EDS, "a")).toMatchObject({ value: { revision: 1 } });
    expect(view.current.get(EDS, "a")).toMatchObject({ value: { revision: 2 } });
    expect(view.current.get(CDS, "a")).toBe(before.get(CDS, "a"));
    expect(view.current.all(CDS)).toBe(before.all(CDS));
  });

  test("a map of a type is a whole ReadonlyMap", async () => {
    open({ roots: [{ kind: "all", typeUrl: EDS }] });
    const values = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`e${i}`, { revision: i }]));
    source.setAll(EDS, values);
    await turn();
    const map = view.current.all<{ revision: number }>(EDS);
    expect(map.size).toBe(500);
    expect([...map.keys()].sort()).toEqual(Object.keys(values).sort());
    expect(map.has("e1")).toBe(true);
    expect(map.has("e500")).toBe(false);
    const seen: string[] = [];
    map.forEach((_, name, all) => void seen.push(`${name}${all === map}`));
    expect(seen).toHaveLength(500);
    expect(seen).toContain("e7true");
    expect([...map.values()]).toHaveLength(500);
    source.setAll(EDS, { e0: values["e0"] });
    await turn();
    expect(view.current.all(EDS).size).toBe(1);
    expect(map.size).toBe(500);
  });

  test("a listener that throws is reported, and the others are told", async () => {
    const defects: unknown[] = [];
    open({ onDefect: (error) => defects.push(error) });
    const seen: number[] = [];
    view.subscribe(() => {
      throw new Error("mine");
    });
    view.subscribe(({ generation }) => seen.push(generation));
    await start();
    expect(defects.map(String)).toEqual(["Error: mine"]);
    expect(seen).toEqual([1]);
  });

  test("a snapshot prints itself", async () => {
    await start();
    source.set(CDS, "a", { kind: "missing", reason: "deleted" });
    await turn();
    await clock.advanceAsync(6_000);
    expect(`${view.current}`.split("\n")).toEqual([
      'Cluster "a": failed, cluster "a": deleted',
      'Listener "l": version v1',
      'RouteConfiguration "r": version v1',
    ]);
  });
});

import { TYPE_URL } from "@dualmesh/envoy-api";
import { type ManualClock, manualClock } from "@dualmesh/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import { type ConfigChange, type ConfigView, createConfigView } from "../src/index.ts";
import { turn } from "./client-peer.ts";
import { type ManualSource, manualSource } from "./manual-source.ts";
import {
  type Cluster,
  clusterType,
  type Listener,
  listenerType,
  type Route,
  routeType,
  sampleTypes,
} from "./sample-types.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

let clock: ManualClock;
let source: ManualSource;
let view: ConfigView;
let published: string[][];

/** A view of the listener "l", unless a test wants another. */
function open(options: Partial<Parameters<typeof createConfigView>[0]> = {}): void {
  view = createConfigView({
    source,
    types: sampleTypes,
    roots: [{ kind: "named", typeUrl: LDS, name: "l" }],
    clock,
    ...options,
  });
  published = [];
  view.subscribe((_, changes) => published.push(changes.map(print).sort()));
}

beforeEach(() => {
  clock = manualClock();
  source = manualSource([LDS, RDS, CDS, EDS]);
  open();
});

/** `+Cluster a`, `-Cluster a`, `~Cluster a`, with `!` for a failure. */
function print({ typeUrl, name, before, after }: ConfigChange): string {
  const sign = before === undefined ? "+" : after === undefined ? "-" : "~";
  const failed = after?.kind === "failed" ? "!" : "";
  return `${sign}${typeUrl.slice(typeUrl.lastIndexOf(".") + 1)} ${name}${failed}`;
}

const listener = (...routes: string[]): Listener => ({ text: "", routes });
const route = (...clusters: string[]): Route => ({ clusters });
const cluster = (endpoints: string, revision = 1): Cluster => ({ revision, endpoints });

/** l → r → a → a, all there. */
async function start(): Promise<void> {
  source.put(LDS, "l", listener("r"));
  source.put(RDS, "r", route("a"));
  source.put(CDS, "a", cluster("a"));
  source.put(EDS, "a", { revision: 1 });
  await turn();
  published.length = 0;
}

describe("the first adoption", () => {
  test("nothing is in effect before all that a listener needs is known, then everything at once", async () => {
    source.put(LDS, "l", listener("r"));
    await turn();
    source.put(RDS, "r", route("a", "b"));
    await turn();
    source.put(CDS, "a", cluster("a"));
    source.put(CDS, "b", cluster("b"));
    await turn();
    source.put(EDS, "a", { revision: 1 });
    await turn();
    expect(view.current.get(LDS, "l")).toBeUndefined();
    expect(view.current.ready).toBe(false);
    published.length = 0;
    source.put(EDS, "b", { revision: 1 });
    await turn();
    expect(published).toEqual([
      ["+Cluster b", "+ClusterLoadAssignment b", "+Listener l", "+RouteConfiguration r"],
    ]);
    expect(view.current.ready).toBe(true);
    expect(view.current.get(clusterType, "a")).toMatchObject({ kind: "value", value: { revision: 1 } });
  });

  test("only what is needed is watched", async () => {
    await start();
    expect(source.watched).toEqual([
      "Cluster a",
      "ClusterLoadAssignment a",
      "Listener l",
      "RouteConfiguration r",
    ]);
  });

  test.each([
    [
      "missing",
      { kind: "missing", reason: "deleted by the control plane" },
      'cluster "a": deleted by the control plane',
    ],
    ["invalid", { kind: "invalid", reason: "refused: no endpoints" }, 'cluster "a": refused: no endpoints'],
  ] as const)(
    "a cluster that is %s enters as failed, with its reason, and holds nobody up",
    async (cause, state, reason) => {
      source.put(LDS, "l", listener("r"));
      source.put(RDS, "r", route("a"));
      source.set(CDS, "a", state);
      await turn();
      expect(view.current.get(CDS, "a")).toEqual({ kind: "failed", typeUrl: CDS, name: "a", cause, reason });
      expect(view.current.get(LDS, "l")?.kind).toBe("value");
    },
  );

  test("a cluster of which there is no word for 15 s enters as failed, and as itself when it comes", async () => {
    source.put(LDS, "l", listener("r"));
    source.put(RDS, "r", route("a", "b"));
    source.put(CDS, "a", cluster("a"));
    source.put(EDS, "a", { revision: 1 });
    source.set(CDS, "b", { kind: "waiting", reason: "the control plane cannot be reached" });
    await turn();
    await clock.advanceAsync(14_900);
    expect(view.current.get(LDS, "l")).toBeUndefined();
    await clock.advanceAsync(200);
    expect(view.current.get(LDS, "l")?.kind).toBe("value");
    expect(view.current.get(CDS, "b")).toMatchObject({
      cause: "late",
      reason: 'cluster "b": no word of it within 15 s (the control plane cannot be reached)',
    });
    source.put(CDS, "b", cluster("b"));
    source.put(EDS, "b", { revision: 1 });
    await turn();
    expect(view.current.get(CDS, "b")?.kind).toBe("value");
  });

  test("a root of which nothing is known fails too, so that calls have a reason", async () => {
    await clock.advanceAsync(15_100);
    expect(view.current.get(LDS, "l")).toMatchObject({ kind: "failed", cause: "late" });
    expect(view.current.ready).toBe(true);
  });

  test("resources that refer to each other in a circle do not wait for each other", async () => {
    source.put(LDS, "l", listener("r"));
    source.put(RDS, "r", route("a"));
    const aggregate = {
      ...clusterType,
      references: () => [
        { typeUrl: CDS, name: "b" },
        { typeUrl: CDS, name: "a" },
      ],
    };
    open({ types: [listenerType, routeType, aggregate] });
    source.put(CDS, "a", cluster("-"));
    await turn();
    expect(view.current.get(LDS, "l")).toBeUndefined();
    source.put(CDS, "b", cluster("-"));
    await turn();
    expect(view.current.get(LDS, "l")?.kind).toBe("value");
  });

  test("references to a type that the view was not given are not followed", async () => {
    open({ types: [listenerType, routeType] });
    source.put(LDS, "l", listener("r"));
    source.put(RDS, "r", route("a"));
    await turn();
    expect(view.current.get(LDS, "l")?.kind).toBe("value");
  });

  test("a type whose references throw has an invalid value", async () => {
    const broken = {
      ...routeType,
      references: () => {
        throw new Error("no");
      },
    };
    open({ types: [listenerType, broken] });
    source.put(LDS, "l", listener("r"));
    source.put(RDS, "r", route("a"));
    await turn();
    expect(view.current.get(RDS, "r")).toMatchObject({ kind: "failed", cause: "invalid" });
    expect(view.current.get(LDS, "l")?.kind).toBe("value");
  });
});

describe("changes", () => {
  test("a route keeps its old value until the cluster and endpoints of the new one are known", async () => {
    await start();
    source.put(RDS, "r", route("b"));
    await turn();
    source.put(CDS, "b", cluster("b"));
    await turn();
    expect(view.current.get(routeType, "r")).toMatchObject({ value: { clusters: ["a"] } });
    expect(source.watched).toContain("Cluster a");
    source.put(EDS, "b", { revision: 1 });
    await turn();
    expect(published).toEqual([
      [
        "+Cluster b",
        "+ClusterLoadAssignment b",
        "-Cluster a",
        "-ClusterLoadAssignment a",
        "~RouteConfiguration r",
      ],
    ]);
    expect(source.watched).not.toContain("Cluster a");
  });

  test("endpoints are adopted at once, also while something else waits", async () => {
    await start();
    source.put(RDS, "r", route("b"));
    source.put(EDS, "a", { revision: 2 });
    await turn();
    expect(published).toEqual([["~ClusterLoadAssignment a"]]);
  });

  test("one listener that waits holds no other one up", async () => {
    await start();
    view.require(LDS, "m");
    source.put(LDS, "m", listener("slow"));
    source.put(RDS, "r", route("a", "a"));
    await turn();
    expect(published).toEqual([["~RouteConfiguration r"]]);
  });

  test("a value that was refused leaves the old one in effect, and tells nobody", async () => {
    await start();
    const value = route("a");
    source.put(RDS, "r", value);
    await turn();
    published.length = 0;
    source.set(RDS, "r", {
      kind: "present",
      value,
      version: "v1",
      bytes: new Uint8Array(),
      rejected: { version: "v2", problems: ["bad"], atWallMs: 0 },
    });
    await turn();
    expect(published).toEqual([]);
  });

  test("with a value to lose, a route waits longer than 15 s for a cluster of which nothing is known", async () => {
    await start();
    source.put(RDS, "r", route("b"));
    await turn();
    await clock.advanceAsync(60_000);
    expect(view.current.get(routeType, "r")).toMatchObject({ value: { clusters: ["a"] } });
    expect(view.pending()).toEqual([{ typeUrl: RDS, name: "r", waitsFor: [{ typeUrl: CDS, name: "b" }] }]);
    source.set(CDS, "b", { kind: "missing", reason: "not received within 15 s" });
    await turn();
    expect(view.current.get(routeType, "r")).toMatchObject({ value: { clusters: ["b"] } });
    expect(view.current.get(CDS, "b")).toMatchObject({ kind: "failed", cause: "missing" });
    expect(view.pending()).toEqual([]);
  });

  test("a candidate that is replaced before it was adopted leaves no watch behind", async () => {
    await start();
    source.put(RDS, "r", route("b"));
    await turn();
    expect(source.watched).toContain("Cluster b");
    source.put(RDS, "r", route("a"));
    await turn();
    expect(source.watched).not.toContain("Cluster b");
  });

  test("all changes of one turn make one snapshot", async () => {
    await start();
    source.put(EDS, "a", { revision: 2 });
    source.put(CDS, "a", cluster("a", 2));
    source.put(RDS, "r", route("a", "a"));
    await turn();
    expect(published).toHaveLength(1);
    expect(view.current.generation).toBe(2);
  });
});

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

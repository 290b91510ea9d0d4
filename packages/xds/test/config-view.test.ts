import { TYPE_URL } from "@dualmesh/envoy-api";
import type { ManualClock } from "@dualmesh/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import type { ConfigView, ConfigViewOptions } from "../src/index.ts";
import { turn } from "./client-peer.ts";
import type { ManualSource } from "./manual-source.ts";
import { clusterType, listenerType, routeType } from "./sample-types.ts";
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
    const aggregate = {
      ...clusterType,
      references: () => [
        { typeUrl: CDS, name: "b" },
        { typeUrl: CDS, name: "a" },
      ],
    };
    open({ types: [listenerType, routeType, aggregate] });
    source.put(LDS, "l", listener("r"));
    source.put(RDS, "r", route("a"));
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

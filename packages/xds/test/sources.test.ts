import { decode, packAny, TYPE_URL } from "@dualmesh/envoy-api";
import { describe, expect, test } from "vitest";
import { createStaticSource, mergeSources, type ResourceState } from "../src/index.ts";
import { manualSource } from "./manual-source.ts";
import { clusterType, endpointsType, sampleTypes } from "./sample-types.ts";
import { cluster } from "./server-peer.ts";

const { CDS, EDS, LDS, SDS } = TYPE_URL;

function any(name: string, revision = 1) {
  return decode("google.protobuf.Any", cluster(name, revision).any);
}

describe("static resources", () => {
  test("are there at once, by name and all together; others are missing", () => {
    const source = createStaticSource({ types: sampleTypes, resources: [any("a"), any("b")] });
    const states: ResourceState[] = [];
    source.watch(CDS, "a", (state) => states.push(state));
    source.watch(CDS, "z", (state) => states.push(state));
    expect(states).toMatchObject([
      { kind: "present", version: "static", value: { revision: 1 } },
      { kind: "missing", reason: "not among the static resources" },
    ]);
    source.watchAll(CDS, (all) => expect([...all.keys()]).toEqual(["a", "b"]));
    expect(source.problems).toEqual([]);
  });

  test("bad ones are invalid, and every problem is told", () => {
    const source = createStaticSource({
      types: [clusterType],
      resources: [
        any("bad"),
        any("throws"),
        any("a"),
        any("a"),
        { type_url: CDS, value: new Uint8Array() },
        packAny("envoy.config.listener.v3.Listener", { name: "l" }),
      ],
    });
    expect(source.problems).toEqual([
      'cluster "bad": bad is refused',
      'cluster "throws": throws throws',
      'cluster "a": it is there twice',
      "static cluster: it has no name",
      `static resource: nothing here reads the type "${LDS}"`,
    ]);
    source.watch(CDS, "bad", (state) => expect(state).toEqual({ kind: "invalid", reason: "bad is refused" }));
  });

  test("a type that was not given cannot be watched", () => {
    const source = createStaticSource({ types: [clusterType], resources: [] });
    expect(() => source.watch(SDS, "x", () => {})).toThrow(RangeError);
    expect([...source.typeUrls]).toEqual([CDS]);
  });
});

describe("merged sources", () => {
  function open() {
    const first = manualSource([CDS]);
    const second = manualSource([CDS, EDS]);
    const merged = mergeSources(first, second);
    const states: string[] = [];
    const watch = merged.watch(CDS, "a", (state) =>
      states.push(state.kind === "present" ? String(state.value) : state.kind),
    );
    return { first, second, merged, states, watch };
  }

  test("the first that has a resource wins, and the others are not asked for it", () => {
    const { first, second, states } = open();
    expect(second.watched).toEqual(["Cluster a"]);
    second.put(CDS, "a", "two");
    first.put(CDS, "a", "one");
    expect(second.watched).toEqual([]);
    second.put(CDS, "a", "two again");
    expect(states).toEqual(["waiting", "two", "one"]);
  });

  test("when the first loses it, the next one is asked", () => {
    const { first, second, states } = open();
    second.put(CDS, "a", "two");
    first.put(CDS, "a", "one");
    first.set(CDS, "a", { kind: "missing", reason: "gone" });
    expect(states).toEqual(["waiting", "two", "one", "two"]);
  });

  test("missing is what is missing everywhere; until all have answered it is waited for", () => {
    const { first, second, states } = open();
    first.set(CDS, "a", { kind: "missing", reason: "not in the file" });
    second.set(CDS, "a", { kind: "missing", reason: "deleted" });
    second.set(CDS, "a", { kind: "invalid", reason: "bad" });
    expect(states).toEqual(["waiting", "waiting", "missing", "invalid"]);
  });

  test("a type is asked for where it is known", () => {
    const { merged, second } = open();
    merged.watch(EDS, "e", () => {});
    expect(second.watched).toContain("ClusterLoadAssignment e");
    expect(() => merged.watch(SDS, "x", () => {})).toThrow(/none knows the type/);
    expect([...merged.typeUrls]).toEqual([CDS, EDS]);
  });

  test("all of a type is the union, known when every source knows its part", () => {
    const { first, second, merged } = open();
    const sets: string[] = [];
    const watch = merged.watchAll(CDS, (all) => {
      sets.push([...all].map(([name, state]) => `${name}=${state.kind === "present" && state.value}`).join());
    });
    first.setAll(CDS, { a: 1 });
    second.setAll(CDS, { a: 2, b: 2 });
    first.setAll(CDS, {});
    watch[Symbol.dispose]();
    second.setAll(CDS, {});
    expect(sets).toEqual(["a=1,b=2", "a=2,b=2"]);
  });

  test("after disposal no source is watched and nobody is told", () => {
    const { first, second, states, watch } = open();
    watch[Symbol.dispose]();
    first.put(CDS, "a", "one");
    expect(states).toEqual(["waiting"]);
    expect([...first.watched, ...second.watched]).toEqual([]);
  });

  test("a static source in front: what the file states, no control plane replaces", () => {
    const dynamic = manualSource([CDS, EDS]);
    const source = mergeSources(
      createStaticSource({ types: [clusterType, endpointsType], resources: [any("a")] }),
      dynamic,
    );
    const states: unknown[] = [];
    source.watch(CDS, "a", (state) => states.push(state.kind === "present" && state.value));
    dynamic.put(CDS, "a", "other");
    expect(states).toEqual([{ revision: 1, endpoints: "a" }]);
    expect(dynamic.watched).toEqual([]);
  });
});

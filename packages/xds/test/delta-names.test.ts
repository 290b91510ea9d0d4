import { TYPE_URL } from "@dualmesh/envoy-api";
import { manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createSnapshot, createXdsServer } from "../src/server/index.ts";
import { connectDelta } from "./delta-peer.ts";
import { cluster, endpoints, serverWith, settle } from "./server-peer.ts";

const { CDS, EDS } = TYPE_URL;

describe("names and wildcards of delta", () => {
  test("(8) a name that is subscribed again is sent again, dropped in between or not", async () => {
    const peer = connectDelta(serverWith(endpoints("a"), endpoints("b")));
    await peer.ask(EDS, { add: ["a", "b"] });
    expect(await peer.follow(EDS)).toEqual(["+a", "+b"]);
    await peer.ask(EDS, { drop: ["a"] });
    await peer.ask(EDS, { add: ["a"] });
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    await peer.ask(EDS, { add: ["b"] });
    expect(await peer.follow(EDS)).toEqual(["+b"]);
  });

  test("(9) dropping names is not answered; adding some is, with the added ones", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["a"] });
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    await peer.ask(EDS, { drop: ["a"] });
    expect(peer.inbox).toEqual([]);
    await peer.ask(EDS, { add: ["b"] });
    expect(await peer.follow(EDS)).toEqual(["+b"]);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b")]));
    await settle();
    expect(peer.inbox).toEqual([]);
  });

  test("(12) a first request without names is a wildcard, and names that come later do not end it", async () => {
    const server = serverWith(cluster("a"), cluster("b"));
    const peer = connectDelta(server);
    await peer.ask(CDS);
    expect(await peer.follow(CDS)).toEqual(["+a", "+b"]);
    await peer.ask(CDS, { add: ["a"] });
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    server.setSnapshot("g", createSnapshot([cluster("a"), cluster("b", 2)]));
    expect(await peer.follow(CDS)).toEqual(["+b"]);
  });

  test("(12) a first request with names is no wildcard, and later ones without names do not make it one", async () => {
    const server = serverWith(cluster("a"), cluster("b"));
    const peer = connectDelta(server);
    await peer.ask(CDS, { add: ["a"] });
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    await peer.ask(CDS);
    server.setSnapshot("g", createSnapshot([cluster("a"), cluster("b", 2)]));
    await settle();
    expect(peer.inbox).toEqual([]);
  });

  test("(12) * is a wildcard, beside names or later; unsubscribing it leaves the names", async () => {
    const server = serverWith(cluster("a"), cluster("b"));
    const peer = connectDelta(server);
    await peer.ask(CDS, { add: ["a"] });
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    await peer.ask(CDS, { add: ["*"] });
    expect(await peer.follow(CDS)).toEqual(["+a", "+b"]);
    await peer.ask(CDS, { drop: ["*"] });
    expect(peer.inbox).toEqual([]);
    server.setSnapshot("g", createSnapshot([cluster("a", 2), cluster("b", 2)]));
    expect(await peer.follow(CDS)).toEqual(["+a"]);
  });

  test("(12) unsubscribing * ends a legacy wildcard too", async () => {
    const server = serverWith(cluster("a"));
    const peer = connectDelta(server);
    await peer.ask(CDS);
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    await peer.ask(CDS, { drop: ["*"] });
    server.setSnapshot("g", createSnapshot([cluster("a", 2)]));
    await settle();
    expect(peer.inbox).toEqual([]);
  });

  test.each([
    ["without names", {}],
    ["of *", { add: ["*"] }],
  ])("(12) a first wildcard %s is answered, even if there is nothing", async (_, request) => {
    const peer = connectDelta(serverWith());
    await peer.ask(CDS, request);
    expect(await peer.follow(CDS)).toEqual([]);
    expect(peer.inbox).toEqual([]);
  });

  test("(13) a name that is unsubscribed under * is sent again, or listed as removed", async () => {
    const peer = connectDelta(serverWith(cluster("a"), cluster("b")));
    await peer.ask(CDS, { add: ["*", "a", "z"] });
    expect(await peer.follow(CDS)).toEqual(["+a", "+b", "-z"]);
    await peer.ask(CDS, { drop: ["a"] });
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    await peer.ask(CDS, { drop: ["z"] });
    expect(await peer.follow(CDS)).toEqual(["-z"]);
    await peer.ask(CDS, { drop: ["b", "a", "never named"] });
    expect(peer.inbox).toEqual([]);
  });
});

describe("what a delta client says to have", () => {
  test("(14) initial_resource_versions that match are not sent again; changed ones and new ones are", async () => {
    const server = serverWith(endpoints("same"), endpoints("changed"), endpoints("new"));
    const before = connectDelta(server);
    await before.ask(EDS, { add: ["same", "changed"] });
    server.setSnapshot("g", createSnapshot([endpoints("same"), endpoints("changed", 2), endpoints("new")]));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["same", "changed", "new"], has: before.has(EDS) });
    expect(await peer.follow(EDS)).toEqual(["+changed", "+new"]);
  });

  test("(14) who has everything is sent nothing, and hears of changes", async () => {
    const server = serverWith(cluster("a"), endpoints("a"));
    const before = connectDelta(server);
    await before.ask(CDS);
    await before.ask(EDS, { add: ["a"] });
    const peer = connectDelta(server);
    await peer.ask(CDS, { has: before.has(CDS) });
    await peer.ask(EDS, { add: ["a"], has: before.has(EDS) });
    expect(peer.inbox).toEqual([]);
    const { types } = server.snapshot("g") as { types: ReadonlyMap<string, { version: string }> };
    expect(server.nodes().at(-1)?.types).toMatchObject([
      { typeUrl: CDS, ackedVersion: types.get(CDS)?.version },
      { typeUrl: EDS, ackedVersion: types.get(EDS)?.version },
    ]);
    server.setSnapshot("g", createSnapshot([cluster("a"), endpoints("a", 2)]));
    expect(await peer.follow(EDS)).toEqual(["+a"]);
  });

  test("(14) names in it that are no longer there come back as removed", async () => {
    const server = createXdsServer({ group: () => "g", clock: manualClock(), removalGraceMs: 0 });
    server.setSnapshot("g", createSnapshot([cluster("a")]));
    const peer = connectDelta(server);
    await peer.ask(CDS, { has: { a: "another version", gone: "1" } });
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    expect(await peer.follow(CDS)).toEqual(["-gone"]);
    expect(peer.inbox).toEqual([]);
  });

  test("(14) names in it that are not subscribed are nobody's business", async () => {
    const peer = connectDelta(serverWith(endpoints("a"), endpoints("b")));
    await peer.ask(EDS, { add: ["a"], has: { b: "old", gone: "1" } });
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    expect(peer.inbox).toEqual([]);
  });

  test("(14) it counts on the first request of a type only", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"));
    const before = connectDelta(server);
    await before.ask(EDS, { add: ["b"] });
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["a"] });
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    await peer.ask(EDS, { add: ["b"], has: before.has(EDS) });
    expect(await peer.follow(EDS)).toEqual(["+b"]);
  });
});

describe("names that do not exist", () => {
  test("(15) a name that does not exist is reported as removed, once, and sent when it appears", async () => {
    const server = serverWith(endpoints("a"));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["a", "z"] });
    expect(await peer.follow(EDS)).toEqual(["+a", "-z"]);
    expect(peer.inbox).toEqual([]);
    server.setSnapshot("g", createSnapshot([endpoints("a"), endpoints("z")]));
    expect(await peer.follow(EDS)).toEqual(["+z"]);
  });

  test("(15) what is undecided is neither sent nor reported, until it is decided", async () => {
    const server = createXdsServer({ group: () => "g", clock: manualClock() });
    const undecided = { undecided: [endpoints("late"), endpoints("never")] };
    server.setSnapshot("g", createSnapshot([endpoints("a")], undecided));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["a", "late", "never"] });
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    expect(peer.inbox).toEqual([]);
    server.setSnapshot("g", createSnapshot([endpoints("a"), endpoints("late")]));
    expect(await peer.follow(EDS)).toEqual(["+late", "-never"]);
  });

  test("(15) who has what is undecided keeps it, and is not sent it again", async () => {
    const server = createXdsServer({ group: () => "g", clock: manualClock(), removalGraceMs: 0 });
    server.setSnapshot("g", createSnapshot([endpoints("late"), endpoints("never")]));
    const before = connectDelta(server);
    await before.ask(EDS, { add: ["late", "never"] });
    server.setSnapshot("g", createSnapshot([], { undecided: [endpoints("late"), endpoints("never")] }));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["late", "never"], has: before.has(EDS) });
    expect(peer.inbox).toEqual([]);
    server.setSnapshot("g", createSnapshot([endpoints("late")]));
    expect(await peer.follow(EDS)).toEqual(["-never"]);
    expect(peer.inbox).toEqual([]);
  });

  test("(13, 15) what is undecided and unsubscribed under * is not spoken of until it is decided", async () => {
    const server = createXdsServer({ group: () => "g", clock: manualClock() });
    server.setSnapshot("g", createSnapshot([endpoints("a")], { undecided: [endpoints("late")] }));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["*", "late"] });
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    await peer.ask(EDS, { drop: ["late"] });
    expect(peer.inbox).toEqual([]);
    server.setSnapshot("g", createSnapshot([endpoints("a"), endpoints("late")]));
    expect(await peer.follow(EDS)).toEqual(["+late"]);
  });

  test("(15) what is there is decided", () => {
    const twice = createSnapshot([endpoints("a")], { undecided: [endpoints("a")] });
    expect(twice.version).toBe(createSnapshot([endpoints("a")]).version);
    expect(twice.types.get(EDS)?.undecided).toEqual(new Set());
  });
});

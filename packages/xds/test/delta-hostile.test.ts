import { TYPE_URL } from "@dualmesh/envoy-api";
import { manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createSnapshot, createXdsServer, type XdsServer } from "../src/server/index.ts";
import { Refusals } from "../src/server/refusals.ts";
import { changesIn, connectDelta } from "./delta-peer.ts";
import { cluster, endpoints, listener, serverWith, settle } from "./server-peer.ts";

const { CDS, EDS, LDS } = TYPE_URL;
const UNKNOWN = "type.googleapis.com/no.such.Type";

/** A server that bears little from each stream. */
function strict(maxRequestBytes: number): XdsServer {
  const server = createXdsServer({ group: () => "g", clock: manualClock(), maxRequestBytes });
  server.setSnapshot("g", createSnapshot([cluster("a"), endpoints("a")]));
  return server;
}

/** So many names that differ. */
function names(count: number, prefix = "n"): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}${i}`);
}

describe("hostile delta clients", () => {
  test("garbage ends the stream and leaves the others alone", async () => {
    const server = serverWith(cluster("a"));
    const bad = connectDelta(server);
    bad.raw(new Uint8Array([255, 255, 255, 255]));
    expect(bad.ended?.code).toBe("INVALID_ARGUMENT");
    bad.raw(new Uint8Array([1]));
    const good = connectDelta(server);
    await good.ask(CDS);
    expect(await good.follow(CDS)).toEqual(["+a"]);
  });

  test("an unknown type has nothing: names are removed, a wildcard is empty", async () => {
    const peer = connectDelta(serverWith(cluster("a")));
    await peer.ask(UNKNOWN, { add: ["x"] });
    expect(await peer.follow(UNKNOWN)).toEqual(["-x"]);
    await peer.ask(`${UNKNOWN}2`);
    expect(await peer.follow(`${UNKNOWN}2`)).toEqual([]);
    expect(peer.inbox).toEqual([]);
  });

  test("a client that asks for ever more types is refused at the 65th", async () => {
    const peer = connectDelta(serverWith());
    for (let i = 0; i < 64; i++) await peer.ask(`${UNKNOWN}${i}`, { add: ["x"] });
    expect(peer.ended).toBeUndefined();
    await peer.ask(`${UNKNOWN}64`, { add: ["x"] });
    expect(peer.ended).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringMatching("64 types"),
    });
  });

  test("20,000 names of which none exists are answered once", async () => {
    const peer = connectDelta(serverWith(endpoints("a")));
    await peer.ask(EDS, { add: names(20_000) });
    expect((await peer.take(EDS)).removed_resources).toHaveLength(20_000);
    expect(peer.inbox).toEqual([]);
  });

  test("a client that names ever more, a little at a time, is refused before it fills the memory", async () => {
    const peer = connectDelta(strict(10_000));
    let asked = 0;
    while (peer.ended === undefined && asked < 1_000) await peer.ask(EDS, { add: names(10, `n${asked++}-`) });
    expect(peer.ended).toEqual({
      code: "INVALID_ARGUMENT",
      message: "the names of a stream may take 10000 bytes, those of this one take more",
    });
    expect(asked).toBeLessThan(30);
  });

  test("the names of all types together count", async () => {
    const peer = connectDelta(strict(10_000));
    for (let i = 0; i < 40; i++) await peer.ask(`${UNKNOWN}${i}`, { add: names(10) });
    expect(peer.ended).toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test.each([
    ["by name", "a"],
    ["under a wildcard", "*"],
  ])("names that are dropped count no more, %s", async (_, first) => {
    const peer = connectDelta(strict(10_000));
    await peer.ask(EDS, { add: [first] });
    await peer.follow(EDS);
    for (let i = 0; i < 100; i++) {
      await peer.ask(EDS, { add: names(20, `${i}-`) });
      if (peer.inbox.length > 0) await peer.follow(EDS);
      await peer.ask(EDS, { drop: names(20, `${i}-`) });
      if (peer.inbox.length > 0) await peer.follow(EDS);
    }
    expect(peer.ended).toBeUndefined();
  });

  test("names that come and go under a wildcard while an answer is owed are bounded too", async () => {
    const peer = connectDelta(strict(10_000));
    await peer.ask(EDS, { add: ["*"] });
    for (let i = 0; i < 40; i++) {
      await peer.ask(EDS, { add: names(10, `${i}-`) });
      await peer.ask(EDS, { drop: names(10, `${i}-`) });
    }
    expect(peer.ended).toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("a huge initial_resource_versions is refused by its entries before it fills the memory", async () => {
    const server = serverWith(cluster("a"));
    const peer = connectDelta(server);
    const has = new Map(names(500_001, "").map((name) => [name, ""]));
    await peer.ask(CDS, { has });
    expect(peer.ended).toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringMatching("500000") });
    expect(server.nodes()).toEqual([]);
  });

  test("what a client says to have counts until it is compared, and not afterwards", async () => {
    const server = strict(10_000);
    const has = Object.fromEntries(names(200).map((name) => [name, "1"]));
    const peer = connectDelta(server);
    await peer.ask(CDS, { has });
    await peer.ask(EDS, { add: ["a"], has });
    expect(peer.ended).toBeUndefined();
    server.deleteSnapshot("g");
    const waiting = connectDelta(server);
    await waiting.ask(CDS, { has });
    await waiting.ask(EDS, { add: ["a"], has });
    expect(waiting.ended).toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("a client that never accepts routes makes the server remember no more than 10,000 that are gone", async () => {
    const server = serverWith(listener("l"), ...names(10_010).map((name) => endpoints(name)));
    const peer = connectDelta(server);
    await peer.ask(EDS);
    await peer.ack(await peer.take(EDS));
    await peer.ask(LDS);
    await peer.take(LDS);
    server.setSnapshot("g", createSnapshot([listener("l", 2)]));
    expect((await peer.take(EDS)).removed_resources).toHaveLength(10);
  });

  test("a client that never reads has one response of each type waiting, however much changes", async () => {
    const server = serverWith(cluster("a"), endpoints("a"));
    const peer = connectDelta(server);
    peer.block();
    await peer.ask(CDS);
    await peer.ask(EDS);
    for (let revision = 2; revision < 50; revision++) {
      server.setSnapshot("g", createSnapshot([cluster("a", revision), endpoints("a", revision)]));
      await settle();
    }
    expect(peer.inbox).toHaveLength(1);
    await peer.drain();
    expect(peer.inbox).toHaveLength(2);
  });

  test("a client that never answers is sent one response of each type", async () => {
    const server = serverWith(cluster("a"), endpoints("a"));
    const peer = connectDelta(server);
    await peer.ask(CDS);
    await peer.ask(EDS, { add: ["a"] });
    for (let revision = 2; revision < 50; revision++) {
      server.setSnapshot("g", createSnapshot([cluster("a", revision), endpoints("a", revision)]));
      await peer.ask(EDS, { add: ["a"] });
    }
    expect(peer.inbox.map(changesIn)).toEqual([["+a"], ["+a"]]);
  });

  test("of a client that refuses everything the newest hundred refusals are kept", () => {
    const refusals = new Refusals();
    for (let i = 0; i <= 100; i++) refusals.refused([`n${i}`]);
    refusals.accepted(names(101).slice(1));
    expect(refusals.any).toBe(false);
  });
});

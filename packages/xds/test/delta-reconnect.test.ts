import { TYPE_URL } from "@dualmesh/envoy-api";
import { beforeEach, describe, expect, test } from "vitest";
import { connectDelta } from "./delta-peer.ts";
import { AFTER, BEFORE, type DeltaStage, deltaStage } from "./delta-stage.ts";
import { cluster, endpoints, listener, route, settle } from "./server-peer.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

let clock: DeltaStage["clock"];
let server: DeltaStage["server"];
let publish: DeltaStage["publish"];
let envoy: DeltaStage["envoy"];
let comeBack: DeltaStage["comeBack"];

beforeEach(() => {
  ({ clock, server, publish, envoy, comeBack } = deltaStage());
});

describe("a delta client that comes back", () => {
  test("is sent nothing if nothing has changed", async () => {
    publish(...BEFORE);
    const peer = await comeBack(await envoy(["a"], ["r"]));
    await clock.advanceAsync(60_000);
    expect(peer.inbox).toEqual([]);
  });

  test("is brought to the newest in order, and its routes are out before anything is taken from it", async () => {
    publish(...BEFORE);
    const first = await envoy(["a"], ["r"]);
    first.close();
    publish(...AFTER);
    const peer = await comeBack(first);
    expect(await peer.follow(CDS)).toEqual(["+b"]);
    expect(peer.inbox).toEqual([]);
    await peer.ask(EDS, { add: ["b"] });
    expect(await peer.follow(EDS)).toEqual(["+b"]);
    expect(await peer.follow(LDS)).toEqual(["+l"]);
    expect(await peer.follow(RDS)).toEqual(["+r"]);
    await clock.advanceAsync(4_999);
    expect(peer.inbox).toEqual([]);
    await clock.advanceAsync(1);
    expect(await peer.follow(CDS)).toEqual(["-a"]);
    expect(await peer.follow(EDS)).toEqual(["-a"]);
    expect(peer.inbox).toEqual([]);
  });

  test("(18) is sent the endpoints of a changed cluster, although it says to have them", async () => {
    publish(...BEFORE);
    const first = await envoy(["a"], ["r"]);
    first.close();
    publish(cluster("a", 2), endpoints("a"), listener("l"), route("r", "a"));
    const peer = await comeBack(first);
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    await clock.advanceAsync(60_000);
    expect(peer.inbox).toEqual([]);
  });

  test("(18) the same, if it asks for endpoints before clusters", async () => {
    publish(...BEFORE);
    const first = await envoy(["a"], ["r"]);
    first.close();
    publish(cluster("a", 2), endpoints("a"), listener("l"), route("r", "a"));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["a"], has: first.has(EDS) });
    await peer.ask(CDS, { has: first.has(CDS) });
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    expect(peer.inbox).toEqual([]);
  });

  test("(18) the same, if it asks for clusters when all else is done", async () => {
    publish(...BEFORE);
    const first = await envoy(["a"], ["r"]);
    first.close();
    publish(cluster("a", 2), endpoints("a"), listener("l"), route("r", "a"));
    const peer = connectDelta(server);
    await peer.ask(LDS, { has: first.has(LDS) });
    await peer.ask(CDS, { has: first.has(CDS) });
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    await peer.ask(EDS, { add: ["a"], has: first.has(EDS) });
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    expect(peer.inbox).toEqual([]);
  });

  test("before there is a snapshot waits, and is then compared with it", async () => {
    publish(...BEFORE);
    const first = await envoy(["a"], ["r"]);
    server.deleteSnapshot("g");
    const peer = await comeBack(first);
    expect(peer.inbox).toEqual([]);
    publish(...BEFORE, endpoints("b"));
    await settle();
    expect(peer.inbox).toEqual([]);
    publish(cluster("a"), endpoints("a", 2), listener("l"), route("r", "a"));
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    expect(peer.inbox).toEqual([]);
  });
});

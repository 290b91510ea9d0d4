import { TYPE_URL } from "@dualmesh/envoy-api";
import { beforeEach, describe, expect, test } from "vitest";
import { connectDelta, type DeltaPeer } from "./delta-peer.ts";
import { BEFORE, type DeltaStage, deltaStage } from "./delta-stage.ts";
import { cluster, endpoints, listener, route, settle } from "./server-peer.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

let server: DeltaStage["server"];
let publish: DeltaStage["publish"];
let envoy: DeltaStage["envoy"];

beforeEach(() => {
  ({ server, publish, envoy } = deltaStage());
});

describe("a newer snapshot in the middle", () => {
  test("still waits for the endpoints of clusters that the one before has brought", async () => {
    publish(...BEFORE);
    const peer = await envoy(["a"], ["r"]);
    publish(...BEFORE, cluster("b"), endpoints("b"));
    const clusters = await peer.take(CDS);
    publish(cluster("a"), endpoints("a"), cluster("b"), endpoints("b"), listener("l"), route("r", "b"));
    await settle();
    await peer.ack(clusters);
    expect(peer.inbox).toEqual([]);
    await peer.ask(EDS, { add: ["b"] });
    expect(await peer.follow(EDS)).toEqual(["+b"]);
    expect(await peer.follow(RDS)).toEqual(["+r"]);
  });

  test("(18) endpoints that are owed and go are not taken from the client, and are sent if they return", async () => {
    publish(...BEFORE);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("a"), endpoints("a", 2), listener("l"), route("r", "a"));
    const assignments = await peer.take(EDS);
    publish(cluster("a", 2), endpoints("a", 2), listener("l"), route("r", "a"));
    await peer.take(CDS);
    publish(cluster("static-b"), listener("l"), route("r", "static-b"));
    await settle();
    await peer.ack(assignments);
    expect(peer.inbox).toEqual([]);
    publish(cluster("a", 2), endpoints("a", 2), listener("l"), route("r", "a"));
    expect(await peer.follow(EDS)).toEqual(["+a"]);
  });
});

describe("what is asked for while a rollout is under way", () => {
  /** A client whose answer about clusters is owed, so that listeners and routes of the newest wait. */
  async function inTheMiddle(): Promise<{ peer: DeltaPeer; goOn: () => Promise<void> }> {
    publish(cluster("a"), endpoints("a"), route("r", "a"));
    const peer = connectDelta(server);
    await peer.ask(CDS);
    await peer.follow(CDS);
    await peer.ask(RDS, { add: ["r"] });
    await peer.follow(RDS);
    publish(cluster("static-b"), listener("l"), route("r", "static-b"), route("s", "static-b"));
    const clusters = await peer.take(CDS);
    return { peer, goOn: () => peer.ack(clusters) };
  }

  test("a type for the first time: is answered once, by the newest", async () => {
    publish(...BEFORE);
    const peer = connectDelta(server);
    await peer.ask(CDS);
    await peer.follow(CDS);
    publish(cluster("static-b"), listener("l", 2));
    const clusters = await peer.take(CDS);
    await peer.ask(LDS);
    expect(peer.inbox).toEqual([]);
    await peer.ack(clusters);
    expect(await peer.follow(LDS)).toEqual(["+l"]);
    expect(await peer.follow(CDS)).toEqual(["-a"]);
    expect(peer.inbox).toEqual([]);
  });

  test("a name that is only in the newest: is not reported as removed meanwhile", async () => {
    const { peer, goOn } = await inTheMiddle();
    await peer.ask(RDS, { add: ["s"] });
    expect(peer.inbox).toEqual([]);
    await goOn();
    expect(await peer.follow(RDS)).toEqual(["+r", "+s"]);
  });

  test("(15) a name that was dropped, and is gone by now: is reported as removed at once, and once", async () => {
    publish(...BEFORE);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("static-b"), listener("l"), route("r", "static-b"));
    const clusters = await peer.take(CDS);
    await peer.ask(EDS, { add: ["a"] });
    expect(peer.inbox).toEqual([]);
    await peer.ask(EDS, { drop: ["a"] });
    await peer.ask(EDS, { add: ["a"] });
    expect(await peer.follow(EDS)).toEqual(["-a"]);
    await peer.ack(clusters);
    expect(await peer.follow(RDS)).toEqual(["+r"]);
    expect(await peer.follow(CDS)).toEqual(["-a"]);
    expect(peer.inbox).toEqual([]);
  });

  test("a name that the client has by a wildcard, and that is gone: stays until the routes are out", async () => {
    publish(...BEFORE);
    const peer = connectDelta(server);
    await peer.ask(CDS);
    await peer.follow(CDS);
    await peer.ask(EDS);
    await peer.follow(EDS);
    publish(cluster("static-b"));
    const clusters = await peer.take(CDS);
    await peer.ask(EDS, { add: ["a"] });
    expect(peer.inbox).toEqual([]);
    await peer.ack(clusters);
    expect(await peer.follow(CDS)).toEqual(["-a"]);
    expect(await peer.follow(EDS)).toEqual(["-a"]);
  });

  test("everything of a type that was empty before: is not answered by emptiness", async () => {
    publish(cluster("a"));
    const peer = connectDelta(server);
    await peer.ask(CDS);
    await peer.follow(CDS);
    await peer.ask(LDS, { add: ["other"] });
    expect(await peer.follow(LDS)).toEqual(["-other"]);
    publish(cluster("a", 2), listener("l"));
    const clusters = await peer.take(CDS);
    await peer.ask(LDS, { add: ["*"] });
    expect(peer.inbox).toEqual([]);
    await peer.ack(clusters);
    expect(await peer.follow(LDS)).toEqual(["+l"]);
    expect(peer.inbox).toEqual([]);
  });

  test("(18) endpoints that a client no longer wants do not follow their cluster", async () => {
    publish(...BEFORE);
    const peer = connectDelta(server);
    await peer.ask(CDS);
    await peer.follow(CDS);
    await peer.ask(EDS);
    const assignments = await peer.take(EDS);
    publish(cluster("a", 2), endpoints("a"));
    await peer.follow(CDS);
    await peer.ack(assignments, { drop: ["*"], add: ["z"] });
    expect(await peer.follow(EDS)).toEqual(["-z"]);
    expect(peer.inbox).toEqual([]);
  });

  test("(18) endpoints that went and return as they were follow a cluster that changed meanwhile", async () => {
    publish(...BEFORE);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("static-b"), listener("l"), route("r", "static-b"));
    const clusters = await peer.take(CDS);
    publish(cluster("a", 2), endpoints("a"), listener("l"), route("r", "a"));
    await settle();
    publish(cluster("static-b"), listener("l"), route("r", "static-b"));
    await settle();
    await peer.ack(clusters);
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    const routes = await peer.take(RDS);
    publish(cluster("a", 2), endpoints("a"), listener("l"), route("r", "a"));
    await settle();
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    await peer.ack(routes);
    expect(await peer.follow(RDS)).toEqual(["+r"]);
    expect(await peer.follow(CDS)).toEqual(["-static-b"]);
    expect(peer.inbox).toEqual([]);
  });
});

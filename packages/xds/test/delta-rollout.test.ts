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

beforeEach(() => {
  ({ clock, server, publish, envoy } = deltaStage());
});

describe("make before break with delta (17)", () => {
  test("clusters, endpoints, listeners, routes, each after the ACK of the one before; removals come last", async () => {
    publish(...BEFORE);
    const peer = await envoy(["a"], ["r"]);
    publish(...AFTER);
    const clusters = await peer.take(CDS);
    expect(clusters.resources.map(({ name }) => name)).toEqual(["b"]);
    expect(clusters.removed_resources).toEqual([]);
    expect(peer.inbox).toEqual([]);
    await peer.ack(clusters);
    expect(peer.inbox).toEqual([]);
    await peer.ask(EDS, { add: ["b"] });
    const assignments = await peer.take(EDS);
    expect(assignments.resources.map(({ name }) => name)).toEqual(["b"]);
    expect(assignments.removed_resources).toEqual([]);
    expect(peer.inbox).toEqual([]);
    await peer.ack(assignments);
    expect(await peer.follow(LDS)).toEqual(["+l"]);
    const routes = await peer.take(RDS);
    expect(peer.inbox).toEqual([]);
    await peer.ack(routes);
    const removal = await peer.take(CDS);
    expect([removal.resources, removal.removed_resources]).toEqual([[], ["a"]]);
    expect(peer.inbox).toEqual([]);
    await peer.ack(removal);
    expect(await peer.follow(EDS)).toEqual(["-a"]);
    expect(peer.inbox).toEqual([]);
  });

  test("who drops the endpoints of a removed cluster by himself is told nothing of them", async () => {
    publish(...BEFORE);
    const peer = await envoy(["a"], ["r"]);
    publish(...AFTER);
    await peer.follow(CDS);
    await peer.ask(EDS, { add: ["b"] });
    await peer.follow(EDS);
    await peer.follow(LDS);
    await peer.follow(RDS);
    const removal = await peer.take(CDS);
    await peer.ask(EDS, { drop: ["a"] });
    await peer.ack(removal);
    expect(peer.inbox).toEqual([]);
  });

  test("what the client does not subscribe holds nobody up", async () => {
    publish(...BEFORE);
    const peer = connectDelta(server);
    await peer.ask(LDS);
    await peer.follow(LDS);
    publish(...AFTER);
    expect(await peer.follow(LDS)).toEqual(["+l"]);
    expect(peer.inbox).toEqual([]);
  });

  test("endpoints that change do not wait for clusters, and only they are sent", async () => {
    publish(...BEFORE);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("a"), endpoints("a", 2), listener("l"), route("r", "a"));
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    expect(peer.inbox).toEqual([]);
  });

  test("(18) a changed cluster is followed by its endpoints, which did not change, and by no others", async () => {
    publish(...BEFORE, cluster("b"), endpoints("b"));
    const peer = await envoy(["a", "b"], ["r"]);
    publish(cluster("a", 2), endpoints("a"), cluster("b"), endpoints("b"), listener("l"), route("r", "a"));
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    expect(await peer.follow(EDS)).toEqual(["+a"]);
    expect(peer.inbox).toEqual([]);
  });

  test("(18) a listener waits for the endpoints of a changed cluster to be answered", async () => {
    publish(...BEFORE);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("a", 2), endpoints("a"), listener("l", 2), route("r", "a"));
    await peer.ack(await peer.take(CDS));
    const again = await peer.take(EDS);
    expect(peer.inbox).toEqual([]);
    await peer.ack(again);
    expect(await peer.follow(LDS)).toEqual(["+l"]);
  });

  test("a removed route configuration goes with its listener, and not before it", async () => {
    publish(...BEFORE, listener("m"), route("s", "a"));
    const peer = await envoy(["a"], ["r", "s"]);
    publish(...BEFORE);
    const listeners = await peer.take(LDS);
    expect(listeners.removed_resources).toEqual(["m"]);
    expect(peer.inbox).toEqual([]);
    await peer.ack(listeners);
    expect(await peer.follow(RDS)).toEqual(["-s"]);
  });

  test("while a listener is refused, its old routes stay", async () => {
    publish(...BEFORE, listener("m"), route("s", "a"));
    const peer = await envoy(["a"], ["r", "s"]);
    publish(cluster("a"), endpoints("a"), listener("l"), listener("m", 2), route("r", "a"));
    await peer.nack(await peer.take(LDS), "no");
    expect(peer.inbox).toEqual([]);
    publish(cluster("a"), endpoints("a"), listener("l"), listener("m", 3), route("r", "a"));
    await peer.follow(LDS);
    expect(await peer.follow(RDS)).toEqual(["-s"]);
  });

  test("a refused route keeps the clusters and endpoints that the old one uses, until a good one is out", async () => {
    publish(...BEFORE);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("b"), endpoints("b"), listener("l"), route("r", "b"));
    expect(await peer.follow(CDS)).toEqual(["+b"]);
    await peer.ask(EDS, { add: ["b"] });
    expect(await peer.follow(EDS)).toEqual(["+b"]);
    await peer.nack(await peer.take(RDS), "no");
    await clock.advanceAsync(60_000);
    expect(peer.inbox).toEqual([]);
    publish(cluster("b"), endpoints("b"), listener("l"), route("r", "b2"));
    expect(await peer.follow(RDS)).toEqual(["+r"]);
    expect(await peer.follow(CDS)).toEqual(["-a"]);
    expect(await peer.follow(EDS)).toEqual(["-a"]);
  });

  test("who names clusters has 5 s to drop a removed one by himself", async () => {
    publish(...BEFORE);
    const peer = connectDelta(server);
    await peer.ask(CDS, { add: ["a"] });
    await peer.follow(CDS);
    await peer.ask(RDS, { add: ["r"] });
    await peer.follow(RDS);
    publish(...AFTER);
    expect(await peer.follow(RDS)).toEqual(["+r"]);
    await clock.advanceAsync(4_999);
    expect(peer.inbox).toEqual([]);
    await clock.advanceAsync(1);
    expect(await peer.follow(CDS)).toEqual(["-a"]);
  });

  test("a cluster that goes and returns while the routes are under way is not spoken of", async () => {
    publish(...BEFORE);
    const peer = await envoy(["a"], ["r"]);
    publish(...BEFORE, cluster("b"), endpoints("b"));
    await peer.follow(CDS);
    await peer.ask(EDS, { add: ["b"] });
    await peer.follow(EDS);
    publish(...BEFORE, listener("m"));
    const listeners = await peer.take(LDS);
    publish(...BEFORE, cluster("b"), endpoints("b"), listener("m"));
    await settle();
    await peer.ack(listeners);
    await clock.advanceAsync(10_000);
    expect(peer.inbox).toEqual([]);
  });
});

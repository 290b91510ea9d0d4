import { TYPE_URL } from "@dualmesh/envoy-api";
import { manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createSnapshot, createXdsServer } from "../src/server/index.ts";
import { changesIn, connectDelta } from "./delta-peer.ts";
import { cluster, connect, endpoints, listener, namesIn, route, serverWith, settle } from "./server-peer.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

describe("verdicts and nonces of delta", () => {
  test("(1) a NACK is told by error_detail alone", async () => {
    const server = serverWith(cluster("a"));
    const peer = connectDelta(server);
    await peer.ask(CDS);
    const first = await peer.take(CDS);
    await peer.ask(CDS, { nonce: first.nonce, error: "no" });
    expect(server.nodes()[0]?.types[0]).toMatchObject({
      nack: { version: first.system_version_info, message: "no" },
      ackedVersion: "",
      awaitsAnswer: false,
    });
  });

  test("(1) without error_detail it is an ACK", async () => {
    const server = serverWith(cluster("a"));
    const peer = connectDelta(server);
    await peer.ask(CDS);
    const first = await peer.take(CDS);
    expect(server.nodes()[0]?.types[0]).toMatchObject({ ackedVersion: "", awaitsAnswer: true });
    await peer.ack(first);
    expect(server.nodes()[0]?.types[0]).toMatchObject({
      ackedVersion: first.system_version_info,
      awaitsAnswer: false,
    });
  });

  test("(2) versions belong to the resources: after a reconnect they count, with the nonces of the new stream", async () => {
    const server = serverWith(cluster("a"));
    const before = connectDelta(server);
    await before.ask(CDS);
    const { nonce } = await before.take(CDS);
    const peer = connectDelta(server);
    await peer.ask(CDS, { has: before.has(CDS), nonce });
    expect(peer.inbox).toEqual([]);
    server.setSnapshot("g", createSnapshot([cluster("a", 2)]));
    expect(await peer.follow(CDS)).toEqual(["+a"]);
  });

  test("(3) an old or invented nonce accepts and refuses nothing, but the names that come with it count", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"), endpoints("c"));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["a"] });
    const first = await peer.take(EDS);
    await peer.ask(EDS, { nonce: "no such nonce", error: "no", add: ["b"] });
    expect(server.nodes()[0]?.types[0]).toMatchObject({ awaitsAnswer: true });
    expect(server.nodes()[0]?.types[0]?.nack).toBeUndefined();
    expect(peer.inbox).toEqual([]);
    await peer.ack(first);
    const second = await peer.take(EDS);
    expect(changesIn(second)).toEqual(["+b"]);
    await peer.ask(EDS, { nonce: first.nonce, add: ["c"] });
    expect(server.nodes()[0]?.types[0]).toMatchObject({ awaitsAnswer: true });
    await peer.ack(second);
    expect(await peer.follow(EDS)).toEqual(["+c"]);
  });

  test("(4) the node of the first request counts for the whole stream", async () => {
    const server = createXdsServer({ group: (node) => node.cluster ?? "", clock: manualClock() });
    server.setSnapshot("blue", createSnapshot([cluster("a"), listener("l")]));
    const peer = connectDelta(server, { id: "x", cluster: "blue" });
    await peer.ask(CDS);
    expect(await peer.follow(CDS)).toEqual(["+a"]);
    await peer.ask(LDS, { node: { id: "y", cluster: "green" } });
    expect(await peer.follow(LDS)).toEqual(["+l"]);
    expect(server.nodes()).toMatchObject([{ id: "x" }]);
  });

  test("(5) a request without type_url ends the stream with INVALID_ARGUMENT", async () => {
    const peer = connectDelta(serverWith());
    await peer.ask("");
    expect(peer.ended).toEqual({ code: "INVALID_ARGUMENT", message: "a request has no type_url" });
  });
});

describe("exchanges of delta", () => {
  test("(22) who unsubscribed from everything, and comes back, is answered, with whatever nonce", async () => {
    const peer = connectDelta(serverWith(endpoints("a"), endpoints("b")));
    await peer.ask(EDS, { add: ["a"] });
    const first = await peer.take(EDS);
    await peer.ack(first, { drop: ["a"] });
    await peer.ask(EDS, { add: ["b"], nonce: first.nonce });
    expect(await peer.follow(EDS)).toEqual(["+b"]);
  });

  test("(23) after an exchange nothing more is sent", async () => {
    const server = serverWith(cluster("a"), endpoints("a"), listener("l"), route("r", "a"));
    const peer = connectDelta(server);
    await peer.ask(CDS);
    await peer.follow(CDS);
    await peer.ask(EDS, { add: ["a"] });
    await peer.follow(EDS);
    await peer.ask(LDS);
    await peer.follow(LDS);
    await peer.ask(RDS, { add: ["r"] });
    await peer.follow(RDS);
    server.setSnapshot("g", createSnapshot([cluster("a"), endpoints("a"), listener("l"), route("r", "a")]));
    await settle();
    expect(peer.inbox).toEqual([]);
  });

  test("streams of both variants are served side by side, to one client too", async () => {
    const server = serverWith(endpoints("a"));
    const sotw = connect(server);
    const delta = connectDelta(server);
    await sotw.ask(EDS, { names: ["a"] });
    await delta.ask(EDS, { add: ["a"] });
    await sotw.ack(await sotw.take(EDS));
    await delta.follow(EDS);
    expect(server.nodes()).toMatchObject([
      { id: "n", variant: "sotw" },
      { id: "n", variant: "delta" },
    ]);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2)]));
    expect(namesIn(await sotw.take(EDS))).toEqual(["a"]);
    expect(await delta.follow(EDS)).toEqual(["+a"]);
  });
});

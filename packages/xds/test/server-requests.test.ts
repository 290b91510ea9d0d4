import { TYPE_URL } from "@dualmesh/envoy-api";
import { manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createSnapshot, createXdsServer } from "../src/server/index.ts";
import { cluster, connect, endpoints, listener, namesIn, route, serverWith, settle } from "./server-peer.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

describe("verdicts, nonces and versions", () => {
  test("(1) a NACK is told by error_detail alone, even where version and nonce look like an ACK", async () => {
    const server = serverWith(cluster("a"));
    const peer = connect(server);
    await peer.ask(CDS);
    const first = await peer.take(CDS);
    await peer.ask(CDS, { nonce: first.nonce, version: first.version_info, error: "no" });
    expect(server.nodes()[0]?.types[0]).toMatchObject({
      nack: { version: first.version_info, message: "no" },
    });
  });

  test("(1) without error_detail it is an ACK, even with the version of before", async () => {
    const server = serverWith(cluster("a"));
    const peer = connect(server);
    await peer.ask(CDS);
    const first = await peer.take(CDS);
    await peer.ask(CDS, { nonce: first.nonce, version: "" });
    expect(server.nodes()[0]?.types[0]).toMatchObject({
      ackedVersion: first.version_info,
      awaitsAnswer: false,
    });
  });

  test("(2) after a reconnect, a version that is still the newest is not sent again for a wildcard", async () => {
    const server = serverWith(cluster("a"));
    const peer = connect(server);
    await peer.ask(CDS);
    const { version_info: version } = await peer.take(CDS);
    const again = connect(server);
    await again.ask(CDS, { version });
    expect(again.inbox).toEqual([]);
    server.setSnapshot("g", createSnapshot([cluster("a", 2)]));
    expect(namesIn(await again.take(CDS))).toEqual(["a"]);
  });

  test("(2, 29) after a reconnect, a version of another replica or another set gets the full state", async () => {
    const peer = connect(serverWith(cluster("a")));
    await peer.ask(CDS, { version: "other/17" });
    expect(namesIn(await peer.take(CDS))).toEqual(["a"]);
  });

  test("(2) after a reconnect, named resources are sent whatever the version: the client may have dropped some", async () => {
    const server = serverWith(endpoints("a"));
    const peer = connect(server);
    await peer.ask(EDS, { names: ["a"] });
    const { version_info: version } = await peer.take(EDS);
    const again = connect(server);
    await again.ask(EDS, { names: ["a"], version });
    expect(namesIn(await again.take(EDS))).toEqual(["a"]);
  });

  test("(3) a request with an old nonce is dropped, its list of names included", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"));
    const peer = connect(server);
    await peer.ask(EDS, { names: ["a"] });
    const first = await peer.take(EDS);
    await peer.ack(first);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b")]));
    const second = await peer.take(EDS);
    await peer.ask(EDS, { names: ["a", "b"], nonce: first.nonce });
    expect(peer.inbox).toEqual([]);
    await peer.ack(second, ["a", "b"]);
    expect(namesIn(await peer.take(EDS))).toEqual(["b"]);
  });

  test("(3) an empty nonce after a response counts as a fresh subscription, and is answered", async () => {
    const peer = connect(serverWith(endpoints("a")));
    await peer.ask(EDS, { names: ["a"] });
    await peer.take(EDS);
    await peer.ask(EDS, { names: ["a"], nonce: "" });
    expect(namesIn(await peer.take(EDS))).toEqual(["a"]);
  });

  test("(4) the node of the first request counts for the whole stream", async () => {
    const server = createXdsServer({ group: (node) => node.cluster ?? "", clock: manualClock() });
    server.setSnapshot("blue", createSnapshot([cluster("a"), listener("l")]));
    const peer = connect(server, { id: "x", cluster: "blue" });
    await peer.ask(CDS);
    await peer.take(CDS);
    await peer.ask(LDS);
    expect(namesIn(await peer.take(LDS))).toEqual(["l"]);
  });

  test("(5) a request without type_url ends the stream with INVALID_ARGUMENT", async () => {
    const peer = connect(serverWith());
    await peer.ask("");
    expect(peer.ended).toEqual({ code: "INVALID_ARGUMENT", message: "a request has no type_url" });
  });
});

describe("names and wildcards", () => {
  test("(11) a first request without names is a wildcard, also in the ACKs that follow", async () => {
    const server = serverWith(cluster("a"));
    const peer = connect(server);
    await peer.ask(CDS, { names: [] });
    await peer.ack(await peer.take(CDS), []);
    server.setSnapshot("g", createSnapshot([cluster("a"), cluster("b")]));
    expect(namesIn(await peer.take(CDS))).toEqual(["a", "b"]);
  });

  test("(11) after names, an empty list means nothing", async () => {
    const server = serverWith(cluster("a"));
    const peer = connect(server);
    await peer.ask(CDS, { names: ["a"] });
    await peer.ack(await peer.take(CDS), []);
    server.setSnapshot("g", createSnapshot([cluster("a", 2)]));
    await settle();
    expect(peer.inbox).toEqual([]);
  });

  test("(11) * is a wildcard and may stand beside names; without it the names remain", async () => {
    const server = serverWith(cluster("a"), cluster("b"));
    const peer = connect(server);
    await peer.ask(CDS, { names: ["*", "a"] });
    const first = await peer.take(CDS);
    expect(namesIn(first)).toEqual(["a", "b"]);
    await peer.ack(first, ["a"]);
    server.setSnapshot("g", createSnapshot([cluster("a"), cluster("b", 2)]));
    await settle();
    expect(peer.inbox).toEqual([]);
  });

  test("(11) adding * to names is answered with everything", async () => {
    const peer = connect(serverWith(cluster("a"), cluster("b")));
    await peer.ask(CDS, { names: ["a"] });
    await peer.ack(await peer.take(CDS), ["a", "*"]);
    expect(namesIn(await peer.take(CDS))).toEqual(["a", "b"]);
  });

  test("(16) two resources with one name cannot get into a snapshot, nor twice named ones into a response", async () => {
    expect(() => createSnapshot([cluster("a"), cluster("a", 2)])).toThrow(/two resources .* "a"/);
    const peer = connect(serverWith(cluster("a")));
    await peer.ask(CDS, { names: ["a", "a"] });
    expect(namesIn(await peer.take(CDS))).toEqual(["a"]);
  });

  test("(22) a request after everything was unsubscribed begins anew, even with an old nonce", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"));
    const peer = connect(server);
    await peer.ask(EDS, { names: ["a"] });
    const first = await peer.take(EDS);
    await peer.ack(first);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b")]));
    await peer.ack(await peer.take(EDS), []);
    await peer.ask(EDS, { names: ["b"], nonce: first.nonce });
    expect(namesIn(await peer.take(EDS))).toEqual(["b"]);
  });

  test("(23) after an exchange nothing more is sent", async () => {
    const server = serverWith(cluster("a"), endpoints("a"), listener("l"), route("r", "a"));
    const peer = connect(server);
    await peer.ask(CDS);
    await peer.ack(await peer.take(CDS));
    await peer.ask(EDS, { names: ["a"] });
    await peer.ack(await peer.take(EDS));
    await peer.ask(LDS);
    await peer.ack(await peer.take(LDS));
    await peer.ask(RDS, { names: ["r"] });
    await peer.ack(await peer.take(RDS));
    server.setSnapshot("g", createSnapshot([cluster("a"), endpoints("a"), listener("l"), route("r", "a")]));
    await settle();
    expect(peer.inbox).toEqual([]);
  });
});

describe("hostile clients", () => {
  test("garbage ends the stream and leaves the others alone", async () => {
    const server = serverWith(cluster("a"));
    const bad = connect(server);
    bad.raw(new Uint8Array([255, 255, 255, 255]));
    expect(bad.ended?.code).toBe("INVALID_ARGUMENT");
    bad.raw(new Uint8Array([1]));
    const good = connect(server);
    await good.ask(CDS);
    expect(namesIn(await good.take(CDS))).toEqual(["a"]);
  });

  test("a client without a node is asked into a group like any other", async () => {
    const seen: unknown[] = [];
    const server = createXdsServer({
      group: (node) => {
        seen.push(node.id);
        return "g";
      },
      clock: manualClock(),
    });
    server.setSnapshot("g", createSnapshot([cluster("a")]));
    const peer = connect(server, {});
    await peer.ask(CDS);
    expect(namesIn(await peer.take(CDS))).toEqual(["a"]);
    expect(seen).toEqual([""]);
  });

  test("a group function that throws refuses the client, in its words", async () => {
    const server = createXdsServer({
      group: (node) => {
        throw new Error(`node "${node.id}" is not of this mesh`);
      },
      clock: manualClock(),
    });
    const peer = connect(server);
    await peer.ask(CDS);
    expect(peer.ended).toEqual({ code: "INVALID_ARGUMENT", message: 'node "n" is not of this mesh' });
    expect(server.nodes()).toEqual([]);
  });

  test("20,000 names of which none exists are answered once, and an unknown type is remembered", async () => {
    const server = serverWith(endpoints("a"));
    const peer = connect(server);
    await peer.ask(EDS, { names: Array.from({ length: 20_000 }, (_, i) => `n${i}`) });
    expect(namesIn(await peer.take(EDS))).toEqual([]);
    await peer.ask("type.googleapis.com/no.such.Type", { names: ["x"] });
    expect((await peer.take("type.googleapis.com/no.such.Type")).resources).toEqual([]);
    expect(peer.inbox).toEqual([]);
  });

  test("a client that asks for ever more types is refused at the 65th", async () => {
    const peer = connect(serverWith());
    for (let i = 0; i < 65; i++) await peer.ask(`type.googleapis.com/no.such.Type${i}`, { names: ["x"] });
    expect(peer.ended).toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

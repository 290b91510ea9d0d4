import { TYPE_URL } from "@dualmesh/envoy-api";
import { manualClock, recordingMetrics } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createSnapshot, createXdsServer } from "../src/server/index.ts";
import {
  cluster,
  connect,
  endpoints,
  listener,
  namesIn,
  runtime,
  serverWith,
  settle,
} from "./server-peer.ts";

const { CDS, EDS, LDS, RTDS } = TYPE_URL;

describe("what a response holds", () => {
  test.each([
    [CDS, cluster],
    [LDS, listener],
  ])("(6) %s: a response is complete, and an empty one deletes everything", async (typeUrl, make) => {
    const server = serverWith(make("a"), make("b"));
    const peer = connect(server);
    await peer.ask(typeUrl);
    const first = await peer.take(typeUrl);
    expect(namesIn(first)).toEqual(["a", "b"]);
    await peer.ack(first);
    server.setSnapshot("g", createSnapshot([make("a", 2), make("b")]));
    const second = await peer.take(typeUrl);
    expect(namesIn(second)).toEqual(["a", "b"]);
    await peer.ack(second);
    server.setSnapshot("g", createSnapshot([]));
    expect(namesIn(await peer.take(typeUrl))).toEqual([]);
  });

  test("(7) endpoints: only what has changed is sent, and nothing for what is gone", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"), endpoints("c"));
    const peer = connect(server);
    await peer.ask(EDS, { names: ["a", "b", "c"] });
    await peer.ack(await peer.take(EDS));
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b")]));
    const second = await peer.take(EDS);
    expect(namesIn(second)).toEqual(["a"]);
    await peer.ack(second);
    expect(peer.inbox).toEqual([]);
  });

  test("(8) a name that was dropped and is asked for again is sent again", async () => {
    const peer = connect(serverWith(endpoints("a"), endpoints("b")));
    await peer.ask(EDS, { names: ["a", "b"] });
    const first = await peer.take(EDS);
    await peer.ack(first, ["a"]);
    expect(peer.inbox).toEqual([]);
    await peer.ask(EDS, { names: ["a", "b"], nonce: first.nonce });
    const second = await peer.take(EDS);
    expect(namesIn(second)).toEqual(["b"]);
    expect(second.nonce).not.toBe(first.nonce);
  });

  test("(9) dropping names is not answered; adding some is, with the added ones", async () => {
    const peer = connect(serverWith(endpoints("a"), endpoints("b"), endpoints("c")));
    await peer.ask(EDS, { names: ["a", "b"] });
    const first = await peer.take(EDS);
    await peer.ack(first, ["a"]);
    expect(peer.inbox).toEqual([]);
    await peer.ask(EDS, { names: ["a", "c"], nonce: first.nonce });
    expect(namesIn(await peer.take(EDS))).toEqual(["c"]);
  });

  test("(9) adding a cluster by name is answered with all that are named", async () => {
    const peer = connect(serverWith(cluster("a"), cluster("b"), cluster("c")));
    await peer.ask(CDS, { names: ["a"] });
    const first = await peer.take(CDS);
    expect(namesIn(first)).toEqual(["a"]);
    await peer.ack(first, ["a", "b"]);
    expect(namesIn(await peer.take(CDS))).toEqual(["a", "b"]);
  });

  test.each([
    ["endpoints", EDS, endpoints, ["z"]],
    ["clusters", CDS, cluster, ["a", "z"]],
  ] as const)(
    "(10) %s: a name that does not exist is remembered, and sent when it appears",
    async (_, typeUrl, make, then) => {
      const server = serverWith(make("a"));
      const peer = connect(server);
      await peer.ask(typeUrl, { names: ["a", "z"] });
      const first = await peer.take(typeUrl);
      expect(namesIn(first)).toEqual(["a"]);
      await peer.ack(first);
      expect(peer.inbox).toEqual([]);
      server.setSnapshot("g", createSnapshot([make("a"), make("z")]));
      expect(namesIn(await peer.take(typeUrl))).toEqual(then);
    },
  );

  test.each([
    [EDS, endpoints],
    [CDS, cluster],
  ])("(10, 23) %s: adding a name that does not exist is not answered", async (typeUrl, make) => {
    const peer = connect(serverWith(make("a")));
    await peer.ask(typeUrl, { names: ["a"] });
    await peer.ack(await peer.take(typeUrl), ["a", "z"]);
    expect(peer.inbox).toEqual([]);
  });

  test("(25) a request for a part of the snapshot is answered and tracked", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"));
    const peer = connect(server);
    await peer.ask(EDS, { names: ["b"] });
    const first = await peer.take(EDS);
    expect(namesIn(first)).toEqual(["b"]);
    await peer.ack(first);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b")]));
    await settle();
    expect(peer.inbox).toEqual([]);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b", 2)]));
    expect(namesIn(await peer.take(EDS))).toEqual(["b"]);
  });

  test("runtime layers are served as any other named type", async () => {
    const server = serverWith(runtime("limits"));
    const peer = connect(server);
    await peer.ask(RTDS, { names: ["limits", "absent"] });
    const first = await peer.take(RTDS);
    expect(namesIn(first)).toEqual(["limits"]);
    await peer.ack(first);
    server.setSnapshot("g", createSnapshot([runtime("limits", 2)]));
    expect(namesIn(await peer.take(RTDS))).toEqual(["limits"]);
  });
});

describe("NACKs and slow clients", () => {
  test("(26) what was refused is not sent again until it changes", async () => {
    const nacks: string[] = [];
    const server = createXdsServer({
      group: () => "g",
      clock: manualClock(),
      onNack: ({ typeUrl, message }) => nacks.push(`${typeUrl}: ${message}`),
    });
    server.setSnapshot("g", createSnapshot([endpoints("a"), endpoints("b")]));
    const peer = connect(server);
    await peer.ask(EDS, { names: ["a", "b"] });
    await peer.nack(await peer.take(EDS), "a is bad");
    expect(peer.inbox).toEqual([]);
    expect(nacks).toEqual([`${EDS}: a is bad`]);
    server.setSnapshot("g", createSnapshot([endpoints("a"), endpoints("b", 2)]));
    const second = await peer.take(EDS);
    expect(namesIn(second)).toEqual(["b"]);
    await peer.ack(second);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b", 2)]));
    expect(namesIn(await peer.take(EDS))).toEqual(["a"]);
  });

  test("a NACK that is repeated with a change of names is counted once", async () => {
    const nacks: string[] = [];
    const server = createXdsServer({
      group: () => "g",
      clock: manualClock(),
      onNack: ({ message }) => nacks.push(message),
    });
    server.setSnapshot("g", createSnapshot([endpoints("a"), endpoints("b")]));
    const peer = connect(server);
    await peer.ask(EDS, { names: ["a"] });
    const first = await peer.take(EDS);
    await peer.nack(first, "bad");
    await peer.nack(first, "bad", ["a", "b"]);
    expect(nacks).toEqual(["bad"]);
    expect(namesIn(await peer.take(EDS))).toEqual(["b"]);
  });

  test("while an answer is owed, changes pile up and the newest wins", async () => {
    const server = serverWith(endpoints("a"));
    const peer = connect(server);
    await peer.ask(EDS, { names: ["a"] });
    const first = await peer.take(EDS);
    for (const revision of [2, 3, 4]) {
      server.setSnapshot("g", createSnapshot([endpoints("a", revision)]));
      await settle();
    }
    expect(peer.inbox).toEqual([]);
    await peer.ack(first);
    const second = await peer.take(EDS);
    expect(second.version_info).toBe(server.snapshot("g")?.types.get(EDS)?.version);
    await peer.ack(second);
    expect(peer.inbox).toEqual([]);
  });

  test("(30) what a full stream could not take is composed anew when it drains: a dropped name is not in it", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"));
    const peer = connect(server);
    await peer.ask(EDS, { names: ["a", "b"] });
    const first = await peer.take(EDS);
    peer.block();
    await peer.ack(first);
    await peer.ask(RTDS, { names: ["x"] });
    await peer.take(RTDS);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b", 2)]));
    await settle();
    expect(peer.inbox).toEqual([]);
    await peer.ask(EDS, { names: ["b"], nonce: first.nonce });
    await peer.drain();
    expect(namesIn(await peer.take(EDS))).toEqual(["b"]);
  });

  test("(31) nothing is kept of a client that has left", async () => {
    const server = serverWith(cluster("a"));
    const peer = connect(server);
    await peer.ask(CDS);
    expect(server.nodes()).toHaveLength(1);
    peer.close();
    expect(server.nodes()).toEqual([]);
  });
});

describe("sharing", () => {
  test("a response is encoded once for all streams of a group, and nonces are new on each stream", async () => {
    const metrics = recordingMetrics();
    const server = createXdsServer({ group: () => "g", clock: manualClock(), metrics });
    server.setSnapshot("g", createSnapshot([endpoints("a"), endpoints("b")]));
    const peers = [1, 2, 3, 4, 5].map(() => connect(server));
    const nonces = peers.map(() => new Set<string>());
    for (const peer of peers) await peer.ask(EDS, { names: ["b", "a"] });
    for (const revision of [2, 3]) {
      for (const [i, peer] of peers.entries()) {
        const response = await peer.take(EDS);
        nonces[i]?.add(response.nonce);
        await peer.ack(response);
      }
      server.setSnapshot("g", createSnapshot([endpoints("a", revision), endpoints("b")]));
      await settle();
    }
    expect(metrics.value("xds.server.responses_sent")).toBe(15);
    expect(metrics.value("xds.server.responses_encoded")).toBe(3);
    expect(nonces.map((own) => own.size)).toEqual([2, 2, 2, 2, 2]);
  });

  test("an unchanged type keeps its encoded responses from one snapshot to the next", async () => {
    const metrics = recordingMetrics();
    const server = createXdsServer({ group: () => "g", clock: manualClock(), metrics });
    server.setSnapshot("g", createSnapshot([cluster("a"), endpoints("a")]));
    await connect(server).ask(CDS);
    server.setSnapshot("g", createSnapshot([cluster("a"), endpoints("a", 2)]));
    await connect(server).ask(CDS);
    expect(metrics.value("xds.server.responses_sent")).toBe(2);
    expect(metrics.value("xds.server.responses_encoded")).toBe(1);
  });

  test("equal contents have equal versions, in whatever order they came", () => {
    const one = createSnapshot([cluster("a"), cluster("b"), endpoints("a")]);
    const other = createSnapshot([endpoints("a"), cluster("b"), cluster("a")]);
    expect(one.version).toBe(other.version);
    expect(createSnapshot([cluster("a", 2)]).types.get(CDS)?.version).not.toBe(one.types.get(CDS)?.version);
  });
});

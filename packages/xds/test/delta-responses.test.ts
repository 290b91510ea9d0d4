import { TYPE_URL } from "@dualmesh/envoy-api";
import { manualClock, recordingMetrics } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createSnapshot, createXdsServer, formatNodeStatus } from "../src/server/index.ts";
import { changesIn, connectDelta } from "./delta-peer.ts";
import { cluster, connect, endpoints, listener, runtime, serverWith, settle } from "./server-peer.ts";

const { CDS, EDS, LDS, RTDS } = TYPE_URL;

describe("what a delta response holds", () => {
  test.each([
    [CDS, cluster],
    [LDS, listener],
    [EDS, endpoints],
  ])("%s: only what has changed, and the names that are gone", async (typeUrl, make) => {
    const server = serverWith(make("a"), make("b"), make("c"));
    const peer = connectDelta(server);
    await peer.ask(typeUrl);
    expect(await peer.follow(typeUrl)).toEqual(["+a", "+b", "+c"]);
    server.setSnapshot("g", createSnapshot([make("a", 2), make("b"), make("d")]));
    // Clusters and endpoints go last.
    const seen: string[] = [];
    while (!seen.includes("-c")) seen.push(...(await peer.follow(typeUrl)));
    expect(seen.sort()).toEqual(["+a", "+d", "-c"]);
    expect(peer.inbox).toEqual([]);
  });

  test("a resource carries its name, and a version that is of its content alone", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["a", "b"] });
    const first = await peer.take(EDS);
    expect(first.resources.map(({ name }) => name)).toEqual(["a", "b"]);
    const [a, b] = first.resources.map(({ version }) => version);
    expect(a).not.toBe(b);
    await peer.ack(first);
    server.setSnapshot("g", createSnapshot([endpoints("a"), endpoints("b", 2)]));
    const second = await peer.take(EDS);
    expect(second.resources[0]?.version).not.toBe(b);
    await peer.ack(second);
    server.setSnapshot("g", createSnapshot([endpoints("b"), endpoints("a")]));
    expect((await peer.take(EDS)).resources[0]?.version).toBe(b);
  });

  test("(25) a subscription of a part of the snapshot is answered and tracked", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["b"] });
    expect(await peer.follow(EDS)).toEqual(["+b"]);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b")]));
    await settle();
    expect(peer.inbox).toEqual([]);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b", 2)]));
    expect(await peer.follow(EDS)).toEqual(["+b"]);
  });

  test("runtime layers are served as any other named type", async () => {
    const server = serverWith(runtime("limits"));
    const peer = connectDelta(server);
    await peer.ask(RTDS, { add: ["limits", "absent"] });
    expect(await peer.follow(RTDS)).toEqual(["+limits", "-absent"]);
    server.setSnapshot("g", createSnapshot([runtime("limits", 2)]));
    expect(await peer.follow(RTDS)).toEqual(["+limits"]);
  });
});

describe("NACKs of delta, and slow clients", () => {
  test("(26, 27) what was refused counts as sent: not again until it changes, while the others go on", async () => {
    const nacks: string[] = [];
    const server = createXdsServer({
      group: () => "g",
      clock: manualClock(),
      onNack: ({ variant, typeUrl, message }) => nacks.push(`${variant} ${typeUrl}: ${message}`),
    });
    server.setSnapshot("g", createSnapshot([cluster("a"), cluster("b")]));
    const peer = connectDelta(server);
    await peer.ask(CDS);
    await peer.nack(await peer.take(CDS), "a is bad");
    expect(peer.inbox).toEqual([]);
    expect(nacks).toEqual([`delta ${CDS}: a is bad`]);
    server.setSnapshot("g", createSnapshot([cluster("a"), cluster("b", 2)]));
    expect(await peer.follow(CDS)).toEqual(["+b"]);
    server.setSnapshot("g", createSnapshot([cluster("a", 2), cluster("b", 2)]));
    expect(await peer.follow(CDS)).toEqual(["+a"]);
  });

  test("a refusal stands until one of the names in it is accepted, or removed", async () => {
    const server = serverWith(listener("a"), listener("b"), listener("c"));
    const peer = connectDelta(server);
    const refusal = (): string | undefined => server.nodes()[0]?.types[0]?.nack?.message;
    await peer.ask(LDS);
    await peer.follow(LDS);
    server.setSnapshot("g", createSnapshot([listener("a", 2), listener("b"), listener("c")]));
    await peer.nack(await peer.take(LDS), "a is bad");
    server.setSnapshot("g", createSnapshot([listener("a", 2), listener("b", 2), listener("c")]));
    await peer.nack(await peer.take(LDS), "b is bad");
    server.setSnapshot("g", createSnapshot([listener("a", 2), listener("b", 2), listener("c", 2)]));
    await peer.follow(LDS);
    expect(refusal()).toBe("b is bad");
    server.setSnapshot("g", createSnapshot([listener("a", 3), listener("b", 2), listener("c", 2)]));
    await peer.follow(LDS);
    expect(refusal()).toBe("b is bad");
    server.setSnapshot("g", createSnapshot([listener("a", 3), listener("c", 2)]));
    expect(await peer.follow(LDS)).toEqual(["-b"]);
    expect(refusal()).toBeUndefined();
  });

  test("(26) asked for by name, what was refused is sent again: the client wants it", async () => {
    const peer = connectDelta(serverWith(endpoints("a")));
    await peer.ask(EDS, { add: ["a"] });
    await peer.nack(await peer.take(EDS), "bad");
    await peer.ask(EDS, { add: ["a"] });
    expect(await peer.follow(EDS)).toEqual(["+a"]);
  });

  test("(26) after a reconnect, what was refused is sent once more: the client says to have the one before", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["a", "b"] });
    await peer.follow(EDS);
    const had = peer.has(EDS);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b")]));
    await peer.nack(await peer.take(EDS), "bad");
    const again = connectDelta(server);
    await again.ask(EDS, { add: ["a", "b"], has: had });
    const second = await again.take(EDS);
    expect(changesIn(second)).toEqual(["+a"]);
    await again.nack(second, "still bad");
    expect(again.inbox).toEqual([]);
  });

  test("while an answer is owed, changes pile up and the newest wins; what came and went is not spoken of", async () => {
    const server = serverWith(endpoints("a"));
    const peer = connectDelta(server);
    await peer.ask(EDS);
    const first = await peer.take(EDS);
    for (const extra of [[], [endpoints("b")], []]) {
      server.setSnapshot("g", createSnapshot([endpoints("a", 2 + extra.length), ...extra]));
      await settle();
    }
    expect(peer.inbox).toEqual([]);
    await peer.ack(first);
    const second = await peer.take(EDS);
    expect(changesIn(second)).toEqual(["+a"]);
    expect(second.system_version_info).toBe(server.snapshot("g")?.types.get(EDS)?.version);
    await peer.ack(second);
    expect(peer.inbox).toEqual([]);
  });

  test("(30) what a full stream could not take is composed anew when it drains: a dropped name is not in it", async () => {
    const server = serverWith(endpoints("a"), endpoints("b"));
    const peer = connectDelta(server);
    await peer.ask(EDS, { add: ["a", "b"] });
    const first = await peer.take(EDS);
    peer.block();
    await peer.ack(first);
    await peer.ask(RTDS, { add: ["x"] });
    await peer.take(RTDS);
    server.setSnapshot("g", createSnapshot([endpoints("a", 2), endpoints("b", 2)]));
    await settle();
    expect(peer.inbox).toEqual([]);
    await peer.ask(EDS, { drop: ["a"] });
    await peer.drain();
    expect(await peer.follow(EDS)).toEqual(["+b"]);
  });

  test("(31) nothing is kept of a client that has left, not even a timer", async () => {
    const clock = manualClock();
    const server = createXdsServer({ group: () => "g", clock });
    server.setSnapshot("g", createSnapshot([cluster("a")]));
    const peer = connectDelta(server);
    await peer.ask(CDS, { has: { gone: "1" } });
    expect(server.nodes()).toHaveLength(1);
    expect(clock.pendingTimers).toBe(1);
    peer.close();
    expect(server.nodes()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("sharing of delta responses", () => {
  test("one encoding serves all streams of a group, whatever else they subscribe, and nonces are new on each", async () => {
    const metrics = recordingMetrics();
    const server = createXdsServer({ group: () => "g", clock: manualClock(), metrics });
    const names = Array.from({ length: 10 }, (_, i) => `c${i}`);
    server.setSnapshot("g", createSnapshot(names.map((name) => endpoints(name))));
    const peers = names.slice(1).map(() => connectDelta(server));
    for (const [i, peer] of peers.entries()) {
      await peer.ask(EDS, { add: ["c0", names[i + 1] as string] });
      await peer.follow(EDS);
    }
    const encodedBefore = metrics.value("xds.server.responses_encoded");
    const nonces = new Set<string>();
    for (const revision of [2, 3, 4]) {
      const [, ...others] = names;
      server.setSnapshot(
        "g",
        createSnapshot([endpoints("c0", revision), ...others.map((name) => endpoints(name))]),
      );
      for (const peer of peers) {
        const response = await peer.take(EDS);
        nonces.add(response.nonce);
        await peer.ack(response);
      }
    }
    expect(metrics.value("xds.server.responses_encoded") - encodedBefore).toBe(3);
    expect(nonces.size).toBe(3);
  });

  test("what is gone for one stream is not told another that asks for the same resources", async () => {
    const server = serverWith(endpoints("a"));
    for (const add of [["a"], ["a", "y"], ["a", "z"]]) {
      const peer = connectDelta(server);
      await peer.ask(EDS, { add });
      expect(await peer.follow(EDS)).toEqual(["+a", ...add.slice(1).map((name) => `-${name}`)]);
    }
  });

  test("a delta response is never given to a stream of the other variant", async () => {
    const server = serverWith(endpoints("a"));
    const delta = connectDelta(server);
    await delta.ask(EDS, { add: ["a"] });
    const sotw = connect(server);
    await sotw.ask(EDS, { names: ["a"] });
    expect((await sotw.take(EDS)).resources).toHaveLength(1);
    expect((await delta.take(EDS)).resources.map(({ name }) => name)).toEqual(["a"]);
  });
});

test("the status of a delta stream says what it is, was sent, and answered", async () => {
  const server = serverWith(cluster("a"), endpoints("a"));
  const peer = connectDelta(server, { id: "web-1" });
  await peer.ask(CDS);
  await peer.follow(CDS);
  await peer.ask(EDS, { add: ["b", "a"] });
  const response = await peer.take(EDS);
  await peer.nack(response, "no port");
  const [status] = server.nodes();
  expect(status).toMatchObject({
    id: "web-1",
    variant: "delta",
    types: [
      { typeUrl: CDS, wildcard: true, names: [] },
      { typeUrl: EDS, wildcard: false, names: ["a", "b"], ackedVersion: "" },
    ],
  });
  const version = (typeUrl: string): string => server.snapshot("g")?.types.get(typeUrl)?.version ?? "";
  expect(server.nodes().map(formatNodeStatus)).toEqual([
    [
      "web-1 (g) at test, delta",
      `  Cluster: all, sent ${version(CDS)}, accepted`,
      `  ClusterLoadAssignment: 2 names, sent ${version(EDS)}, ${version(EDS)} refused: no port`,
    ].join("\n"),
  ]);
});

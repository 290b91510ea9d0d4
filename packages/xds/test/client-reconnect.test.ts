import { TYPE_URL } from "@dualmesh/envoy-api";
import { type ManualClock, randomOf } from "@dualmesh/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import type { XdsClient, XdsClientOptions, XdsTarget } from "../src/index.ts";
import { type ClientFixture, clientFixture } from "./client-fixture.ts";
import { type PeerServer, turn } from "./client-peer.ts";
import { endpoints, listener } from "./server-peer.ts";

const { EDS, LDS } = TYPE_URL;

let clock: ManualClock;
let server: PeerServer;
let client: XdsClient;
let follow: ClientFixture["follow"];

beforeEach(() => {
  open();
});

/** Begins anew with other options. */
function open(options: Partial<XdsClientOptions> & { readonly openAtOnce?: boolean } = {}): void {
  ({ clock, server, client, follow } = clientFixture(options));
}

function failing(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}

describe("reconnecting", () => {
  test("a stream that ends without a response is an error, and the waits grow from 1 s to 30 s", async () => {
    const { states } = follow(EDS, "a");
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) {
      await turn();
      const count = server.streams.length;
      server.stream.end("UNAVAILABLE", "connection refused");
      const from = clock.now();
      while (server.streams.length === count) await clock.advanceAsync(100);
      waits.push(clock.now() - from);
    }
    expect(waits).toEqual([1_000, 1_600, 2_600, 4_100, 6_600, 10_500, 16_800, 26_900, 30_000, 30_000]);
    expect(states).toContainEqual({
      kind: "waiting",
      reason: "the control plane cannot be reached: 10.0.0.1:15010: UNAVAILABLE: connection refused",
    });
  });

  test("the waits are scattered by 20 % either way", async () => {
    open({ random: randomOf(0, 0.999) });
    follow(EDS, "a");
    server.stream.end("UNAVAILABLE");
    await clock.advanceAsync(799);
    expect(server.streams).toHaveLength(1);
    await clock.advanceAsync(1);
    expect(server.streams).toHaveLength(2);
    server.stream.end("UNAVAILABLE");
    await clock.advanceAsync(1_919);
    expect(server.streams).toHaveLength(2);
    await clock.advanceAsync(1);
    expect(server.streams).toHaveLength(3);
  });

  test("a stream that ends after a response is no error, and the waits begin anew", async () => {
    const { states } = follow(EDS, "a");
    for (let i = 0; i < 6; i++) {
      await turn();
      await server.stream.send(EDS, { resources: [] });
      const count = server.streams.length;
      server.stream.end("UNAVAILABLE", "restart");
      await clock.advanceAsync(999);
      expect(server.streams).toHaveLength(count);
      await clock.advanceAsync(1);
      expect(server.streams).toHaveLength(count + 1);
    }
    expect(states.filter((state) => JSON.stringify(state).includes("cannot be reached"))).toEqual([]);
  });

  test("an attempt to connect that gets no answer is given up after 20 s", async () => {
    open({ openAtOnce: false });
    follow(EDS, "a");
    await clock.advanceAsync(20_000);
    expect(server.streams[0]?.given).toBe(true);
    await clock.advanceAsync(1_000);
    expect(server.streams).toHaveLength(2);
    expect(client.status().connections[0]).toMatchObject({ state: "connecting" });
  });

  test.each([
    [
      "a target that cannot be found",
      { target: failing("no such host") },
      /its address: UNAVAILABLE: no such host/,
    ],
    [
      "a transport that throws",
      { openStream: failing("no socket") },
      /10\.0\.0\.1:15010: UNAVAILABLE: no socket/,
    ],
  ])("%s is told, and tried again", async (_, options, reason) => {
    open(options);
    const { states } = follow(EDS, "a");
    expect(states.at(-1)).toMatchObject({ kind: "waiting", reason: expect.stringMatching(reason) });
    expect(client.status().connections).toMatchObject([{ state: "waiting", nextAttemptInMs: 1_000 }]);
    await clock.advanceAsync(1_000);
    expect(client.status().connections).toMatchObject([{ state: "waiting", nextAttemptInMs: 1_600 }]);
  });

  test("values stay while the control plane is away", async () => {
    const { states } = follow(EDS, "a");
    await turn();
    await server.stream.send(EDS, { resources: [endpoints("a")] });
    server.stream.end("UNAVAILABLE");
    await clock.advanceAsync(3_600_000);
    expect(states).toMatchObject([{ kind: "waiting" }, { kind: "present", value: { revision: 1 } }]);
  });

  test("after disposal the stream is given up, and no timer is left", async () => {
    follow(EDS, "a");
    await turn();
    await client[Symbol.asyncDispose]();
    expect(server.stream.given).toBe(true);
    await clock.advanceAsync(60_000);
    expect(server.streams).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("another server", () => {
  const other: XdsTarget = { kind: "unix", address: "/run/sidecar.sock" };

  test("the old stream is kept until the new one has brought a response", async () => {
    const { states } = follow(EDS, "a");
    await turn();
    await server.stream.send(EDS, { version: "v1", resources: [endpoints("a")] });
    const old = server.stream;
    client.retarget(other);
    await turn();
    const next = server.stream;
    expect(next.target).toEqual(other);
    expect(old.given).toBe(false);
    old.inbox.length = 0;
    await old.send(EDS, { version: "v2", resources: [endpoints("a", 2)] });
    expect(old.inbox).toHaveLength(1);
    await next.send(EDS, { version: "x1", resources: [endpoints("a", 3)] });
    expect(old.given).toBe(true);
    expect(states.map((state) => (state.kind === "present" ? state.value : state.kind))).toEqual([
      "waiting",
      { revision: 1 },
      { revision: 2 },
      { revision: 3 },
    ]);
    expect(client.status().connections).toMatchObject([{ target: "unix:/run/sidecar.sock", state: "open" }]);
  });

  test("versions do not travel to another server: it may use the same word for something else", async () => {
    follow(EDS, "a");
    await turn();
    await server.stream.send(EDS, { version: "v1", resources: [endpoints("a")] });
    client.retarget(other);
    expect(await server.stream.take(EDS)).toMatchObject({ version_info: "", resource_names: ["a"] });
  });

  test("a server that cannot be reached takes nothing away", async () => {
    const { states } = follow(EDS, "a");
    await turn();
    const old = server.stream;
    client.retarget(other);
    await turn();
    server.stream.end("UNAVAILABLE", "no such file");
    await clock.advanceAsync(1_000);
    await old.send(EDS, { resources: [endpoints("a")] });
    expect(states.at(-1)).toMatchObject({ kind: "present" });
    expect(client.status().connections).toHaveLength(2);
    expect(states.filter((state) => JSON.stringify(state).includes("cannot be reached"))).toEqual([]);
  });

  test("back to the present server: the attempt is dropped", async () => {
    follow(EDS, "a");
    await turn();
    client.retarget(other);
    const attempt = server.stream;
    client.retarget({ kind: "tcp", address: "10.0.0.1:15010" });
    expect(attempt.given).toBe(true);
    expect(client.status().connections).toMatchObject([{ target: "10.0.0.1:15010" }]);
  });

  test("a target that is a function is asked before every attempt, and versions stay with their server", async () => {
    const targets = ["a:1", "b:2"];
    open({ target: () => ({ kind: "tcp", address: targets[server.streams.length % 2] as string }) });
    follow(EDS, "a");
    await turn();
    await server.stream.send(EDS, { version: "v1", resources: [endpoints("a")] });
    server.stream.end("UNAVAILABLE");
    await clock.advanceAsync(1_000);
    expect(server.streams.map((stream) => stream.target.address)).toEqual(["a:1", "b:2"]);
    expect(await server.stream.take(EDS)).toMatchObject({ version_info: "" });
  });
});

describe("hostile servers", () => {
  test("bytes that are no response end the stream, and the back-off grows", async () => {
    follow(EDS, "a");
    for (const wait of [1_000, 1_600, 2_560]) {
      await turn();
      const count = server.streams.length;
      server.stream.raw(new Uint8Array([255, 255, 255, 255, 255]));
      expect(server.stream.given).toBe(true);
      await clock.advanceAsync(wait - 1);
      expect(server.streams).toHaveLength(count);
      await clock.advanceAsync(1);
      expect(server.streams).toHaveLength(count + 1);
    }
  });

  test("a message over the limit ends the stream", async () => {
    open({ maxMessageBytes: 1_000 });
    follow(EDS, "a");
    await turn();
    await server.stream.send(EDS, { resources: [endpoints("x".repeat(2_000))] });
    expect(server.stream.given).toBe(true);
    expect(client.status().connections[0]?.lastEnd).toMatch(/over the limit of 1000 bytes/);
  });

  test("a server that sends without end is read at 200 messages per second", async () => {
    follow(LDS, "l");
    await turn();
    for (let i = 0; i < 4_000; i++)
      await server.stream.send(LDS, { version: `v${i}`, resources: [listener("l")] });
    expect(server.stream.paused).toBe(false);
    await server.stream.send(LDS, { resources: [listener("l")] });
    expect(server.stream.paused).toBe(true);
    await clock.advanceAsync(5);
    expect(server.stream.paused).toBe(false);
    await server.stream.send(LDS, { resources: [listener("l")] });
    await server.stream.send(LDS, { resources: [listener("l")] });
    expect(server.stream.paused).toBe(true);
  });

  test("what a stream says after it was given up is not heard", async () => {
    const { states } = follow(EDS, "a");
    await turn();
    const old = server.stream;
    old.end("UNAVAILABLE");
    await old.send(EDS, { resources: [endpoints("a")] });
    old.end("UNAVAILABLE");
    expect(states.map((state) => state.kind)).toEqual(["waiting", "waiting"]);
    await clock.advanceAsync(1_000);
    expect(server.streams).toHaveLength(2);
  });
});

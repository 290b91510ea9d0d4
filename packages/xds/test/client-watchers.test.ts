import { TYPE_URL } from "@dualmesh/envoy-api";
import type { ManualClock } from "@dualmesh/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import { formatXdsStatus, type ResourceState, type XdsClient } from "../src/index.ts";
import { type ClientFixture, clientFixture } from "./client-fixture.ts";
import { type PeerServer, turn } from "./client-peer.ts";
import { cluster, endpoints } from "./server-peer.ts";

const { CDS, EDS, LDS } = TYPE_URL;

let clock: ManualClock;
let server: PeerServer;
let client: XdsClient;
let defects: unknown[];
let follow: ClientFixture["followShort"];
let send: ClientFixture["send"];

beforeEach(() => {
  ({ clock, server, client, defects, send, followShort: follow } = clientFixture());
});

const c1 = '{"revision":1,"endpoints":"c"} of v1';

describe("time", () => {
  test("a resource that does not come is missing 15 s after it was asked for on an open connection", async () => {
    ({ clock, server, send, followShort: follow } = clientFixture({ openAtOnce: false }));
    const states = follow(EDS, "a");
    await clock.advanceAsync(19_000);
    server.stream.open();
    await clock.advanceAsync(14_900);
    expect(states).toEqual(["waiting"]);
    await clock.advanceAsync(200);
    expect(states).toEqual(["waiting", "missing: not received within 15 s of asking"]);
    await send(EDS, { version: "v1", resources: [endpoints("a")] });
    expect(states.at(-1)).toBe('{"revision":1} of v1');
  });

  test("the time stands still while the stream is down, and begins anew on the next", async () => {
    const states = follow(EDS, "a");
    await turn();
    await clock.advanceAsync(14_000);
    server.stream.end("UNAVAILABLE", "gone");
    await clock.advanceAsync(1_000);
    await turn();
    await clock.advanceAsync(14_000);
    expect(states.filter((state) => state.startsWith("missing"))).toEqual([]);
    await clock.advanceAsync(2_000);
    expect(states.at(-1)).toBe("missing: not received within 15 s of asking");
  });

  test("no time runs for what is there already", async () => {
    follow(EDS, "a");
    await send(EDS, { resources: [endpoints("a")] });
    server.stream.end();
    await clock.advanceAsync(1_000);
    await clock.advanceAsync(60_000);
    expect(client.status().types[3]?.resources).toMatchObject([{ name: "a", state: "present" }]);
  });

  test("an answer stops the time also where it is a refusal", async () => {
    const states = follow(EDS, "bad");
    await send(EDS, { resources: [endpoints("bad")] });
    await clock.advanceAsync(60_000);
    expect(states).toEqual(["waiting", "invalid: refused: bad is refused"]);
  });
});

describe("watchers", () => {
  test("a new watcher is told at once of what is known: there, missing, refused", async () => {
    follow(CDS, "c");
    follow(CDS, "bad");
    follow(CDS, "gone");
    await send(CDS, { version: "v1", resources: [cluster("c"), cluster("bad"), cluster("gone")] });
    await send(CDS, { version: "v2", resources: [cluster("c", 99), cluster("bad")] });
    expect(follow(CDS, "c")).toEqual([`${c1}, v2 rejected: c is refused`]);
    expect(follow(CDS, "bad")).toEqual(["invalid: refused: bad is refused"]);
    expect(follow(CDS, "gone")).toEqual(["missing: deleted by the control plane"]);
  });

  test("a watcher of all is told when the set is known, then of every change; deleted ones are absent", async () => {
    const sets: string[][] = [];
    const listen = (all: ReadonlyMap<string, ResourceState>): void => void sets.push([...all.keys()]);
    client.watchAll(CDS, listen);
    expect(sets).toEqual([]);
    await send(CDS, { resources: [cluster("a"), cluster("b")] });
    await send(CDS, { resources: [cluster("b")] });
    await send(CDS, { resources: [cluster("b")] });
    await send(CDS, { resources: [] });
    expect(sets).toEqual([["a", "b"], ["b"], []]);
    client.watchAll(CDS, listen);
    expect(sets).toHaveLength(4);
  });

  test("an empty first answer says that there is nothing", async () => {
    const sets: string[][] = [];
    client.watchAll(LDS, (all) => sets.push([...all.keys()]));
    await send(LDS, { resources: [] });
    expect(sets).toEqual([[]]);
  });

  test("a name beside the wildcard needs no request of its own", async () => {
    client.watchAll(CDS, () => {});
    await send(CDS, { version: "v1", resources: [cluster("c")] });
    server.stream.inbox.length = 0;
    expect(follow(CDS, "c")).toEqual([c1]);
    await turn();
    expect(server.stream.inbox).toEqual([]);
  });

  test("a watcher that throws is reported, and the others are told", async () => {
    client.watch(EDS, "a", () => {
      throw new Error("mine");
    });
    const states = follow(EDS, "a");
    await send(EDS, { resources: [endpoints("a")] });
    expect(states).toHaveLength(2);
    expect(defects.map(String)).toEqual(["Error: mine", "Error: mine"]);
  });

  test("a watcher that was taken back in the middle of being told is not told any more", async () => {
    const states: string[] = [];
    const watches: Disposable[] = [];
    watches.push(
      client.watch(EDS, "a", (state) => state.kind === "present" && watches[1]?.[Symbol.dispose]()),
    );
    watches.push(client.watch(EDS, "a", (state) => states.push(state.kind)));
    await send(EDS, { resources: [endpoints("a")] });
    expect(states).toEqual(["waiting"]);
  });

  test("a type that was not given cannot be watched", () => {
    expect(() => client.watch(TYPE_URL.SDS, "x", () => {})).toThrow(/no type was given/);
  });
});

test("the status prints itself", async () => {
  follow(CDS, "c");
  follow(CDS, "bad");
  follow(LDS, "l");
  await send(CDS, { version: "7", resources: [cluster("c")] });
  await send(CDS, { version: "8", resources: [cluster("c", 99), cluster("bad")] });
  await clock.advanceAsync(16_000);
  server.stream.end("UNAVAILABLE", "restart");
  expect(formatXdsStatus(client.status()).split("\n")).toEqual([
    "node web-1",
    "10.0.0.1:15010: waiting, next attempt in 1.0 s (UNAVAILABLE: restart)",
    "listener: no version, 0 accepted, 0 refused",
    "  l: missing, not received within 15 s of asking",
    "route configuration: no version, 0 accepted, 0 refused",
    'cluster: version 7, 1 accepted, 1 refused (version 8: cluster "c": c is refused; cluster "bad": bad is refused)',
    "  c: present, version 7; version 8 refused: c is refused",
    "  bad: invalid, refused: bad is refused",
    "endpoints: no version, 0 accepted, 0 refused",
  ]);
  expect(JSON.parse(JSON.stringify(client.status()))).toEqual(client.status());
});

import { TYPE_URL } from "@dualmesh/envoy-api";
import type { ManualClock } from "@dualmesh/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import type { XdsClient } from "../src/index.ts";
import { type ClientFixture, clientFixture } from "./client-fixture.ts";
import { type PeerServer, turn } from "./client-peer.ts";
import { cluster, endpoints } from "./server-peer.ts";

const { CDS, EDS, LDS, RDS, SDS } = TYPE_URL;

let clock: ManualClock;
let server: PeerServer;
let client: XdsClient;
let follow: ClientFixture["follow"];

beforeEach(() => {
  ({ clock, server, client, follow } = clientFixture());
});

describe("requests", () => {
  test("nothing is opened before something is watched", async () => {
    await turn();
    expect(server.streams).toHaveLength(0);
    expect(client.status().connections).toMatchObject([{ state: "idle" }]);
  });

  test("the node is in the first request of a stream only", async () => {
    follow(LDS, "l");
    expect((await server.stream.take(LDS)).node).toMatchObject({ id: "web-1", cluster: "web" });
    follow(CDS, "c");
    expect((await server.stream.take(CDS)).node).toBeUndefined();
    server.stream.end();
    await clock.advanceAsync(1_000);
    expect((await server.stream.take(LDS)).node).toMatchObject({ id: "web-1" });
    expect((await server.stream.take(CDS)).node).toBeUndefined();
  });

  test("names that change in one turn go out in one request", async () => {
    for (let i = 0; i < 1_000; i++) follow(EDS, `e${i}`);
    const request = await server.stream.take(EDS);
    expect(request.resource_names).toHaveLength(1_000);
    expect(server.stream.inbox).toEqual([]);
  });

  test("every request after a response carries its nonce and the last accepted version", async () => {
    follow(EDS, "a");
    expect(await server.stream.take(EDS)).toMatchObject({ response_nonce: "", version_info: "" });
    await server.stream.send(EDS, { version: "v1", nonce: "n1", resources: [endpoints("a")] });
    expect(await server.stream.take(EDS)).toMatchObject({ response_nonce: "n1", version_info: "v1" });
    follow(EDS, "b");
    expect(await server.stream.take(EDS)).toMatchObject({
      response_nonce: "n1",
      version_info: "v1",
      resource_names: ["a", "b"],
    });
  });

  test("the nonce is stored even when nobody knows any resource of the response", async () => {
    follow(EDS, "a");
    await server.stream.take(EDS);
    await server.stream.send(EDS, { nonce: "n7", resources: [endpoints("z")] });
    expect(await server.stream.take(EDS)).toMatchObject({ response_nonce: "n7" });
  });

  test("on a new stream each type is asked for once, with all names and the last version but no nonce", async () => {
    follow(EDS, "a");
    follow(EDS, "b");
    follow(CDS, "a");
    await turn();
    await server.stream.send(EDS, { version: "v5", nonce: "n5", resources: [endpoints("a")] });
    server.stream.end();
    await clock.advanceAsync(1_000);
    const requests = [await server.stream.take(CDS), await server.stream.take(EDS)];
    expect(requests[1]).toMatchObject({
      version_info: "v5",
      response_nonce: "",
      resource_names: ["a", "b"],
      error_detail: undefined,
    });
    expect(server.stream.inbox).toEqual([]);
  });

  test("a response of a type that was never asked for is neither accepted nor refused", async () => {
    follow(EDS, "a");
    await server.stream.take(EDS);
    await server.stream.send(RDS, {});
    await server.stream.send(SDS, {});
    expect(server.stream.inbox).toEqual([]);
  });

  test("names are dropped by a list without them; the last one by an empty list", async () => {
    const a = follow(EDS, "a");
    const b = follow(EDS, "b");
    await server.stream.take(EDS);
    await server.stream.send(EDS, { resources: [endpoints("a"), endpoints("b")] });
    await server.stream.take(EDS);
    a.stop();
    expect((await server.stream.take(EDS)).resource_names).toEqual(["b"]);
    b.stop();
    expect((await server.stream.take(EDS)).resource_names).toEqual([]);
  });

  test("a wildcard is an empty list where no name was sent on the stream, and * afterwards", async () => {
    client.watchAll(CDS, () => {});
    expect((await server.stream.take(CDS)).resource_names).toEqual([]);
    follow(LDS, "l");
    expect((await server.stream.take(LDS)).resource_names).toEqual(["l"]);
    client.watchAll(LDS, () => {});
    expect((await server.stream.take(LDS)).resource_names).toEqual(["*"]);
  });

  test("a wildcard that was taken back leaves an ACK that asks for nothing more, and names can follow", async () => {
    const watch = client.watchAll(CDS, () => {});
    await server.stream.take(CDS);
    watch[Symbol.dispose]();
    await server.stream.send(CDS, { resources: [cluster("a")] });
    expect((await server.stream.take(CDS)).resource_names).toEqual([]);
    expect(client.status().types[2]?.resources).toEqual([]);
    follow(CDS, "a");
    expect((await server.stream.take(CDS)).resource_names).toEqual(["a"]);
  });

  test("the ACK for a resource that was dropped meanwhile does not ask for it again", async () => {
    const a = follow(EDS, "a");
    follow(EDS, "b");
    await server.stream.take(EDS);
    a.stop();
    await server.stream.send(EDS, { resources: [endpoints("a"), endpoints("b")] });
    expect((await server.stream.take(EDS)).resource_names).toEqual(["b"]);
    expect(client.status().types[3]?.resources).toMatchObject([{ name: "b" }]);
  });

  test("while an answer is expected, lists only grow: the one after it lacks what was dropped", async () => {
    const a = follow(CDS, "a");
    follow(CDS, "b");
    await server.stream.take(CDS);
    a.stop();
    await turn();
    expect(server.stream.inbox).toEqual([]);
    follow(CDS, "c");
    expect((await server.stream.take(CDS)).resource_names).toEqual(["a", "b", "c"]);
    await server.stream.send(CDS, { resources: [cluster("b")] });
    expect((await server.stream.take(CDS)).resource_names).toEqual(["b", "c"]);
  });

  test("when nothing is expected any more, dropped names go without an answer, too", async () => {
    const a = follow(CDS, "a");
    await server.stream.take(CDS);
    a.stop();
    expect((await server.stream.take(CDS)).resource_names).toEqual([]);
  });

  test("dropped and asked for again in one turn, a resource is kept and no request is sent", async () => {
    const first = follow(EDS, "a");
    await server.stream.take(EDS);
    await server.stream.send(EDS, { resources: [endpoints("a")] });
    await server.stream.take(EDS);
    first.stop();
    const second = follow(EDS, "a");
    await turn();
    expect(second.states).toMatchObject([{ kind: "present" }]);
    expect(server.stream.inbox).toEqual([]);
  });

  test("a name dropped and asked for again while a response was under way is said in two steps", async () => {
    const a = follow(EDS, "a");
    follow(EDS, "b");
    await server.stream.take(EDS);
    await server.stream.send(EDS, { nonce: "n1", resources: [endpoints("a"), endpoints("b")] });
    await server.stream.take(EDS);
    a.stop();
    await server.stream.take(EDS);
    follow(EDS, "a");
    await server.stream.take(EDS);
    // Sent before the two requests arrived, which the server drops for their nonce.
    await server.stream.send(EDS, { nonce: "n2", resources: [endpoints("b", 2)] });
    expect(await server.stream.take(EDS)).toMatchObject({ response_nonce: "n2", resource_names: ["b"] });
    expect(await server.stream.take(EDS)).toMatchObject({ response_nonce: "n2", resource_names: ["b", "a"] });
    await server.stream.send(EDS, { nonce: "n3", resources: [endpoints("b", 3)] });
    expect(await server.stream.take(EDS)).toMatchObject({ resource_names: ["b", "a"] });
    expect(server.stream.inbox).toEqual([]);
  });
});

describe("refusals", () => {
  test("a NACK keeps the version, names every problem, and says INVALID_ARGUMENT", async () => {
    for (const name of ["good", "bad1", "bad2"]) follow(CDS, name);
    await server.stream.take(CDS);
    await server.stream.send(CDS, { version: "v1", resources: [cluster("good")] });
    await server.stream.take(CDS);
    await server.stream.send(CDS, {
      version: "v2",
      nonce: "n2",
      resources: [cluster("good"), cluster("bad1"), cluster("bad2")],
    });
    expect(await server.stream.take(CDS)).toMatchObject({
      version_info: "v1",
      response_nonce: "n2",
      error_detail: {
        code: 3,
        message: 'cluster "bad1": bad1 is refused; cluster "bad2": bad2 is refused',
      },
    });
  });

  test("the error belongs to one reply: a change of names afterwards does not repeat it", async () => {
    follow(CDS, "bad");
    await server.stream.take(CDS);
    await server.stream.send(CDS, { resources: [cluster("bad")] });
    expect((await server.stream.take(CDS)).error_detail).toBeDefined();
    follow(CDS, "more");
    expect((await server.stream.take(CDS)).error_detail).toBeUndefined();
  });

  test("the text of a NACK has a limit, and counts what is left out", async () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `bad-${i}-${"x".repeat(20)}`);
    for (const name of names) follow(CDS, name);
    await server.stream.take(CDS);
    await server.stream.send(CDS, { resources: names.map((name) => cluster(name)) });
    const { error_detail: error } = await server.stream.take(CDS);
    expect(error?.message.length).toBeLessThan(4_200);
    expect(error?.message).toMatch(/; and \d{3} more$/);
  });

  test("responses that come in one turn are answered together, but no refusal is passed over", async () => {
    follow(EDS, "a");
    follow(EDS, "bad");
    const { stream } = server;
    await stream.take(EDS);
    void stream.send(EDS, { version: "v1", nonce: "n1", resources: [endpoints("a")] });
    void stream.send(EDS, { version: "v2", nonce: "n2", resources: [endpoints("bad")] });
    void stream.send(EDS, { version: "v3", nonce: "n3", resources: [endpoints("a", 2)] });
    void stream.send(EDS, { version: "v4", nonce: "n4", resources: [endpoints("a", 3)] });
    expect(await stream.take(EDS)).toMatchObject({
      response_nonce: "n2",
      version_info: "v1",
      error_detail: { code: 3 },
    });
    expect(await stream.take(EDS)).toMatchObject({
      response_nonce: "n4",
      version_info: "v4",
      error_detail: undefined,
    });
    expect(stream.inbox).toEqual([]);
  });

  test("a server that sends a refused version again and again gets its answers ever later", async () => {
    follow(CDS, "bad");
    await server.stream.take(CDS);
    const delays: number[] = [];
    for (let i = 0; i < 5; i++) {
      await server.stream.send(CDS, { version: "v1", resources: [cluster("bad")] });
      const from = clock.now();
      while (server.stream.inbox.length === 0) await clock.advanceAsync(10);
      expect((await server.stream.take(CDS)).error_detail).toBeDefined();
      delays.push(clock.now() - from);
    }
    expect(delays).toEqual([0, 100, 200, 400, 800]);
  });

  test("a change of names does not wait for a held NACK, and takes it along", async () => {
    follow(CDS, "bad");
    await server.stream.take(CDS);
    await server.stream.send(CDS, { version: "v1", resources: [cluster("bad")] });
    await server.stream.take(CDS);
    await server.stream.send(CDS, { version: "v1", nonce: "n2", resources: [cluster("bad")] });
    expect(server.stream.inbox).toEqual([]);
    follow(CDS, "more");
    expect(await server.stream.take(CDS)).toMatchObject({ response_nonce: "n2", error_detail: { code: 3 } });
  });
});

import { encode, TYPE_URL, typeUrl } from "@dualmesh/envoy-api";
import { beforeEach, describe, expect, test } from "vitest";
import type { XdsClient } from "../src/index.ts";
import { type ClientFixture, clientFixture } from "./client-fixture.ts";
import { type PeerServer, wrapped } from "./client-peer.ts";
import { parses } from "./sample-types.ts";
import { cluster, endpoints, listener, route } from "./server-peer.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

let server: PeerServer;
let client: XdsClient;
let follow: ClientFixture["followShort"];
let send: ClientFixture["send"];

beforeEach(() => {
  ({ server, client, send, followShort: follow } = clientFixture());
});

const c1 = '{"revision":1,"endpoints":"c"} of v1';

describe("what a response does", () => {
  test.each([
    [CDS, "cluster", cluster],
    [LDS, "listener", listener],
  ])("%s: what is absent is deleted; what never came waits on", async (type, _, make) => {
    const a = follow(type, "a");
    const b = follow(type, "b");
    const late = follow(type, "late");
    await send(type, { resources: [make("a"), make("b")] });
    await send(type, { resources: [make("b")] });
    expect(a.at(-1)).toBe("missing: deleted by the control plane");
    expect(b).toHaveLength(2);
    expect(late).toEqual(["waiting"]);
  });

  test.each([
    [EDS, endpoints("a"), endpoints("b")],
    [RDS, route("a", "x"), route("b", "x")],
  ])("%s: absence deletes nothing", async (type, a, b) => {
    const states = follow(type, "a");
    follow(type, "b");
    await send(type, { resources: [a, b] });
    await send(type, { resources: [b] });
    await send(type, { resources: [] });
    expect(states).toHaveLength(2);
  });

  test("deleted and sent again with the same bytes, a resource is there again", async () => {
    const states = follow(CDS, "c");
    await send(CDS, { version: "v1", resources: [cluster("c")] });
    await send(CDS, { version: "v2" });
    await send(CDS, { version: "v3", resources: [cluster("c")] });
    expect(states).toEqual(["waiting", c1, "missing: deleted by the control plane", c1.replace("v1", "v3")]);
  });

  test("resources inside the wrapper have the wrapper's name", async () => {
    const own = follow(EDS, "a");
    const renamed = follow(EDS, "xdstp://alias");
    await send(EDS, {
      version: "v1",
      resources: [wrapped(endpoints("a")), wrapped(endpoints("z"), "xdstp://alias")],
    });
    expect(own.at(-1)).toBe('{"revision":1} of v1');
    expect(renamed.at(-1)).toBe('{"revision":1} of v1');
    await server.stream.take(EDS);
    expect((await server.stream.take(EDS)).error_detail).toBeUndefined();
  });

  test("a wrapper without content is a sign of life: it is accepted, and deletes and changes nothing", async () => {
    const heartbeat = (name: string) => ({
      type_url: typeUrl("envoy.service.discovery.v3.Resource"),
      value: encode("envoy.service.discovery.v3.Resource", { name, ttl: { seconds: 5 } }),
    });
    const c = follow(CDS, "c");
    const d = follow(CDS, "d");
    await send(CDS, { version: "v1", resources: [cluster("c"), cluster("d")] });
    await send(CDS, { version: "v1", resources: [heartbeat("c")] });
    await send(CDS, { version: "v2", resources: [heartbeat("c"), cluster("d", 2)] });
    expect(c).toHaveLength(2);
    expect(d.at(-1)).toBe('{"revision":2,"endpoints":"d"} of v2');
    expect(server.stream.inbox.map((request) => request.error_detail)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("unchanged bytes are not parsed again, and nobody is told", async () => {
    const states = follow(EDS, "a");
    for (const version of ["v1", "v2", "v3"]) {
      await send(EDS, { version, resources: [wrapped(endpoints("a"))] });
    }
    expect(parses.get("ClusterLoadAssignment a")).toBe(1);
    expect(states).toHaveLength(2);
  });

  test("resources that nobody asked for are not parsed", async () => {
    follow(EDS, "a");
    await send(EDS, { resources: [endpoints("a"), endpoints("b"), endpoints("bad")] });
    expect([...parses.keys()]).toEqual(["ClusterLoadAssignment a"]);
  });

  test("watchers are told when the whole response has been taken", async () => {
    let seen: string[] = [];
    client.watch(EDS, "a", () => {
      seen = client
        .status()
        .types.flatMap((type) => type.resources.map(({ name, state }) => `${name} ${state}`));
    });
    follow(EDS, "b");
    await send(EDS, { resources: [endpoints("a"), endpoints("b")] });
    expect(seen).toEqual(["a present", "b present"]);
  });
});

describe("bad resources", () => {
  test("the good ones of a refused response take effect", async () => {
    const good = follow(CDS, "c");
    const bad = follow(CDS, "bad");
    await send(CDS, { version: "v1", resources: [cluster("bad"), cluster("c")] });
    expect(good.at(-1)).toBe(c1);
    expect(bad.at(-1)).toBe("invalid: refused: bad is refused");
  });

  test("a bad resource never replaces a good one, and is not taken for a deletion", async () => {
    const states = follow(CDS, "c");
    await send(CDS, { version: "v1", resources: [cluster("c")] });
    await send(CDS, { version: "v2", resources: [cluster("c", 99)] });
    expect(states.at(-1)).toBe(`${c1}, v2 rejected: c is refused`);
  });

  test("the same refusal again is told to nobody and costs no parsing, but is refused again", async () => {
    const states = follow(CDS, "c");
    await send(CDS, { version: "v1", resources: [cluster("c")] });
    await send(CDS, { version: "v2", resources: [cluster("c", 99)] });
    await send(CDS, { version: "v3", resources: [cluster("c", 99)] });
    expect(states).toHaveLength(3);
    expect(parses.get("Cluster c")).toBe(2);
    expect(server.stream.inbox.map((request) => request.error_detail?.code)).toEqual([
      undefined,
      undefined,
      3,
      3,
    ]);
  });

  test("after a refusal, the last good bytes again end it, and everybody is told", async () => {
    const states = follow(CDS, "c");
    await send(CDS, { version: "v1", resources: [cluster("c")] });
    await send(CDS, { version: "v2", resources: [cluster("c", 99)] });
    await send(CDS, { version: "v3", resources: [cluster("c")] });
    expect(states.at(-1)).toBe(c1);
    expect(states).toHaveLength(4);
    await send(CDS, { version: "v4", resources: [cluster("c", 99)] });
    expect(states.at(-1)).toBe(`${c1}, v4 rejected: c is refused`);
  });

  test("a type that throws has found a problem, and the others are not harmed", async () => {
    const bad = follow(EDS, "throws");
    const good = follow(EDS, "a");
    await send(EDS, { resources: [endpoints("throws"), endpoints("a")] });
    expect(bad.at(-1)).toBe("invalid: refused: throws throws");
    expect(good.at(-1)).toMatch(/revision/);
  });

  test.each([
    [
      "is of another type",
      { type_url: CDS, value: new Uint8Array() },
      /at place 0 of the response: has the type/,
    ],
    ["has no name", { type_url: EDS, value: new Uint8Array() }, /has no name/],
    ["is no message", { type_url: EDS, value: new Uint8Array([7, 7, 7]) }, /has no name/],
    [
      "is a wrapper of something else",
      {
        type_url: typeUrl("envoy.service.discovery.v3.Resource"),
        value: encode("envoy.service.discovery.v3.Resource", {
          name: "a",
          resource: { type_url: CDS, value: new Uint8Array() },
        }),
      },
      /wraps the type/,
    ],
    [
      "is an empty wrapper",
      { type_url: typeUrl("envoy.service.discovery.v3.Resource"), value: new Uint8Array() },
      /is wrapped without content/,
    ],
    [
      "is a broken wrapper",
      { type_url: typeUrl("envoy.service.discovery.v3.Resource"), value: new Uint8Array([10, 9]) },
      /cannot be unwrapped/,
    ],
  ])("a resource that %s is a problem of the response, and takes no other down", async (_, bad, problem) => {
    const good = follow(EDS, "b");
    await send(EDS, { resources: [bad, endpoints("b")] });
    expect(good.at(-1)).toMatch(/revision/);
    await server.stream.take(EDS);
    expect((await server.stream.take(EDS)).error_detail?.message).toMatch(problem);
  });

  test("a name that occurs twice in a response is refused, whichever is meant", async () => {
    const states = follow(CDS, "c");
    await send(CDS, { version: "v1", resources: [cluster("c")] });
    await send(CDS, { version: "v2", resources: [cluster("c", 2), cluster("c", 3)] });
    expect(states.at(-1)).toBe(`${c1}, v2 rejected: occurs more than once in the response`);
    expect(server.stream.inbox.at(-1)?.error_detail?.message).toMatch(/occurs more than once/);
  });
});

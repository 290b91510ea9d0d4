import { TYPE_URL } from "@dualmesh/envoy-api";
import { type ManualClock, manualClock } from "@dualmesh/testkit";
import { beforeEach, describe, expect, test } from "vitest";
import {
  createSnapshot,
  createXdsServer,
  type SnapshotResource,
  type XdsServer,
} from "../src/server/index.ts";
import {
  cluster,
  connect,
  endpoints,
  listener,
  namesIn,
  route,
  type ServerPeer,
  settle,
} from "./server-peer.ts";

const { CDS, EDS, LDS, RDS } = TYPE_URL;

let clock: ManualClock;
let server: XdsServer;

beforeEach(() => {
  clock = manualClock();
  server = createXdsServer({ group: () => "g", clock });
});

function publish(...resources: SnapshotResource[]): void {
  server.setSnapshot("g", createSnapshot(resources));
}

/** A client as Envoy is one: all clusters and listeners, endpoints and routes by name. */
async function envoy(clusters: readonly string[], routes: readonly string[]): Promise<ServerPeer> {
  const peer = connect(server);
  await peer.ask(CDS);
  await peer.ack(await peer.take(CDS));
  await peer.ask(EDS, { names: clusters });
  await peer.ack(await peer.take(EDS));
  await peer.ask(LDS);
  await peer.ack(await peer.take(LDS));
  await peer.ask(RDS, { names: routes });
  await peer.ack(await peer.take(RDS));
  return peer;
}

/** From cluster a to cluster b, with a new listener revision. */
const before = [cluster("a"), endpoints("a"), listener("l"), route("r", "a")];
const after = [cluster("b"), endpoints("b"), listener("l", 2), route("r", "b")];

describe("make before break (17)", () => {
  test("clusters, endpoints, listeners, routes, each after the ACK of the one before; removals come last", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    publish(...after);
    const clusters = await peer.take(CDS);
    expect(namesIn(clusters)).toEqual(["a", "b"]);
    expect(peer.inbox).toEqual([]);
    await peer.ack(clusters);
    // The client asks for the endpoints of the new cluster.
    expect(peer.inbox).toEqual([]);
    await peer.ask(EDS, { names: ["a", "b"], nonce: nonceOf(peer, EDS) });
    const assignments = await peer.take(EDS);
    expect(namesIn(assignments)).toEqual(["b"]);
    expect(peer.inbox).toEqual([]);
    await peer.ack(assignments);
    const listeners = await peer.take(LDS);
    expect(namesIn(listeners)).toEqual(["l"]);
    expect(peer.inbox).toEqual([]);
    await peer.ack(listeners);
    const routes = await peer.take(RDS);
    expect(peer.inbox).toEqual([]);
    await peer.ack(routes);
    const rest = await peer.take(CDS);
    expect(namesIn(rest)).toEqual(["b"]);
    await peer.ack(rest);
    expect(peer.inbox).toEqual([]);
  });

  test("what the client does not subscribe holds nobody up", async () => {
    publish(...before);
    const peer = connect(server);
    await peer.ask(LDS);
    await peer.ack(await peer.take(LDS));
    publish(...after);
    await peer.ack(await peer.take(LDS));
    expect(peer.inbox).toEqual([]);
  });

  test("types without order (endpoints, runtime, secrets) do not wait for clusters", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("a", 2), endpoints("a", 2), listener("l"), route("r", "a"));
    const clusters = await peer.take(CDS);
    expect(namesIn(await peer.take(EDS))).toEqual(["a"]);
    expect(clusters.type_url).toBe(CDS);
  });

  test("(18) endpoints of a changed cluster are sent again although they did not change", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("a", 2), endpoints("a"), listener("l"), route("r", "a"));
    await peer.ack(await peer.take(CDS));
    const again = await peer.take(EDS);
    expect(namesIn(again)).toEqual(["a"]);
    await peer.ack(again);
    expect(peer.inbox).toEqual([]);
  });

  test("(18) a listener waits for the endpoints of a changed cluster to be answered", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("a", 2), endpoints("a"), listener("l", 2), route("r", "a"));
    await peer.ack(await peer.take(CDS));
    const again = await peer.take(EDS);
    expect(peer.inbox).toEqual([]);
    await peer.ack(again);
    expect(namesIn(await peer.take(LDS))).toEqual(["l"]);
  });

  test("a client that does not ask for the endpoints of a new cluster delays its routes by 1 s, not for ever", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    publish(...after);
    await peer.ack(await peer.take(CDS));
    await clock.advanceAsync(999);
    expect(peer.inbox).toEqual([]);
    await clock.advanceAsync(1);
    expect(namesIn(await peer.take(LDS))).toEqual(["l"]);
  });

  test("clusters that do not come by EDS are not waited for", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("a"), cluster("static-like"), endpoints("a"), listener("l", 2), route("r", "a"));
    await peer.ack(await peer.take(CDS));
    expect(namesIn(await peer.take(LDS))).toEqual(["l"]);
  });

  test("a refused route keeps the clusters that the old one uses, until a good one is out", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    publish(cluster("b"), endpoints("b"), listener("l"), route("r", "b"));
    await peer.ack(await peer.take(CDS));
    await clock.advanceAsync(1_000);
    await peer.nack(await peer.take(RDS), "no");
    expect(peer.inbox).toEqual([]);
    publish(cluster("c"), endpoints("c"), listener("l"), route("r", "c"));
    const clusters = await peer.take(CDS);
    expect(namesIn(clusters)).toEqual(["a", "b", "c"]);
    await peer.ack(clusters);
    await clock.advanceAsync(1_000);
    await peer.ack(await peer.take(RDS));
    expect(namesIn(await peer.take(CDS))).toEqual(["c"]);
  });

  test("refused again and again, only the clusters of the last good and of the newest snapshot are kept", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    for (const name of ["b", "c", "d"]) {
      publish(cluster(name), endpoints(name), listener("l"), route("r", name));
      await peer.ack(await peer.take(CDS));
      await clock.advanceAsync(1_000);
      await peer.nack(await peer.take(RDS), "no");
      if (peer.inbox.length > 0) await peer.ack(await peer.take(CDS));
    }
    await settle();
    const late = connect(server);
    await late.ask(CDS);
    expect(namesIn(await late.take(CDS))).toEqual(["d"]);
    publish(cluster("e"), endpoints("e"), listener("l"), route("r", "e"));
    expect(namesIn(await peer.take(CDS))).toEqual(["a", "d", "e"]);
  });
});

describe("clients that name clusters", () => {
  async function named(): Promise<ServerPeer> {
    publish(...before);
    const peer = connect(server);
    await peer.ask(CDS, { names: ["a"] });
    await peer.ack(await peer.take(CDS));
    await peer.ask(RDS, { names: ["r"] });
    await peer.ack(await peer.take(RDS));
    return peer;
  }

  test("a removed cluster is kept for 5 s after the routes, for those who still name it", async () => {
    const peer = await named();
    publish(...after);
    const clusterNonce = nonceOf(peer, CDS);
    await peer.ack(await peer.take(RDS));
    await peer.ask(CDS, { names: ["a", "b"], nonce: clusterNonce });
    const both = await peer.take(CDS);
    expect(namesIn(both)).toEqual(["a", "b"]);
    await peer.ack(both);
    await clock.advanceAsync(4_999);
    expect(peer.inbox).toEqual([]);
    await clock.advanceAsync(1);
    expect(namesIn(await peer.take(CDS))).toEqual(["b"]);
  });

  test("who stops naming it is told nothing", async () => {
    const peer = await named();
    publish(...after);
    await peer.ack(await peer.take(RDS));
    await peer.ask(CDS, { names: ["a", "b"], nonce: nonceOf(peer, CDS) });
    await peer.ack(await peer.take(CDS), ["b"]);
    await clock.advanceAsync(10_000);
    expect(peer.inbox).toEqual([]);
  });
});

describe("a snapshot that comes in the middle", () => {
  test("restarts towards the newest, and drops nothing that is in use", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    publish(...after);
    const clusters = await peer.take(CDS);
    publish(cluster("c"), endpoints("c"), listener("l", 3), route("r", "c"));
    await settle();
    expect(peer.inbox).toEqual([]);
    await peer.ack(clusters);
    const more = await peer.take(CDS);
    expect(namesIn(more)).toEqual(["a", "b", "c"]);
    await peer.ack(more);
    await clock.advanceAsync(1_000);
    await peer.ack(await peer.take(LDS));
    await peer.ack(await peer.take(RDS));
    expect(namesIn(await peer.take(CDS))).toEqual(["c"]);
  });

  test("still waits for the endpoints of clusters that the one before has brought", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    publish(...before, cluster("b"), endpoints("b"));
    const clusters = await peer.take(CDS);
    publish(cluster("a"), endpoints("a"), cluster("b"), endpoints("b"), listener("l"), route("r", "b"));
    await settle();
    await peer.ack(clusters);
    expect(peer.inbox).toEqual([]);
  });

  test("routes go out although clusters change all the time", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    let revision = 1;
    let routesSeen = 0;
    // A client that takes 300 ms to answer, and new clusters every 100 ms, for ten seconds.
    for (let step = 0; step < 100; step++) {
      revision++;
      publish(cluster("a", revision), endpoints("a"), listener("l"), route("r", `x${revision}`));
      await clock.advanceAsync(100);
      if (step % 3 !== 2) continue;
      for (const response of peer.inbox.splice(0)) {
        if (response.type_url === RDS) routesSeen++;
        await peer.ack(response);
      }
    }
    expect(routesSeen).toBeGreaterThanOrEqual(3);
    for (let i = 0; i < 8; i++) {
      await clock.advanceAsync(1_000);
      for (const response of peer.inbox.splice(0)) await peer.ack(response);
    }
    expect(server.nodes()[0]?.types.map((type) => type.ackedVersion)).toEqual(
      [CDS, EDS, LDS, RDS].map((typeUrl) => server.snapshot("g")?.types.get(typeUrl)?.version),
    );
  });
});

describe("clients before the first snapshot", () => {
  test("wait, and are then answered in order", async () => {
    const peer = connect(server);
    await peer.ask(LDS);
    await peer.ask(CDS);
    expect(peer.inbox).toEqual([]);
    publish(...before);
    const clusters = await peer.take(CDS);
    expect(peer.inbox).toEqual([]);
    await peer.ack(clusters);
    await peer.ask(EDS, { names: ["a"] });
    await peer.ack(await peer.take(EDS));
    expect(namesIn(await peer.take(LDS))).toEqual(["l"]);
  });

  test("a group whose snapshot is deleted keeps what it has; who comes then waits", async () => {
    publish(...before);
    const peer = await envoy(["a"], ["r"]);
    server.deleteSnapshot("g");
    await settle();
    expect(peer.inbox).toEqual([]);
    const late = connect(server);
    await late.ask(CDS);
    expect(late.inbox).toEqual([]);
    publish(...before);
    expect(namesIn(await late.take(CDS))).toEqual(["a"]);
    expect(peer.inbox).toEqual([]);
  });

  test("groups get their own", async () => {
    server = createXdsServer({ group: (node) => node.cluster ?? "", clock });
    server.setSnapshot("blue", createSnapshot([cluster("b")]));
    server.setSnapshot("green", createSnapshot([cluster("g")]));
    const blue = connect(server, { id: "1", cluster: "blue" });
    const green = connect(server, { id: "2", cluster: "green" });
    await blue.ask(CDS);
    await green.ask(CDS);
    expect(namesIn(await blue.take(CDS))).toEqual(["b"]);
    expect(namesIn(await green.take(CDS))).toEqual(["g"]);
    expect(server.groups()).toEqual(["blue", "green"]);
  });
});

/** The nonce of the newest response of a type that the peer has taken. */
function nonceOf(peer: ServerPeer, typeUrl: string): string {
  const nonce = peer.nonces.get(typeUrl);
  if (nonce === undefined) throw new Error(`no response of ${typeUrl} was taken`);
  return nonce;
}

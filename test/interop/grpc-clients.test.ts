import { describe, expect, test } from "vitest";
import { describeWithPeers, GO_PEER, type Peer, PYTHON_PEER } from "./peers/find-peer.ts";
import { grpcBootstrap } from "./stage/bootstrap.ts";
import { type EchoServer, startEchoServer } from "./stage/echo.ts";
import { eventually } from "./stage/eventually.ts";
import { type FolderPlane, openFolderPlane } from "./stage/folder-plane.ts";
import { type GrpcClient, startGrpcClient } from "./stage/grpc-client.ts";
import { apiListener, grpcAssignment } from "./stage/grpc-resources.ts";
import { LDS } from "./stage/orders.ts";
import { edsCluster, type Json, type Resources, routeConfiguration } from "./stage/resources.ts";

interface Stage extends AsyncDisposable {
  readonly a: EchoServer;
  readonly b: EchoServer;
  readonly folder: FolderPlane;
  readonly client: GrpcClient;
}

/** Our control plane, two servers, and a client of `xds:///orders` that knows nothing but where the control plane is. */
async function open(peer: Peer, resources: (a: EchoServer, b: EchoServer) => Resources): Promise<Stage> {
  await using parts = new AsyncDisposableStack();
  const [a, b] = [parts.use(await startEchoServer("a")), parts.use(await startEchoServer("b"))];
  const folder = parts.use(await openFolderPlane(resources(a, b)));
  const bootstrap = await folder.write("grpc.json", grpcBootstrap(folder.port, "peer-1"));
  const client = parts.use(startGrpcClient(peer, "xds:///orders", bootstrap));
  const owned = parts.move();
  return { a, b, folder, client, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Everything by this route; clusters by name, each at one or more servers. */
function routed(route: Json, clusters: Readonly<Record<string, readonly EchoServer[]>>): Resources {
  return {
    listeners: [apiListener("orders")],
    routes: [routeConfiguration("orders", ["*"], [{ match: { prefix: "" }, route }])],
    clusters: Object.keys(clusters).map(edsCluster),
    endpoints: Object.entries(clusters).map(([name, servers]) => grpcAssignment(name, ...servers)),
  };
}

const ordersAt = (...servers: readonly EchoServer[]): Resources =>
  routed({ cluster: "orders" }, { orders: servers });

describeWithPeers("gRPC clients, routed by our control plane", () => {
  describe.each([GO_PEER, PYTHON_PEER])("$name", (peer) => {
    test("calls the endpoints that it is given, and follows them", async () => {
      await using stage = await open(peer, (a) => ordersAt(a));
      expect(await stage.client.call(20)).toEqual({ answered: { a: 20 }, failed: {} });
      await stage.folder.serve(ordersAt(stage.a, stage.b));
      await eventually(() => stage.client.answering()).toEqual(["a", "b"]);
      await stage.folder.serve(ordersAt(stage.b));
      await eventually(() => stage.client.answering()).toEqual(["b"]);
      expect(stage.folder.plane.nodes()).toMatchObject([{ id: "peer-1", variant: "sotw" }]);
    });

    test("loses no call while its route goes from one cluster to another, and the old one away", async () => {
      const at = (name: string, server: EchoServer): Resources =>
        routed({ cluster: name }, { [name]: [server] });
      await using stage = await open(peer, (a) => at("orders-0", a));
      const { a, b, client, folder } = stage;
      expect(await client.answering()).toEqual(["a"]);
      for (let i = 1; i <= 6; i++) {
        const server = i % 2 === 0 ? a : b;
        await folder.serve(at(`orders-${i}`, server));
        // A failed call would be among those who answer.
        const seen = new Set<string>();
        await eventually(async () => {
          const names = await client.answering();
          for (const name of names) seen.add(name);
          return names;
        }).toEqual([server.name]);
        expect([...seen].filter((name) => name !== "a" && name !== "b")).toEqual([]);
      }
    });

    test("splits its calls by weight", async () => {
      const clusters = (a: EchoServer, b: EchoServer) => ({ "orders-a": [a], "orders-b": [b] });
      const split = (toA: number, toB: number): Json => ({
        weighted_clusters: {
          clusters: [
            { name: "orders-a", weight: toA },
            { name: "orders-b", weight: toB },
          ],
        },
      });
      await using stage = await open(peer, (a, b) => routed(split(1, 0), clusters(a, b)));
      expect(await stage.client.call(100)).toEqual({ answered: { a: 100 }, failed: {} });
      await stage.folder.serve(routed(split(3, 1), clusters(stage.a, stage.b)));
      await eventually(() => stage.client.answering(50)).toEqual(["a", "b"]);
      const { answered } = await stage.client.call(400);
      // 300 on average; one run in a billion is further off.
      expect(Math.abs((answered["a"] ?? 0) - 300)).toBeLessThan(60);
    });

    test("refuses a listener without a router: the reason is known, and the old one stays", async () => {
      await using stage = await open(peer, (a) => ordersAt(a));
      const { a, b, client, folder } = stage;
      expect(await client.answering()).toEqual(["a"]);
      const broken = { listeners: [apiListener("orders", [])] };
      await folder.serve({ ...ordersAt(a), ...broken });
      const refusals = () => folder.events.filter((event) => event.kind === "nack");
      await eventually(refusals).toMatchObject([
        { nodeId: "peer-1", typeUrl: LDS, error: expect.stringMatching("filter") },
      ]);
      expect(await client.call(20)).toEqual({ answered: { a: 20 }, failed: {} });
      await folder.serve({ ...ordersAt(b), ...broken });
      await eventually(() => client.answering()).toEqual(["b"]);
      expect(refusals()).toHaveLength(1);
    });

    test("outlives a control plane, and follows the next one", async () => {
      await using stage = await open(peer, (a) => ordersAt(a));
      const { b, client, folder } = stage;
      expect(await client.answering()).toEqual(["a"]);
      await folder.stop();
      expect(await client.call(100)).toEqual({ answered: { a: 100 }, failed: {} });
      await folder.serve(ordersAt(b));
      await folder.start();
      await eventually(() => client.answering()).toEqual(["b"]);
    });
  });
});

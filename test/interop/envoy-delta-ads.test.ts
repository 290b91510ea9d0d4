import { expect, test } from "vitest";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { type AdsStage, openAdsStage } from "./stage/ads-stage.ts";
import { eventually } from "./stage/eventually.ts";
import { ALL_ACCEPTED, answersOf, answersOfMany, changesOf, report, updatesOf } from "./stage/observed.ts";
import { BROKEN_ORDERS, OUTBOUND, ordersAt } from "./stage/orders.ts";
import { assignment, edsCluster, type Resources, routeConfiguration, routeTo } from "./stage/resources.ts";
import { ALL_ANSWERED, startSteadyLoad } from "./stage/steady-load.ts";
import type { Upstream } from "./stage/upstream.ts";

/** `orders` as everybody calls it, and other clusters beside it that nobody calls. */
function ordersAmong(count: number, ...upstreams: readonly Upstream[]): Resources {
  const orders = ordersAt(...upstreams);
  const names = Array.from({ length: count }, (_, i) => `other-${i}`);
  return {
    ...orders,
    clusters: [...(orders.clusters ?? []), ...names.map(edsCluster)],
    endpoints: [...(orders.endpoints ?? []), ...names.map((name) => assignment(name, 9))],
  };
}

/** What Envoy was sent of the other clusters: clusters in all, and endpoints of one of them. */
async function othersOf({ envoy: { admin } }: AdsStage): Promise<Readonly<Record<string, number>>> {
  return {
    modified: await admin.stat("cluster_manager.cluster_modified"),
    added: await admin.stat("cluster_manager.cluster_added"),
    endpoints: await admin.stat("cluster.other-0.update_success"),
  };
}

describeWithEnvoy("Envoy, driven by our control plane over delta ADS", (binary) => {
  test("gets listeners, routes, clusters and endpoints, and says that it does so by delta", async () => {
    await using stage = await openAdsStage(binary, (a) => ordersAt(a), "delta");
    expect(JSON.parse((await stage.get("/today")).body)).toMatchObject({ upstream: "a", path: "/today" });
    await eventually(() => answersOf(stage)).toEqual(ALL_ACCEPTED);
    expect(stage.plane.nodes()).toMatchObject([{ id: "envoy-1", variant: "delta" }]);
  });

  test("is sent of a change of endpoints just these, among fifty clusters", async () => {
    await using stage = await openAdsStage(binary, (a) => ordersAmong(50, a), "delta");
    const before = [await updatesOf(stage), await othersOf(stage)];
    await stage.serve(ordersAmong(50, stage.b));
    await eventually(() => stage.answering()).toBe("b");
    await stage.serve(ordersAmong(50));
    await eventually(() => stage.answering()).toBe("503");
    await stage.serve(ordersAmong(50, stage.a, stage.b));
    await eventually(async () => Object.keys(await answersOfMany(stage)).sort()).toEqual(["a", "b"]);
    expect([await updatesOf(stage), await othersOf(stage)]).toEqual([{ ...before[0], eds: 4 }, before[1]]);
  });

  test("follows workloads that report for duty, and leave", async () => {
    const files: Resources = { ...ordersAt(), endpoints: [] };
    await using stage = await openAdsStage(binary, () => files, "delta");
    expect(await stage.answering()).toBe("503");
    await report(stage, "PUT", "orders/node-a", stage.a);
    await eventually(() => stage.answering()).toBe("a");
    await report(stage, "PUT", "orders/node-b", stage.b);
    await report(stage, "DELETE", "orders/node-a");
    await eventually(() => stage.envoy.admin.text("/clusters")).not.toContain(`127.0.0.1:${stage.a.port}::`);
    expect(await answersOfMany(stage)).toEqual({ b: 100 });
  });

  test("loses no call while clusters are renamed and changed again and again", async () => {
    const named = (cluster: string, upstream: Upstream, timeoutS: number): Resources => ({
      listeners: [OUTBOUND],
      routes: [routeConfiguration("outbound", ["orders"], [routeTo(cluster)])],
      clusters: [{ ...edsCluster(cluster), connect_timeout: `${timeoutS}s` }],
      endpoints: [assignment(cluster, upstream.port)],
    });
    await using stage = await openAdsStage(binary, (a) => named("orders-0", a, 1), "delta");
    await using load = startSteadyLoad((signal) => stage.get("/", signal));
    const { admin } = stage.envoy;
    for (let i = 1; i <= 6; i++) {
      const upstream = i % 2 === 0 ? stage.a : stage.b;
      await stage.serve(named(`orders-${i}`, upstream, 1));
      await eventually(() => stage.answering()).toBe(upstream.name);
      // Break comes after make, and it comes: nothing of the old name is left.
      await eventually(() => admin.text("/clusters")).not.toContain(`orders-${i - 1}::`);
      // A changed cluster whose endpoints are the same does not stay warming.
      await stage.serve(named(`orders-${i}`, upstream, 2));
      await eventually(() => admin.stat("cluster_manager.cluster_modified")).toBe(i);
      await eventually(() => admin.stat("cluster_manager.warming_clusters")).toBe(0);
    }
    await load.pass(50);
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);
    await eventually(() => answersOf(stage)).toEqual(ALL_ACCEPTED);
    expect(await updatesOf(stage)).toMatchObject({ lds: 1, rds: 7 });
  });

  test.each(BROKEN_ORDERS)(
    "refuses $what: the reason is known, calls go on, and it is not sent again",
    async ({ type, reason, resources: broken }) => {
      await using stage = await openAdsStage(binary, (a) => ordersAt(a), "delta");
      await using load = startSteadyLoad((signal) => stage.get("/", signal));
      const refusals = () => stage.events.filter((event) => event.kind === "nack");

      await stage.serve({ ...ordersAt(stage.a), ...broken });
      await eventually(() => answersOf(stage)[type]).toMatch(reason);
      expect(refusals()).toMatchObject([{ nodeId: "envoy-1", variant: "delta", typeUrl: type }]);

      // What else changes goes over as ever, and takes what was refused not along.
      await stage.serve({ ...ordersAt(stage.b), ...broken });
      await eventually(() => stage.answering()).toBe("b");
      expect(refusals()).toHaveLength(1);
      expect(answersOf(stage)[type]).toMatch(reason);

      await stage.serve(ordersAt(stage.b));
      await eventually(() => answersOf(stage)).toEqual(ALL_ACCEPTED);
      expect(refusals()).toHaveLength(1);
      expect(await load.stop()).toMatchObject(ALL_ANSWERED);
    },
  );

  test("outlives a control plane, and is sent after its restart what has changed meanwhile, and nothing else", async () => {
    await using stage = await openAdsStage(binary, (a) => ordersAmong(50, a), "delta");
    await using load = startSteadyLoad((signal) => stage.get("/", signal));
    const before = [await updatesOf(stage), await othersOf(stage), await changesOf(stage)];
    await stage.stopControlPlane();
    await eventually(() => stage.envoy.admin.stat("control_plane.connected_state")).toBe(0);
    await load.pass(50);

    await stage.startControlPlane();
    await eventually(() => answersOf(stage)).toEqual(ALL_ACCEPTED);
    expect([await updatesOf(stage), await othersOf(stage), await changesOf(stage)]).toEqual(before);

    await stage.stopControlPlane();
    await stage.serve(ordersAmong(51, stage.b));
    await load.pass(50);
    expect(await stage.answering()).toBe("a");
    await stage.startControlPlane();
    await eventually(() => stage.answering()).toBe("b");
    await eventually(() => othersOf(stage)).toMatchObject({ added: 53 });
    expect(await updatesOf(stage)).toEqual({ ...before[0], cds: 2, eds: 2 });
    expect(await othersOf(stage)).toMatchObject({ modified: 0, endpoints: 1 });
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);
  });

  test("loses a cluster that was removed while it was alone, after its routes have moved", async () => {
    const at = (cluster: string, upstream: Upstream): Resources => ({
      listeners: [OUTBOUND],
      routes: [routeConfiguration("outbound", ["orders"], [routeTo(cluster)])],
      clusters: [edsCluster(cluster)],
      endpoints: [assignment(cluster, upstream.port)],
    });
    await using stage = await openAdsStage(binary, (a) => at("orders-old", a), "delta");
    await using load = startSteadyLoad((signal) => stage.get("/", signal));
    await stage.stopControlPlane();
    await stage.serve(at("orders-new", stage.b));
    await stage.startControlPlane();
    await eventually(() => stage.answering()).toBe("b");
    await eventually(() => stage.envoy.admin.text("/clusters")).not.toContain("orders-old::");
    await load.pass(50);
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);
  });

  test("keeps the workloads that a restarted control plane has not heard of yet", async () => {
    await using stage = await openAdsStage(binary, () => ({ ...ordersAt(), endpoints: [] }), "delta");
    await report(stage, "PUT", "orders/node-a", stage.a);
    await eventually(() => stage.answering()).toBe("a");
    const before = await updatesOf(stage);
    await using load = startSteadyLoad((signal) => stage.get("/", signal));
    await stage.stopControlPlane();
    await stage.startControlPlane();
    await eventually(() => stage.plane.nodes().map(({ id }) => id)).toEqual(["envoy-1"]);
    await load.pass(50);
    await report(stage, "PUT", "orders/node-a", stage.a);
    await report(stage, "PUT", "orders/node-b", stage.b);
    await eventually(async () => Object.keys(await answersOfMany(stage)).sort()).toEqual(["a", "b"]);
    // That node-a is where it was is no news.
    expect(await updatesOf(stage)).toEqual({ ...before, eds: (before["eds"] ?? 0) + 1 });
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);
  });
});

import { expect, test } from "vitest";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { openAdsStage } from "./stage/ads-stage.ts";
import { eventually } from "./stage/eventually.ts";
import { ALL_ACCEPTED, answersOf, answersOfMany, changesOf, report, updatesOf } from "./stage/observed.ts";
import { BROKEN_ORDERS, OUTBOUND, ordersAt } from "./stage/orders.ts";
import {
  assignment,
  edsCluster,
  type Json,
  type Resources,
  routeConfiguration,
  routeTo,
  staticCluster,
} from "./stage/resources.ts";
import { ALL_ANSWERED, startSteadyLoad } from "./stage/steady-load.ts";
import type { Upstream } from "./stage/upstream.ts";

describeWithEnvoy("Envoy, driven by our control plane", (binary) => {
  test("gets listeners, routes, clusters and endpoints by ADS, and calls reach the upstream", async () => {
    await using stage = await openAdsStage(binary, (a) => ordersAt(a));
    const answer = await stage.get("/today?x=1");
    expect(JSON.parse(answer.body)).toMatchObject({ upstream: "a", method: "GET", path: "/today?x=1" });
    expect(answersOf(stage)).toEqual(ALL_ACCEPTED);
    expect(stage.plane.nodes()).toMatchObject([{ id: "envoy-1" }]);
  });

  test("follows weights while it serves", async () => {
    const split =
      (a: number, b: number) =>
      (one: Upstream, two: Upstream): Resources => ({
        listeners: [OUTBOUND],
        routes: [routeConfiguration("outbound", ["orders"], [weighted({ "orders-a": a, "orders-b": b })])],
        clusters: [staticCluster("orders-a", one.port), staticCluster("orders-b", two.port)],
      });
    await using stage = await openAdsStage(binary, split(1, 0));
    expect(await answersOfMany(stage)).toEqual({ a: 100 });
    await stage.serve(split(0, 1)(stage.a, stage.b));
    await eventually(() => stage.answering()).toBe("b");
    expect(await answersOfMany(stage)).toEqual({ b: 100 });
    await stage.serve(split(1, 1)(stage.a, stage.b));
    await eventually(() => stage.answering()).toBe("a");
    expect(Object.keys(await answersOfMany(stage)).sort()).toEqual(["a", "b"]);
    // Only routes went over: neither the listener nor a cluster was touched.
    expect(await updatesOf(stage)).toEqual({ lds: 1, rds: 3, cds: 1, eds: 0 });
  });

  test("follows endpoints that move in the files", async () => {
    await using stage = await openAdsStage(binary, (a) => ordersAt(a));
    expect(await stage.answering()).toBe("a");
    await stage.serve(ordersAt(stage.b));
    await eventually(() => stage.answering()).toBe("b");
    await stage.serve(ordersAt());
    await eventually(() => stage.answering()).toBe("503");
    await stage.serve(ordersAt(stage.a, stage.b));
    await eventually(async () => Object.keys(await answersOfMany(stage)).sort()).toEqual(["a", "b"]);
    expect(await updatesOf(stage)).toEqual({ lds: 1, rds: 1, cds: 1, eds: 4 });
  });

  test("follows workloads that report for duty, and leave", async () => {
    const files: Resources = { ...ordersAt(), endpoints: [] };
    await using stage = await openAdsStage(binary, () => files);
    expect(await stage.answering()).toBe("503");
    await report(stage, "PUT", "orders/node-a", stage.a);
    await eventually(() => stage.answering()).toBe("a");
    await report(stage, "PUT", "orders/node-b", stage.b);
    await report(stage, "DELETE", "orders/node-a");
    await eventually(() => stage.envoy.admin.text("/clusters")).not.toContain(`127.0.0.1:${stage.a.port}::`);
    expect(await answersOfMany(stage)).toEqual({ b: 100 });
  });

  test("loses no call while clusters are renamed again and again", async () => {
    const named = (cluster: string, upstream: Upstream): Resources => ({
      listeners: [OUTBOUND],
      routes: [routeConfiguration("outbound", ["orders"], [routeTo(cluster)])],
      clusters: [edsCluster(cluster)],
      endpoints: [assignment(cluster, upstream.port)],
    });
    await using stage = await openAdsStage(binary, (a) => named("orders-0", a));
    await using load = startSteadyLoad((signal) => stage.get("/", signal));
    for (let i = 1; i <= 6; i++) {
      await stage.serve(named(`orders-${i}`, i % 2 === 0 ? stage.a : stage.b));
      await eventually(() => stage.answering()).toBe(i % 2 === 0 ? "a" : "b");
      // Break comes after make, and it comes: nothing of the old name is left.
      await eventually(() => stage.envoy.admin.text("/clusters")).not.toContain(`orders-${i - 1}::`);
    }
    await load.pass(50);
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);
    expect(await updatesOf(stage)).toMatchObject({ lds: 1, rds: 7 });
  });

  test.each(BROKEN_ORDERS)(
    "refuses $what: the reason is known, calls go on, and it is not sent again",
    async ({ type, reason, resources: broken }) => {
      await using stage = await openAdsStage(binary, (a) => ordersAt(a));
      await using load = startSteadyLoad((signal) => stage.get("/", signal));
      const refusals = () => stage.events.filter((event) => event.kind === "nack");

      await stage.serve({ ...ordersAt(stage.a), ...broken });
      await eventually(() => answersOf(stage)[type]).toMatch(reason);
      expect(refusals()).toMatchObject([{ nodeId: "envoy-1", typeUrl: type, error: answersOf(stage)[type] }]);

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

  test("hears nothing of a change that the control plane refuses", async () => {
    await using stage = await openAdsStage(binary, (a) => ordersAt(a));
    const before = await updatesOf(stage);
    await stage.serve({
      ...ordersAt(stage.b),
      routes: [routeConfiguration("outbound", ["orders"], [routeTo("nowhere")])],
    });
    await eventually(() => stage.plane.problems).toMatchObject([
      { message: expect.stringContaining("nowhere") },
    ]);
    expect(await stage.answering()).toBe("a");
    expect(await updatesOf(stage)).toEqual(before);
    await stage.serve(ordersAt(stage.b));
    await eventually(() => stage.answering()).toBe("b");
    expect(await updatesOf(stage)).toEqual({ ...before, eds: 2 });
  });

  test("outlives a control plane, hears of what changed meanwhile, and of nothing else", async () => {
    await using stage = await openAdsStage(binary, (a) => ordersAt(a));
    await using load = startSteadyLoad((signal) => stage.get("/", signal));
    await stage.stopControlPlane();
    await eventually(() => stage.envoy.admin.stat("control_plane.connected_state")).toBe(0);
    await load.pass(50);

    await stage.startControlPlane();
    await eventually(() => answersOf(stage)).toEqual(ALL_ACCEPTED);
    // Who asks for everything is sent nothing that it has; who asks by name is, and finds nothing new in it.
    expect(await updatesOf(stage)).toEqual({ lds: 1, rds: 2, cds: 1, eds: 2 });
    expect(await changesOf(stage)).toEqual({ listeners: 1, routes: 1, endpoints: 1 });

    await stage.stopControlPlane();
    await stage.serve(ordersAt(stage.b));
    await load.pass(50);
    expect(await stage.answering()).toBe("a");
    await stage.startControlPlane();
    await eventually(() => stage.answering()).toBe("b");
    expect(await updatesOf(stage)).toEqual({ lds: 1, rds: 3, cds: 1, eds: 3 });
    expect(await changesOf(stage)).toEqual({ listeners: 1, routes: 1, endpoints: 2 });
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);
  });

  test("keeps the workloads that a restarted control plane has not heard of yet", async () => {
    await using stage = await openAdsStage(binary, () => ({ ...ordersAt(), endpoints: [] }));
    await report(stage, "PUT", "orders/node-a", stage.a);
    await eventually(() => stage.answering()).toBe("a");
    await using load = startSteadyLoad((signal) => stage.get("/", signal));
    await stage.stopControlPlane();
    await stage.startControlPlane();
    await eventually(() => stage.plane.nodes().map(({ id }) => id)).toEqual(["envoy-1"]);
    await load.pass(50);
    await report(stage, "PUT", "orders/node-a", stage.a);
    await report(stage, "PUT", "orders/node-b", stage.b);
    await eventually(() => stage.answering()).toBe("b");
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);
  });
});

function weighted(weights: Readonly<Record<string, number>>): Json {
  const clusters = Object.entries(weights).map(([name, weight]) => ({ name, weight }));
  return { match: { prefix: "/" }, route: { weighted_clusters: { clusters } } };
}

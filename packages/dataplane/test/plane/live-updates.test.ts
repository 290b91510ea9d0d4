import { recordingMetrics } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { ask } from "../ask.ts";
import { askedUpstream } from "../asked-upstream.ts";
import { livePlane } from "../live-source.ts";
import {
  loadAssignment,
  ordersHost,
  outboundListener,
  routeTo,
  startUpstream,
  staticCluster,
} from "../static-plane.ts";

const RDS = { route_config: undefined, rds: { route_config_name: "r", config_source: { ads: {} } } };

/** A listener whose routes come by RDS; `route_config` of the ordinary one is left out. */
const rdsListener = (): object => JSON.parse(JSON.stringify(outboundListener([], RDS)));

const routes = (route: object): object => ({ name: "r", virtual_hosts: [ordersHost([route])] });

const edsCluster = (name: string, more: object = {}): object => ({
  name,
  type: "EDS",
  eds_cluster_config: { eds_config: { ads: {} } },
  ...more,
});

const named = (name: string) => startUpstream((_, response) => response.end(name));

describe("routes", () => {
  test("a call keeps the route that it began with, the next one takes the new", async () => {
    await using before = await askedUpstream();
    await using after = await named("after");
    await using live = await livePlane({}, [
      ["listener", rdsListener()],
      [
        "routes",
        routes({ ...routeTo("a"), response_headers_to_add: [{ header: { key: "x-route", value: "old" } }] }),
      ],
      ["cluster", staticCluster("a", [before.port])],
      ["cluster", staticCluster("b", [after.port])],
    ]);
    const underWay = ask(live.plane);
    const { response } = await before.next();
    live.source.put("routes", routes(routeTo("b")));
    await live.settled();
    expect((await ask(live.plane)).text).toBe("after");
    response.end("before");
    const answer = await underWay;
    expect([answer.text, answer.headers.get("x-route")]).toEqual(["before", "old"]);
  });

  test("a bad configuration changes nothing", async () => {
    await using orders = await named("orders");
    await using live = await livePlane({}, [
      ["listener", rdsListener()],
      ["routes", routes(routeTo("a"))],
      ["cluster", staticCluster("a", [orders.port])],
    ]);
    expect(live.source.put("routes", routes({ match: { prefix: "/" } }))).not.toEqual([]);
    await live.settled();
    expect((await ask(live.plane)).text).toBe("orders");
  });

  test("new routes wait for the clusters that they name", async () => {
    await using a = await named("a");
    await using b = await named("b");
    await using live = await livePlane({}, [
      ["listener", rdsListener()],
      ["routes", routes(routeTo("a"))],
      ["cluster", staticCluster("a", [a.port])],
      ["cluster", edsCluster("b")],
    ]);
    live.source.put("routes", routes(routeTo("b")));
    await live.settled();
    live.source.put("endpoints", loadAssignment("b", [b.port]));
    await live.settled();
    expect((await ask(live.plane)).text).toBe("b");
  });
});

describe("endpoints", () => {
  test("they are swapped under calls that are under way, whose connections finish", async () => {
    await using before = await askedUpstream();
    await using after = await named("after");
    const metrics = recordingMetrics();
    await using live = await livePlane({ metrics }, [
      ["listener", outboundListener([ordersHost([routeTo("a")])])],
      ["cluster", edsCluster("a")],
      ["endpoints", loadAssignment("a", [before.port])],
    ]);
    const cluster = live.plane.cluster("a");
    const underWay = ask(live.plane);
    const { response } = await before.next();
    live.source.put("endpoints", loadAssignment("a", [after.port]));
    await live.settled();
    expect(live.plane.cluster("a")).toBe(cluster);
    expect((await ask(live.plane)).text).toBe("after");
    response.end("before");
    expect((await underWay).text).toBe("before");
    await expect.poll(() => metrics.value("cluster.a.upstream_cx_active")).toBe(1);
    expect(metrics.value("cluster.a.membership_total")).toBe(1);
  });

  test("with none left calls are refused, and served again when some come", async () => {
    await using orders = await named("orders");
    await using live = await livePlane({}, [
      ["listener", outboundListener([ordersHost([routeTo("a")])])],
      ["cluster", edsCluster("a")],
      ["endpoints", loadAssignment("a", [])],
    ]);
    expect((await ask(live.plane)).local?.flag).toBe("UH");
    live.source.put("endpoints", loadAssignment("a", [orders.port]));
    await live.settled();
    expect((await ask(live.plane)).text).toBe("orders");
  });

  test("the overprovisioning factor counts: at 100 %, half the endpoints take half the calls", async () => {
    const level = (priority: number, ...health_status: string[]): object => ({
      priority,
      lb_endpoints: health_status.map((status, i) => ({
        health_status: status,
        endpoint: { address: { socket_address: { address: `127.0.${priority}.${i + 1}`, port_value: 1 } } },
      })),
    });
    const endpoints = [level(0, "HEALTHY", "UNHEALTHY"), level(1, "HEALTHY", "HEALTHY")];
    const panic = { common_lb_config: { healthy_panic_threshold: { value: 0 } } };
    await using live = await livePlane({}, [
      ["listener", outboundListener([ordersHost([routeTo("a")])])],
      ["cluster", edsCluster("a", panic)],
      ["endpoints", { cluster_name: "a", endpoints }],
    ]);
    const loads = (): unknown =>
      live.plane.cluster("a")?.balancer.levels.map(({ healthyPercent }) => healthyPercent);
    expect(loads()).toEqual([70, 30]);
    live.source.put("endpoints", { cluster_name: "a", endpoints, policy: { overprovisioning_factor: 100 } });
    await live.settled();
    expect(loads()).toEqual([50, 50]);
  });
});

describe("clusters", () => {
  test("one that changes is made anew with its endpoints, and the old one finishes what it has", async () => {
    await using orders = await askedUpstream();
    await using live = await livePlane({}, [
      ["listener", outboundListener([ordersHost([routeTo("a")])])],
      ["cluster", edsCluster("a")],
      ["endpoints", loadAssignment("a", [orders.port])],
    ]);
    const old = live.plane.cluster("a");
    const underWay = ask(live.plane);
    const first = await orders.next();
    live.source.put("cluster", edsCluster("a", { connect_timeout: "2s" }));
    await live.settled();
    expect(live.plane.cluster("a")).not.toBe(old);
    const next = ask(live.plane);
    (await orders.next()).response.end("new");
    expect((await next).text).toBe("new");
    expect(old?.thresholds.active("default").requests).toBe(1);
    first.response.end("old");
    expect((await underWay).text).toBe("old");
    expect(old?.thresholds.active("default").requests).toBe(0);
  });

  test("one that keeps its identity keeps its counts and connections", async () => {
    await using a = await named("a");
    const metrics = recordingMetrics();
    await using live = await livePlane({ metrics }, [
      ["listener", outboundListener([ordersHost([routeTo("a")])])],
      ["cluster", staticCluster("a", [a.port])],
    ]);
    await ask(live.plane);
    const cluster = live.plane.cluster("a");
    live.source.put("cluster", staticCluster("a", [a.port]));
    await live.settled();
    await ask(live.plane);
    expect(live.plane.cluster("a")).toBe(cluster);
    expect(metrics.value("cluster.a.upstream_cx_total")).toBe(1);
  });

  test("one that is deleted serves as long as routes name it", async () => {
    await using a = await named("a");
    await using live = await livePlane({}, [
      ["listener", rdsListener()],
      ["routes", routes(routeTo("a"))],
      ["cluster", staticCluster("a", [a.port])],
    ]);
    live.source.remove("cluster", "a");
    await live.settled();
    expect((await ask(live.plane)).text).toBe("a");
    live.source.put("routes", routes({ match: { prefix: "/" }, direct_response: { status: 200 } }));
    await live.settled();
    expect(live.plane.cluster("a")).toBeUndefined();
  });
});

describe("listeners", () => {
  test("observers hear at once of those that are there, and of every change after", async () => {
    await using live = await livePlane({}, [["listener", outboundListener([])]]);
    const heard: string[][] = [];
    const watch = live.plane.onListeners((listeners) => heard.push([...listeners.keys()]));
    live.source.put("listener", { ...outboundListener([]), name: "second" });
    await live.settled();
    live.source.remove("listener", "outbound");
    await live.settled();
    watch[Symbol.dispose]();
    live.source.remove("listener", "second");
    await live.settled();
    expect(heard).toEqual([["outbound"], ["outbound", "second"], ["second"]]);
    expect(live.plane.listeners.size).toBe(0);
  });

  test("one that changes is the same object with another plan, and its services find the new chain", async () => {
    const direct = (status: number): object =>
      outboundListener([ordersHost([{ match: { prefix: "/" }, direct_response: { status } }])]);
    await using live = await livePlane({}, [["listener", direct(200)]]);
    const listener = live.plane.listeners.get("outbound");
    const service = listener?.service(0);
    live.source.put("listener", direct(201));
    await live.settled();
    expect(live.plane.listeners.get("outbound")).toBe(listener);
    expect((await ask(live.plane)).status).toBe(201);
    expect(service).toBeDefined();
  });
});

test("what a resource asks for and does not get is listed with it", async () => {
  await using live = await livePlane({}, [
    ["listener", outboundListener([ordersHost([routeTo("a")])])],
    ["cluster", staticCluster("a", [], { outlier_detection: {} })],
  ]);
  expect(live.plane.warnings).toEqual([
    { resource: 'Cluster "a"', warning: 'cluster "a".outlier_detection: it is set, and has no effect here' },
  ]);
});

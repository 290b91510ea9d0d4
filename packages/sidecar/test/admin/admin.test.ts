import { manualClock } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { bootstrap, clusterJson, listenerJson } from "../bootstrap.ts";
import { type Got, httpGet } from "../http-get.ts";
import { startSidecar } from "../start-sidecar.ts";
import { startUpstream } from "../upstream.ts";

async function setUp(parts: Parameters<typeof bootstrap>[0] = {}, options = {}) {
  const started = await startSidecar({ bootstrap: bootstrap(parts), ...options });
  await started.sidecar.ready;
  const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Got> =>
    httpGet(started.admin, { path, headers });
  const post = (path: string): Promise<Got> => httpGet(started.admin, { path, method: "POST" });
  return { ...started, get, post };
}

test("/server_info has Envoy's form, and what only a Dualmesh sidecar tells", async () => {
  const clock = manualClock();
  const { get } = await setUp({}, { clock, cluster: "shop" });
  clock.advance(61_500);
  const { status, headers, body } = await get("/server_info");
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("application/json");
  expect(JSON.parse(body)).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    state: "LIVE",
    uptime_current_epoch: "61s",
    uptime_all_epochs: "61s",
    hot_restart_version: "disabled",
    node: { id: "web-1", cluster: "shop", user_agent_name: "dualmesh" },
    dualmesh: { hop_token: expect.any(String) },
  });
});

test("/listeners names each listener with its actual address, in both of Envoy's forms", async () => {
  const { get, addressOf } = await setUp({
    listeners: [listenerJson("out")],
    clusters: [clusterJson("app", 1)],
  });
  const { port } = addressOf("out") as { port: number };
  expect((await get("/listeners")).body).toBe(`out::127.0.0.1:${port}\n`);
  expect(JSON.parse((await get("/listeners?format=json")).body)).toEqual({
    listener_statuses: [
      { name: "out", local_address: { socket_address: { address: "127.0.0.1", port_value: port } } },
    ],
  });
});

test("/clusters has Envoy's lines and JSON", async () => {
  const limits = { thresholds: [{ max_requests: 7 }] };
  const { get } = await setUp({ clusters: [{ ...clusterJson("orders", 80), circuit_breakers: limits }] });
  const lines = (await get("/clusters")).body.split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "orders::default_priority::max_requests::7",
      "orders::high_priority::max_requests::1024",
      "orders::127.0.0.1:80::health_flags::healthy",
      "orders::127.0.0.1:80::weight::1",
      "orders::127.0.0.1:80::priority::0",
    ]),
  );
  const { cluster_statuses: statuses } = JSON.parse((await get("/clusters?format=json")).body);
  expect(statuses).toMatchObject([
    {
      name: "orders",
      host_statuses: [
        {
          address: { socket_address: { address: "127.0.0.1", port_value: 80 } },
          health_status: { eds_health_status: "HEALTHY" },
          weight: 1,
        },
      ],
    },
  ]);
});

test("/config_dump shows what the sidecar runs on, under Envoy's names", async () => {
  const { get } = await setUp({ listeners: [listenerJson("out")], clusters: [clusterJson("app", 80)] });
  const { configs } = JSON.parse((await get("/config_dump")).body);
  const byType = new Map(
    configs.map((config: Record<string, string>) => [config["@type"]?.split(".").pop(), config]),
  );
  expect(byType.get("BootstrapConfigDump")).toMatchObject({ bootstrap: { node: { id: "web-1" } } });
  expect(byType.get("ListenersConfigDump")).toMatchObject({
    static_listeners: [{ listener: { "@type": expect.stringContaining("v3.Listener"), name: "out" } }],
  });
  expect(byType.get("ClustersConfigDump")).toMatchObject({
    static_clusters: [{ cluster: { name: "app", type: "STATIC" } }],
  });
  const { configs: clusters } = JSON.parse((await get("/config_dump?resource=static_clusters")).body);
  expect(clusters).toMatchObject([{ cluster: { name: "app" } }]);
  expect(await get("/config_dump?resource=nope")).toMatchObject({
    status: 404,
    body: "nope not found in config dump",
  });
});

test("/config_dump shows no secret, wherever it stands", async () => {
  const { get } = await setUp({
    node: { id: "web-1", metadata: { db: { password: "hunter2", host: "db" } } },
    clusters: [
      {
        ...clusterJson("app", 80),
        metadata: { filter_metadata: { "com.acme": { api_key: "hunter2", note: "shown" } } },
      },
    ],
  });
  const { body } = await get("/config_dump");
  expect(body).not.toContain("hunter2");
  expect(body).toContain('"password": "[redacted]"');
  expect(body).toContain('"note": "shown"');
});

test("/stats counts calls, as text, JSON and for Prometheus, and filters", async () => {
  const upstream = await startUpstream();
  const { get, addressOf } = await setUp({
    listeners: [listenerJson("out")],
    clusters: [clusterJson("app", upstream.port)],
  });
  await httpGet(addressOf("out"));
  expect((await get("/stats?filter=cluster.app.upstream_rq_total")).body).toBe(
    "cluster.app.upstream_rq_total: 1\n",
  );
  expect((await get("/stats?usedonly")).body).not.toContain("upstream_rq_5xx");
  const json = JSON.parse((await get("/stats?format=json&filter=^cluster.app.upstream_rq_total$")).body);
  expect(json).toEqual({ stats: [{ name: "cluster.app.upstream_rq_total", value: 1 }] });
  const prometheus = await get("/stats/prometheus?filter=upstream_rq_total");
  expect(prometheus.headers["content-type"]).toContain("version=0.0.4");
  expect(prometheus.body).toContain('envoy_cluster_upstream_rq_total{envoy_cluster_name="app"} 1');
  expect((await get("/stats?format=html")).status).toBe(400);
  expect((await get("/stats?filter=(")).status).toBe(400);
});

test("/runtime has the values that count, later layers over earlier ones", async () => {
  const layers = [
    { name: "base", static_layer: { a: { b: 1 }, flag: true } },
    { name: "over", static_layer: { "a.b": 2 } },
  ];
  const { get } = await setUp({ layered_runtime: { layers } });
  expect(JSON.parse((await get("/runtime")).body)).toEqual({
    layers: ["base", "over"],
    entries: { "a.b": { final_value: "2" }, flag: { final_value: "true" } },
  });
});

test("/config_warnings lists what is accepted and has no effect", async () => {
  const { get } = await setUp({
    layered_runtime: { layers: [{ name: "ops", admin_layer: {} }] },
    clusters: [{ ...clusterJson("app", 80), outlier_detection: {} }],
  });
  expect((await get("/config_warnings")).body.split("\n")).toEqual([
    'bootstrap: runtime layer "ops" stays empty: /runtime_modify is not offered',
    expect.stringContaining("outlier_detection: it is set, and has no effect here"),
    "",
  ]);
});

test("/help lists every page, and so does the answer to an unknown one", async () => {
  const { get } = await setUp();
  const help = (await get("/help")).body;
  expect(help).toContain("  /quitquitquit (POST): ");
  expect(help).toContain("  /ready: ");
  expect(await get("/nope")).toMatchObject({ status: 404, body: `invalid path. ${help}` });
});

test.each(["/quitquitquit", "/drain_listeners", "/healthcheck/fail", "/healthcheck/ok"])(
  "GET of %s changes nothing: POST is required",
  async (path) => {
    const { get, sidecar } = await setUp();
    expect(await get(path)).toMatchObject({ status: 405, body: "Method GET not allowed, POST required." });
    expect(sidecar.status).toEqual({ state: "LIVE" });
  },
);

test("a failed health check drains callers away, until it passes again", async () => {
  const { get, post } = await setUp();
  await post("/healthcheck/fail");
  expect(await get("/ready")).toMatchObject({
    status: 503,
    body: "DRAINING\nan operator has it fail its health check\n",
  });
  expect(JSON.parse((await get("/server_info")).body)).toMatchObject({ state: "DRAINING" });
  await post("/healthcheck/ok");
  expect(await get("/ready")).toMatchObject({ status: 200, body: "LIVE\n" });
});

test("/quitquitquit answers, and then ends the sidecar", async () => {
  const { post, get, sidecar } = await setUp();
  expect(await post("/quitquitquit")).toMatchObject({ status: 200, body: "OK\n" });
  await sidecar.closed;
  await expect(get("/ready")).rejects.toThrow("ECONNREFUSED");
});

test("/drain_listeners?graceful has answers ask to close while it still accepts; without it, it accepts no more", async () => {
  const clock = manualClock();
  const upstream = await startUpstream();
  const { post, addressOf } = await setUp(
    {
      listeners: [listenerJson("in", { traffic_direction: "INBOUND" }), listenerJson("out")],
      clusters: [clusterJson("app", upstream.port)],
    },
    { clock, drainTimeMs: 5_000 },
  );
  const [inbound, outbound] = [addressOf("in"), addressOf("out")];
  await post("/drain_listeners?inboundonly&graceful");
  expect((await httpGet(inbound)).headers.connection).toBe("close");
  clock.advance(5_000);
  await expect(httpGet(inbound)).rejects.toThrow("ECONNREFUSED");
  expect((await httpGet(outbound)).status).toBe(200);
  await post("/drain_listeners");
  await expect(httpGet(outbound)).rejects.toThrow("ECONNREFUSED");
});

test("a page in a browser cannot ask under a name of its own (DNS rebinding)", async () => {
  const { get } = await setUp();
  expect((await get("/ready", { host: "evil.test" })).status).toBe(403);
  expect((await get("/ready", { host: "localhost:9901" })).status).toBe(200);
  expect((await get("/ready", { host: "[::1]:9901" })).status).toBe(200);
});

test("HEAD has the headers and no body", async () => {
  const { admin } = await setUp();
  const got = await httpGet(admin, { path: "/ready", method: "HEAD" });
  expect(got).toMatchObject({ status: 200, body: "", headers: { "content-length": "5" } });
});

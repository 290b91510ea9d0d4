import { join } from "node:path";
import { createExtensionRegistry, dataPlaneTypes } from "@dualmesh/dataplane";
import { TYPE_URL } from "@dualmesh/envoy-api";
import { manualClock } from "@dualmesh/testkit";
import { createXdsClient, type ResourceState } from "@dualmesh/xds";
import { expect, onTestFinished, test } from "vitest";
import { adsJson, bootstrap, clusterJson, listenerJson } from "../bootstrap.ts";
import { eventually } from "../eventually.ts";
import { httpGet } from "../http-get.ts";
import { startSidecar } from "../start-sidecar.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { startUpstream } from "../upstream.ts";
import { CLUSTER, LISTENER, startControlPlane } from "./control-plane.ts";

test("without its control plane it says so once, keeps trying, and is live when it has been told all", async () => {
  const path = join(await temporaryFolder(), "ads.sock");
  const upstream = await startUpstream();
  const { sidecar, events, admin, addressOf } = await startSidecar({ bootstrap: bootstrap(adsJson(path)) });
  await eventually(() => expect(events.map(({ kind }) => kind)).toContain("control-plane"));
  expect(events[0]?.message).toMatch(
    /^the control plane at unix:\/.*ads\.sock cannot be reached: .*; trying on$/,
  );
  const { status, body } = await httpGet(admin, { path: "/ready" });
  expect(status).toBe(503);
  expect(body).toMatch(/^PRE_INITIALIZING\nthe control plane at .* cannot be reached: /);
  const controlPlane = await startControlPlane(path);
  controlPlane.serve(
    { ...LISTENER, ...listenerJson("out") },
    { ...CLUSTER, ...clusterJson("app", upstream.port) },
  );
  await sidecar.ready;
  expect(sidecar.status).toEqual({ state: "LIVE" });
  expect(await httpGet(addressOf("out"))).toMatchObject({ status: 200, body: "hello" });
  expect(events.filter(({ level }) => level === "warning")).toHaveLength(1);
});

test("listeners of the bootstrap itself do not wait for a control plane that is not there for longer than Envoy's do", async () => {
  const clock = manualClock();
  const upstream = await startUpstream();
  const { sidecar, addressOf } = await startSidecar({
    bootstrap: bootstrap({
      listeners: [listenerJson("own")],
      clusters: [clusterJson("app", upstream.port)],
      ...adsJson(join(await temporaryFolder(), "ads.sock")),
    }),
    clock,
  });
  await clock.advanceAsync(15_000);
  await eventually(() => expect(sidecar.listeners.map(({ name }) => name)).toEqual(["own"]));
  expect(await httpGet(addressOf("own"))).toMatchObject({ body: "hello" });
  expect(sidecar.status.state).toBe("PRE_INITIALIZING");
});

test("it follows its control plane: what is refused changes nothing and is shown, what is removed drains", async () => {
  const path = join(await temporaryFolder(), "ads.sock");
  const controlPlane = await startControlPlane(path);
  const cluster = { ...CLUSTER, ...clusterJson("app", (await startUpstream()).port) };
  const listener = { ...LISTENER, ...listenerJson("out") };
  controlPlane.serve(listener, cluster);
  const { sidecar, events, admin, addressOf } = await startSidecar({ bootstrap: bootstrap(adsJson(path)) });
  await sidecar.ready;
  const address = addressOf("out");

  controlPlane.serve({ ...listener, listener_filters: [{ name: "acme.peek" }] }, cluster);
  await eventually(() => expect(events.map(({ kind }) => kind)).toContain("resource-refused"));
  expect(await httpGet(address)).toMatchObject({ body: "hello" });
  const dump = JSON.parse((await httpGet(admin, { path: "/config_dump?resource=dynamic_listeners" })).body);
  expect(dump.configs).toMatchObject([
    {
      name: "out",
      active_state: { listener: { name: "out" }, version_info: expect.any(String) },
      error_state: { details: expect.stringContaining("acme.peek is not supported") },
      client_status: "NACKED",
    },
  ]);

  controlPlane.serve({ ...listener, name: "other" }, cluster);
  await eventually(() => expect(sidecar.listeners.map(({ name }) => name)).toEqual(["other"]));
  expect(await httpGet(addressOf("other"))).toMatchObject({ body: "hello" });
  expect(sidecar.status).toEqual({ state: "LIVE" });
});

test("beside its control socket it serves what it has accepted: from the control plane, and of its own", async () => {
  const folder = await temporaryFolder();
  const controlPlane = await startControlPlane(join(folder, "ads.sock"));
  controlPlane.serve(
    { ...LISTENER, ...listenerJson("out") },
    { ...CLUSTER, ...clusterJson("app", 80) },
    { ...CLUSTER, ...clusterJson("unused", 80) },
  );
  const controlSocket = join(folder, "run", "web-1.sock");
  const { sidecar, admin } = await startSidecar({
    bootstrap: bootstrap({ clusters: [clusterJson("own", 80)], ...adsJson(join(folder, "ads.sock")) }),
    controlSocket,
  });
  await sidecar.ready;
  const { dualmesh } = JSON.parse((await httpGet(admin, { path: "/server_info" })).body);
  expect(dualmesh.ads).toBe(`unix:${controlSocket}.ads`);
  // An SDK that lost the control plane is as well off.
  await controlPlane.close();
  const client = createXdsClient({
    node: { id: "web-1" },
    target: { kind: "unix", address: `${controlSocket}.ads` },
    types: Object.values(dataPlaneTypes(createExtensionRegistry())),
  });
  onTestFinished(() => client[Symbol.asyncDispose]());
  const namesOf = (typeUrl: string): Promise<readonly string[]> =>
    new Promise((resolve) => {
      client.watchAll(typeUrl, (all: ReadonlyMap<string, ResourceState>) => resolve([...all.keys()].sort()));
    });
  expect(await namesOf(TYPE_URL.LDS)).toEqual(["out"]);
  expect(await namesOf(TYPE_URL.CDS)).toEqual(["app", "own"]);
});

test("the cluster by which the control plane is reached is none of the data plane", async () => {
  const folder = await temporaryFolder();
  const controlPlane = await startControlPlane(join(folder, "ads.sock"));
  controlPlane.serve();
  const address = { pipe: { path: join(folder, "ads.sock") } };
  const http2 = {
    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    explicit_http_config: { http2_protocol_options: {} },
  };
  const xds = {
    ...clusterJson("xds", 1),
    load_assignment: { cluster_name: "xds", endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }] },
    typed_extension_protocol_options: { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": http2 },
  };
  const { dynamic_resources: dynamic } = adsJson("") as { dynamic_resources: object };
  const { sidecar } = await startSidecar({
    bootstrap: bootstrap({
      clusters: [xds],
      dynamic_resources: {
        ...dynamic,
        ads_config: { api_type: "GRPC", grpc_services: [{ envoy_grpc: { cluster_name: "xds" } }] },
      },
    }),
  });
  await sidecar.ready;
  expect(sidecar.dataPlane.clusters).toEqual([]);
});

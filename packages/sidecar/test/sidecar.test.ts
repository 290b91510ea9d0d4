import { access, stat } from "node:fs/promises";
import { Agent } from "node:http";
import { join } from "node:path";
import { addressKey, type EndpointAddress } from "@dualmesh/dataplane";
import { manualClock } from "@dualmesh/testkit";
import { expect, onTestFinished, test } from "vitest";
import { checkSidecar, createSidecar } from "../src/index.ts";
import { adsJson, bootstrap, clusterJson, listenerJson } from "./bootstrap.ts";
import { httpGet } from "./http-get.ts";
import { startSidecar } from "./start-sidecar.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { freePort, startUpstream } from "./upstream.ts";

test("a static bootstrap serves: calls reach the upstream, and it is ready when its listeners accept", async () => {
  const upstream = await startUpstream();
  const { sidecar, events, addressOf } = await startSidecar({
    bootstrap: bootstrap({ listeners: [listenerJson("out")], clusters: [clusterJson("app", upstream.port)] }),
  });
  await sidecar.ready;
  expect(sidecar.status).toEqual({ state: "LIVE" });
  expect(await httpGet(addressOf("out"), { path: "/x" })).toMatchObject({ status: 200, body: "hello" });
  expect(upstream.seen.map(({ url }) => url)).toEqual(["/x"]);
  expect(events.at(-1)?.message).toBe(`live: out on ${addressKey(addressOf("out"))}`);
});

test("an inbound listener marks what it forwards with the token that only this machine is told", async () => {
  const upstream = await startUpstream();
  const { sidecar, admin, addressOf } = await startSidecar({
    bootstrap: bootstrap({
      listeners: [
        listenerJson("in", { traffic_direction: "INBOUND" }),
        listenerJson("out", { traffic_direction: "OUTBOUND" }),
      ],
      clusters: [clusterJson("app", upstream.port)],
    }),
  });
  await sidecar.ready;
  const { dualmesh } = JSON.parse((await httpGet(admin, { path: "/server_info" })).body);
  expect(dualmesh.hop_token).toMatch(/^[0-9a-f]{32}$/);
  const forged = { "x-dualmesh-hop": "forged" };
  await httpGet(addressOf("in"), { headers: forged });
  await httpGet(addressOf("out"), { headers: forged });
  expect(upstream.seen.map(({ headers }) => headers["x-dualmesh-hop"])).toEqual([
    dualmesh.hop_token,
    undefined,
  ]);
});

test("answers of an outbound listener's own say whether an upstream may have acted; an upstream cannot say so", async () => {
  const cutting = await startUpstream((request) => request.socket.destroy());
  const claiming = await startUpstream((_, response) => {
    response.setHeader("x-dualmesh-execution", "not-executed").end();
  });
  const routes = ["refused", "cutting", "claiming"].map((cluster) => ({
    match: { prefix: `/${cluster}` },
    route: { cluster },
  }));
  const { sidecar, addressOf } = await startSidecar({
    bootstrap: bootstrap({
      listeners: [
        listenerJson("out", { traffic_direction: "OUTBOUND", routes }),
        listenerJson("in", { traffic_direction: "INBOUND", routes }),
      ],
      clusters: [
        clusterJson("refused", await freePort()),
        clusterJson("cutting", cutting.port),
        clusterJson("claiming", claiming.port),
      ],
    }),
  });
  await sidecar.ready;
  const said = async (listener: string, path: string): Promise<unknown> =>
    (await httpGet(addressOf(listener), { path })).headers["x-dualmesh-execution"];
  expect(await said("out", "/refused")).toBe("not-executed");
  expect(await said("out", "/cutting")).toBe("in-doubt");
  expect(await said("out", "/nowhere")).toBe("not-executed");
  expect(await said("out", "/claiming")).toBeUndefined();
  expect(await said("in", "/refused")).toBeUndefined();
});

test("answers in either direction say who serves, and how long the upstream took, if one answered", async () => {
  const upstream = await startUpstream();
  const routes = [
    { match: { path: "/own" }, direct_response: { status: 200 } },
    { match: { prefix: "/" }, route: { cluster: "app" } },
  ];
  const { sidecar, addressOf } = await startSidecar({
    bootstrap: bootstrap({
      listeners: ["OUTBOUND", "INBOUND"].map((traffic_direction) =>
        listenerJson(traffic_direction, { traffic_direction, routes }),
      ),
      clusters: [clusterJson("app", upstream.port)],
    }),
  });
  await sidecar.ready;
  for (const direction of ["OUTBOUND", "INBOUND"]) {
    const answer = await httpGet(addressOf(direction));
    expect(answer.headers).toMatchObject({
      server: "envoy",
      "x-envoy-upstream-service-time": expect.stringMatching(/^\d+$/),
    });
    const own = await httpGet(addressOf(direction), { path: "/own" });
    expect(own.headers).toMatchObject({ server: "envoy" });
    expect(own.headers).not.toHaveProperty("x-envoy-upstream-service-time");
  }
});

test("closing answers what is under way, cuts what takes too long, and leaves nothing behind", async () => {
  const asked = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const upstream = await startUpstream((_, response) => {
    asked.resolve();
    void finish.promise.then(() => response.end("late"));
  });
  const folder = await temporaryFolder();
  const address = { pipe: { path: join(folder, "out.sock") } };
  const { sidecar, admin, addressOf } = await startSidecar({
    bootstrap: bootstrap({
      listeners: [listenerJson("out", { address })],
      clusters: [clusterJson("app", upstream.port)],
    }),
    controlSocket: join(folder, "run", "web-1.sock"),
  });
  await sidecar.ready;
  const under = httpGet(addressOf("out"));
  await asked.promise;
  expect(sidecar.active).toBe(1);
  const closed = sidecar.close();
  expect(await httpGet(admin, { path: "/ready" })).toMatchObject({
    status: 503,
    body: "DRAINING\nit is about to end\n",
  });
  finish.resolve();
  expect(await under).toMatchObject({ body: "late", headers: { connection: "close" } });
  await closed;
  await sidecar.closed;
  await expect(httpGet(admin)).rejects.toThrow("ECONNREFUSED");
  await expect(access(join(folder, "out.sock"))).rejects.toThrow("ENOENT");
  await expect(access(join(folder, "run", "web-1.sock"))).rejects.toThrow("ENOENT");
});

test("who holds a connection to the admin interface hears of the end while calls are still taken", async () => {
  const clock = manualClock();
  const upstream = await startUpstream();
  const { sidecar, admin, addressOf } = await startSidecar({
    bootstrap: bootstrap({ listeners: [listenerJson("out")], clusters: [clusterJson("app", upstream.port)] }),
    clock,
  });
  await sidecar.ready;
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  expect(await httpGet(admin, { path: "/ready", agent })).toMatchObject({ status: 200 });
  const closing = sidecar.close();
  expect(await httpGet(admin, { path: "/ready", agent })).toMatchObject({ status: 503 });
  expect(await httpGet(addressOf("out"))).toMatchObject({ status: 200, body: "hello" });
  await clock.advanceAsync(500);
  await closing;
});

test("a listener of the bootstrap whose address is taken ends the sidecar, with one sentence", async () => {
  const { port } = await startUpstream();
  const address = { socket_address: { address: "127.0.0.1", port_value: port } };
  const { sidecar, admin } = await startSidecar({
    bootstrap: bootstrap({
      listeners: [listenerJson("out", { address })],
      clusters: [clusterJson("app", port)],
    }),
  });
  await expect(sidecar.ready).rejects.toMatchObject({
    rawMessage: `listener "out": 127.0.0.1:${port} is in use by another process`,
  });
  await sidecar.closed;
  await expect(httpGet(admin)).rejects.toThrow("ECONNREFUSED");
});

test("the control socket is for this user alone, and for one sidecar at a time", async () => {
  const controlSocket = join(await temporaryFolder(), "run", "web-1.sock");
  const { sidecar } = await startSidecar({ bootstrap: bootstrap({}), controlSocket });
  await sidecar.ready;
  expect((await stat(join(controlSocket, ".."))).mode & 0o777).toBe(0o700);
  expect((await stat(controlSocket)).mode & 0o777).toBe(0o600);
  const address: EndpointAddress = { kind: "pipe", path: controlSocket };
  expect(await httpGet(address, { path: "/ready" })).toMatchObject({ status: 200, body: "LIVE\n" });
  await expect(createSidecar({ bootstrap: bootstrap({}), controlSocket })).rejects.toMatchObject({
    rawMessage: `control socket: ${controlSocket} is in use by another process`,
  });
});

test("a folder that others may write to is no place for a control socket", async () => {
  const folder = join(await temporaryFolder(), "open");
  const { chmod, mkdir } = await import("node:fs/promises");
  await mkdir(folder);
  await chmod(folder, 0o777);
  const starting = createSidecar({ bootstrap: bootstrap({}), controlSocket: join(folder, "web-1.sock") });
  await expect(starting).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
    rawMessage: `control socket: the folder ${folder} is not safe: others may write to it (mode 777)`,
  });
});

test("everything that is wrong with a bootstrap is said at once, and nothing is opened", () => {
  const bad = bootstrap({
    clusters: [{ ...clusterJson("a", 1), type: "EDS" }, clusterJson("b", 70_000)],
  });
  expect(() => checkSidecar({ bootstrap: bad, file: "web.yaml" })).toThrow(
    /web\.yaml: cluster "a"\.eds_cluster_config: .*\nweb\.yaml: cluster "b"\.load_assignment\..*got 70000/,
  );
});

test("a node needs an id where a control plane is asked, and only there", () => {
  expect(checkSidecar({ bootstrap: bootstrap({ node: {} }) })).toEqual([]);
  const asking = bootstrap({ node: {}, ...adsJson("/run/ads.sock") });
  expect(() => checkSidecar({ bootstrap: asking })).toThrow("node.id is needed");
  expect(checkSidecar({ bootstrap: asking, nodeId: "web-7" })).toEqual([]);
});

test("what is accepted and has no effect is listed", () => {
  const warnings = checkSidecar({
    bootstrap: bootstrap({
      layered_runtime: { layers: [{ name: "ops", admin_layer: {} }] },
      clusters: [{ ...clusterJson("app", 1), outlier_detection: {} }],
    }),
  });
  expect(warnings).toEqual([
    'runtime layer "ops" stays empty: /runtime_modify is not offered',
    'cluster "app".outlier_detection: it is set, and has no effect here',
  ]);
});

test.each([
  ["concurrency", { concurrency: 2 }, "concurrency must be 1, got 2"],
  ["a negative drain time", { drainTimeMs: -1 }, "drainTimeMs must be 0 ms or more, got -1"],
])("%s is refused when it is built", async (_, options, sentence) => {
  await expect(createSidecar({ bootstrap: bootstrap({}), ...options })).rejects.toThrow(sentence);
});

test("a start that fails leaves no socket open", async () => {
  const { port } = await startUpstream();
  const folder = await temporaryFolder();
  const admin = { address: { socket_address: { address: "127.0.0.1", port_value: port } } };
  const starting = createSidecar({ bootstrap: bootstrap({ admin }), controlSocket: join(folder, "a.sock") });
  await expect(starting).rejects.toMatchObject({
    rawMessage: `admin: 127.0.0.1:${port} is in use by another process`,
  });
  const again = await createSidecar({ bootstrap: bootstrap({}), controlSocket: join(folder, "a.sock") });
  onTestFinished(() => again.close());
  await again.ready;
});

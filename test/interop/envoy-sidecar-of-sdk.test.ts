import { EXECUTION_HEADER } from "@dualmesh/dataplane";
import { createMesh, type Mesh } from "@dualmesh/sdk";
import { expect, test } from "vitest";
import { describeWithEnvoy } from "./envoy-binary.ts";
import { staticBootstrap } from "./stage/bootstrap.ts";
import { eventually } from "./stage/eventually.ts";
import { freePort } from "./stage/free-port.ts";
import { listener, routeConfiguration, routeTo, staticCluster } from "./stage/resources.ts";
import { type SidecarProcess, startEnvoy } from "./stage/sidecar-process.ts";
import { ALL_ANSWERED, startSteadyLoad } from "./stage/steady-load.ts";
import { temporaryFolder } from "./stage/temporary-folder.ts";
import { HELD, startUpstream } from "./stage/upstream.ts";

/** Requests that a listener of Envoy has had. */
const requestsOf = ({ admin }: SidecarProcess, listenerName: string): Promise<number> =>
  admin.stat(`http.${listenerName}.downstream_rq_total`);

async function callOrders(mesh: Mesh, signal?: AbortSignal) {
  const answer = await mesh.fetch("http://orders/", signal === undefined ? {} : { signal });
  await answer.text();
  return answer;
}

/** An application with a bootstrap that sends `orders` to an upstream, and Envoy beside it with the same bootstrap. */
async function openStage(binary: string) {
  await using parts = new AsyncDisposableStack();
  const folder = parts.use(await temporaryFolder());
  const upstream = parts.use(await startUpstream("orders", 20));
  const adminPort = await freePort();
  const routes = { route_config: routeConfiguration("outbound", ["orders"], [routeTo("orders")]) };
  const bootstrap = await folder.write(
    "bootstrap.json",
    staticBootstrap({
      nodeId: "web-1",
      adminPort,
      listeners: [listener("outbound", "OUTBOUND", routes)],
      clusters: [staticCluster("orders", upstream.port)],
    }),
  );
  const startSidecar = async (): Promise<SidecarProcess> =>
    owned.use(await startEnvoy(binary, { bootstrap, adminPort }));
  const log: string[] = [];
  const openMesh = async (): Promise<Mesh> =>
    owned.use(
      await createMesh({
        bootstrap,
        mode: "auto",
        sidecar: { kind: "tcp", host: "127.0.0.1", port: adminPort },
        log: (sentence) => log.push(sentence),
      }),
    );
  const owned = parts.move();
  return { upstream, log, startSidecar, openMesh, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describeWithEnvoy("Envoy as the sidecar of an application with the SDK", (binary) => {
  test("is taken when it is there, and calls go through it", async () => {
    await using stage = await openStage(binary);
    const envoy = await stage.startSidecar();
    const mesh = await stage.openMesh();
    expect(mesh.mode.sidecar).toMatchObject({ kind: "present", info: { kind: "envoy" } });
    for (let i = 0; i < 10; i++) expect((await callOrders(mesh)).status).toBe(200);
    expect(await requestsOf(envoy, "outbound")).toBe(10);
    expect(mesh.mode.calls).toEqual({ sidecar: 10, direct: 0 });
    expect(stage.upstream.requests).toBe(10);
  });

  test("is killed under load: no call is lost, and the next go direct; it returns and is taken again", async () => {
    await using stage = await openStage(binary);
    const envoy = await stage.startSidecar();
    const mesh = await stage.openMesh();
    await using load = startSteadyLoad((signal) => callOrders(mesh, signal));
    await load.pass(100);
    await envoy.kill();
    await eventually(() => mesh.mode.sidecar.kind).toBe("absent");
    await load.pass(100);
    expect(mesh.mode.calls.direct).toBeGreaterThan(0);

    const returned = await stage.startSidecar();
    await eventually(() => mesh.mode.sidecar.kind).toBe("present");
    await load.pass(100);
    expect(await requestsOf(returned, "outbound")).toBeGreaterThan(0);
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);
  });

  test("hangs under load: that is noticed by its silence, no call is lost, and when it goes on it is taken again", async () => {
    await using stage = await openStage(binary);
    const envoy = await stage.startSidecar();
    const mesh = await stage.openMesh();
    await using load = startSteadyLoad((signal) => callOrders(mesh, signal));
    await load.pass(100);
    envoy.signal("SIGSTOP");
    await eventually(() => mesh.mode.sidecar).toMatchObject({
      kind: "absent",
      reason: expect.stringContaining("no answer within 500 ms"),
    });
    await load.pass(100);
    expect(mesh.mode.calls.direct).toBeGreaterThan(0);
    // It still hangs: what it took with it was answered all the same.
    expect(await load.stop()).toMatchObject(ALL_ANSWERED);

    envoy.signal("SIGCONT");
    await eventually(() => mesh.mode.sidecar.kind).toBe("present");
    const before = { ...mesh.mode.calls };
    expect((await callOrders(mesh)).status).toBe(200);
    expect(mesh.mode.calls).toEqual({ ...before, sidecar: before.sidecar + 1 });
  });

  test("takes a call with it that may not be repeated: it ends with the statement that nobody knows", async () => {
    await using stage = await openStage(binary);
    const envoy = await stage.startSidecar();
    const mesh = await stage.openMesh();
    const order = mesh.fetch(`http://orders${HELD}`, { method: "POST", body: "one" });
    await eventually(() => stage.upstream.requests).toBe(1);
    await envoy.kill();
    const { status, headers } = await order;
    expect([status, headers.get(EXECUTION_HEADER)]).toEqual([503, "in-doubt"]);
    expect(stage.upstream.requests).toBe(1);
    const next = await mesh.fetch("http://orders/", { method: "POST", body: "two" });
    expect(next.status).toBe(200);
  });

  test("with the id of another node is a stranger, and is left alone", async () => {
    await using stage = await openStage(binary);
    await using folder = await temporaryFolder();
    const adminPort = await freePort();
    const bootstrap = await folder.write("other.json", staticBootstrap({ nodeId: "web-2", adminPort }));
    await using _envoy = await startEnvoy(binary, { bootstrap, adminPort });
    const own = await folder.write("own.json", staticBootstrap({ nodeId: "web-1", adminPort }));
    await using mesh = await createMesh({ bootstrap: own });
    expect(mesh.mode.sidecar).toMatchObject({
      kind: "absent",
      reason: expect.stringContaining('expected the one of node "web-1", its node is "web-2"'),
    });
    expect(stage.log).toEqual([]);
  });
});

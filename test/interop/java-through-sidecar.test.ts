import { parseYaml } from "@dualmesh/envoy-api/yaml";
import { createSidecar, type Sidecar } from "@dualmesh/sidecar";
import { expect, test } from "vitest";
import {
  describeWithJavaPeers,
  type JavaCall,
  type JavaClientName,
  type JavaClientOptions,
  type JavaWork,
  runJavaClient,
  startJavaServer,
} from "./peers/java-peer.ts";

const route = (prefix: string, cluster: string): string =>
  `{match: {prefix: "${prefix}"}, route: {cluster: ${cluster}, timeout: 10s}}`;

const cluster = (name: string, port: number): string => `
  - name: ${name}
    type: STATIC
    load_assignment:
      cluster_name: ${name}
      endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: ${port}}}}}]}]`;

/** One listener for HTTP, Bolt and Dubbo, which finds the cluster of a call by its service. */
function bootstrap(bolt: number, dubbo: number): string {
  return `
node: {id: java-sidecar, cluster: shop}
static_resources:
  listeners:
  - name: everything
    address: {socket_address: {address: 0.0.0.0, port_value: 0}}
    listener_filters:
    - name: rpc
      typed_config:
        "@type": type.googleapis.com/dualmesh.extensions.filters.listener.rpc_inspector.v1.RpcInspector
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: everything
          route_config:
            name: services
            virtual_hosts:
            - name: services
              domains: ["*"]
              routes:
              - ${route("/com.example.Greeter:1.0/", "bolt")}
              - ${route("/com.example.Mirror:1.0/", "bolt")}
              - ${route("/com.example.Greeter/", "dubbo")}
              - ${route("/com.example.Mirror/", "dubbo")}
              - {match: {path: /ping}, direct_response: {status: 200, body: {inline_string: pong}}}
          http_filters:
          - name: router
            typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router}
  clusters:${cluster("bolt", bolt)}${cluster("dubbo", dubbo)}
`;
}

/** The Java servers behind one sidecar. */
async function openStage(): Promise<{ readonly sidecar: Sidecar; readonly port: number } & AsyncDisposable> {
  await using parts = new AsyncDisposableStack();
  const [bolt, dubbo] = await Promise.all([startJavaServer("bolt-server"), startJavaServer("dubbo-server")]);
  parts.use(bolt);
  parts.use(dubbo);
  const sidecar = parts.use(
    await createSidecar({
      bootstrap: parseYaml("envoy.config.bootstrap.v3.Bootstrap", bootstrap(bolt.port, dubbo.port)),
    }),
  );
  await sidecar.ready;
  const [listener] = sidecar.listeners;
  const port = listener?.address.kind === "tcp" ? listener.address.port : 0;
  const all = parts.move();
  return { sidecar, port, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

const outcomes = (calls: readonly JavaCall[]): readonly (readonly [string, unknown])[] =>
  calls.map(({ call, ok, error }) => [call, error ?? ok]);

const SAME = { same: true };

/** All works of a client, and what their calls give; of the one that takes too long, the name of the exception. */
const WORKS: readonly JavaWork[] = ["greeter", "mirror", "one-way", "big=1100000", "idle=900"];
const allCalls = (timeout: string): unknown[] => [
  ["greet", "hello 天地 😀"],
  ["echo", SAME],
  ["echo null", null],
  ["fail", "com.example.GreeterException"],
  ["slow", 10],
  ["slow, over the timeout", timeout],
  ["reflect null", null],
  ...["values", "tree", "order in itself", "ring", "map in itself"].map((name) => [`reflect ${name}`, SAME]),
  ["one-way", null],
  ["reflected", expect.any(Number)],
  ...["bytes", "text", "list"].map((name) => [`reflect big ${name}`, SAME]),
  ["before", "hello before"],
  ["after", "hello after"],
];

const SOFA_TIMEOUT = "com.alipay.sofa.rpc.core.exception.SofaTimeOutException";
const BOLT_TIMEOUT = "com.alipay.remoting.rpc.exception.InvokeTimeoutException";
const DUBBO_TIMEOUT = "org.apache.dubbo.rpc.RpcException";

describeWithJavaPeers("behind one listener of a sidecar that speaks all protocols", () => {
  test("Java clients of each reach the Java servers: every call, exceptions, timeouts, cycles, big values, heartbeats", async () => {
    await using stage = await openStage();
    const peer = `127.0.0.1:${stage.port}`;
    const run = async (client: JavaClientName, options: JavaClientOptions = {}): Promise<unknown> =>
      outcomes(await runJavaClient(client, peer, { works: WORKS, timeoutMs: 40_000, ...options }));
    expect(await run("bolt-client")).toEqual(allCalls(SOFA_TIMEOUT));
    expect(await run("bolt-client", { bolt: "v2" })).toEqual(allCalls(BOLT_TIMEOUT));
    expect(await run("bolt-client", { bolt: "v2+crc" })).toEqual(allCalls(BOLT_TIMEOUT));
    expect(await run("dubbo-client")).toEqual(allCalls(DUBBO_TIMEOUT));
    expect(await run("dubbo27-client")).toEqual(allCalls(DUBBO_TIMEOUT));
    const pong = await fetch(`http://${peer}/ping`);
    expect(await pong.text()).toBe("pong");
  }, 120_000);

  test("a call that no route takes is refused in words that its client knows", async () => {
    await using parts = new AsyncDisposableStack();
    const sidecar = parts.use(
      await createSidecar({
        bootstrap: parseYaml(
          "envoy.config.bootstrap.v3.Bootstrap",
          bootstrap(1, 1).replaceAll("match: {prefix: ", "match: {path: "),
        ),
      }),
    );
    await sidecar.ready;
    const [listener] = sidecar.listeners;
    const peer = `127.0.0.1:${listener?.address.kind === "tcp" ? listener.address.port : 0}`;
    const [bolt] = await runJavaClient("bolt-client", peer, { bolt: "v1" });
    expect(bolt).toMatchObject({ error: "com.alipay.remoting.rpc.exception.InvokeException" });
    const [dubbo] = await runJavaClient("dubbo-client", peer);
    expect(dubbo).toMatchObject({ error: "org.apache.dubbo.rpc.RpcException", message: expect.any(String) });
  }, 60_000);
});

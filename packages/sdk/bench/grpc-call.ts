/**
 * One unary call of a grpc-js client: on grpc-js's own channel, on a channel of the mesh in direct mode, and what
 * node:http2 alone takes for the same bytes. 64 calls in flight; interleaved rounds; medians; ratios first.
 */
import { fork } from "node:child_process";
import { connect } from "node:http2";
import { fileURLToPath } from "node:url";
import { frameMessage } from "@dualmesh/codecs/grpc";
import { createMesh } from "@dualmesh/sdk";
import * as grpc from "@grpc/grpc-js";
import { SAY } from "./grpc-call/say-service.ts";
import { medianRun, type Run, runLoad } from "./mesh-call/load.ts";

const ROUNDS = 9;
const CALLS = 10_000;
const IN_FLIGHT = 64;

const upstream = fork(fileURLToPath(new URL("./grpc-call/upstream.ts", import.meta.url)));
const port = await new Promise<number>((resolve) =>
  upstream.once("message", (message) => resolve(Number(message))),
);

const bootstrap = `
node: { id: bench, cluster: bench }
static_resources:
  listeners:
  - name: outbound
    traffic_direction: OUTBOUND
    address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: outbound
          route_config:
            virtual_hosts:
            - name: say
              domains: ["say:50051"]
              routes: [{ match: { prefix: "/" }, route: { cluster: say, timeout: 5s } }]
          http_filters:
          - name: router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
  clusters:
  - name: say
    type: STATIC
    http2_protocol_options: {}
    load_assignment:
      cluster_name: say
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${port} } } }
`;
await using mesh = await createMesh({ bootstrap: { text: bootstrap }, mode: "direct" });

const Client = grpc.makeGenericClientConstructor(SAY, "bench.Say");
type SayClient = grpc.Client & {
  Hello(message: Buffer, callback: grpc.requestCallback<Buffer>): grpc.ClientUnaryCall;
};
const insecure = grpc.credentials.createInsecure();
const own = new Client(`127.0.0.1:${port}`, insecure) as unknown as SayClient;
const meshed = new Client("say:50051", insecure, {
  channelOverride: mesh.channel("say:50051"),
}) as unknown as SayClient;

const message = Buffer.alloc(100, "x");
const callWith = (client: SayClient) => () =>
  new Promise<void>((resolve, reject) => {
    client.Hello(message, (error) => (error === null ? resolve() : reject(error)));
  });

const session = connect(`http://127.0.0.1:${port}`);
const bare = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const stream = session.request({
      ":method": "POST",
      ":path": SAY.Hello.path,
      te: "trailers",
      "content-type": "application/grpc",
    });
    stream.on("error", reject);
    stream.on("end", resolve);
    stream.resume();
    stream.end(frameMessage(message));
  });

const cases = [
  { name: "grpc-js", call: callWith(own) },
  { name: "grpc-js on a channel of the mesh", call: callWith(meshed) },
  { name: "node:http2 alone", call: bare },
];
const cpuUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const runs = new Map<string, Run[]>(cases.map(({ name }) => [name, []]));
for (let round = -2; round < ROUNDS; round++) {
  for (const { name, call } of cases) {
    const run = await runLoad({ call, cpuUs, calls: CALLS, inFlight: IN_FLIGHT });
    if (round >= 0) runs.get(name)?.push(run);
  }
}
const medians = new Map([...runs].map(([name, list]) => [name, medianRun(list)]));
const cpu = (name: string): number => medians.get(name)?.cpuUs ?? Number.NaN;
const ours = cpu("grpc-js on a channel of the mesh");
console.log(`\n${IN_FLIGHT} unary calls in flight, ${ROUNDS} rounds of ${CALLS} calls, medians`);
console.log(`  channel of the mesh : grpc-js's own  ${(ours / cpu("grpc-js")).toFixed(2)}`);
console.log(`  channel of the mesh : node:http2     ${(ours / cpu("node:http2 alone")).toFixed(2)}\n`);
for (const [name, run] of medians) {
  const figures = [run.cpuUs.toFixed(1), run.callsPerSecond.toFixed(0), run.p50Us.toFixed(0)];
  const [perCall, rate, p50] = figures.map((figure) => figure.padStart(7));
  console.log(`  ${name.padEnd(36)} ${perCall} µs CPU ${rate} calls/s  p50 ${p50} µs`);
}
session.destroy();
own.close();
upstream.kill();

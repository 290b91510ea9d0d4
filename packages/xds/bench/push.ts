/**
 * What it takes to bring one change to many clients over gRPC: from `setSnapshot` until each has it, and the memory of the
 * server. Each client has a connection and a stream of its own; they live in a second process.
 *
 *   node --conditions=@dualmesh/source --expose-gc packages/xds/bench/push.ts [clients] [sotw|delta]        1,000 and both by default
 *
 * 100 clusters with 10 endpoints each. Rounds of both variants alternate, since machines are noisy; medians are printed, and
 * the processor time of the server, which what else runs on the machine disturbs less. Believe the memory of one variant alone.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type ClientHttp2Stream, connect } from "node:http2";
import { type Metrics, noMetrics } from "@dualmesh/core";
import { decode, encode, packAny, TYPE_URL } from "@dualmesh/envoy-api";
import { createSnapshot, createXdsServer, type Snapshot, type SnapshotResource } from "@dualmesh/xds/server";

const { CDS, EDS } = TYPE_URL;
const CLUSTERS = 100;
const ENDPOINTS = 10;
const ROUNDS = 21;

const VARIANTS = ["sotw", "delta"] as const;
type Variant = (typeof VARIANTS)[number];

const METHOD: Readonly<Record<Variant, string>> = {
  sotw: "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources",
  delta: "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
};

async function playServer(clients: number, variants: readonly Variant[]): Promise<void> {
  for (const change of ["one endpoint", "one cluster"]) {
    const runs: Run[] = [];
    for (const variant of variants) runs.push(await openRun(variant, clients));
    for (let revision = 2; revision < 2 + ROUNDS; revision++) {
      for (const run of runs) {
        await run.push(change === "one cluster" ? snapshot(revision, 1) : snapshot(1, revision));
      }
    }
    console.log(`${change} of ${CLUSTERS} × ${ENDPOINTS} changes, ${clients} streams:`);
    for (const run of runs) console.log(`  ${await run.end()}`);
  }
}

interface Run {
  push(next: Snapshot): Promise<void>;
  end(): Promise<string>;
}

/** A server with its clients, all of which have everything. */
async function openRun(variant: Variant, clients: number): Promise<Run> {
  let encoded = 0;
  let accepted = 0;
  const add: Readonly<Record<string, () => void>> = {
    "xds.server.responses_encoded": () => encoded++,
    "xds.server.request.ack": () => accepted++,
  };
  const counter: Metrics["counter"] = (name) => ({
    ...noMetrics.counter(name),
    add: add[name] ?? (() => {}),
  });
  const metrics: Metrics = { ...noMetrics, counter };
  const server = createXdsServer({ group: () => "all", metrics });
  server.setSnapshot("all", snapshot(1, 1));
  const listening = await server.listen({ host: "127.0.0.1", port: 0 });
  const rssBefore = rssMib();
  const port = listening.address.split(":").at(-1) as string;
  const child = fork(import.meta.filename, ["clients", variant, port, String(clients)]);
  await heard(child, "ready");
  const rss = rssMib() - rssBefore;
  while (accepted < 2 * clients) await turn();
  encoded = 0;
  const times: number[] = [];
  const cpu: number[] = [];
  return {
    async push(next) {
      const from = performance.now();
      const cpuFrom = process.cpuUsage();
      server.setSnapshot("all", next);
      await heard(child, "done");
      times.push(performance.now() - from);
      while (accepted % clients !== 0) await turn();
      const { user, system } = process.cpuUsage(cpuFrom);
      cpu.push((user + system) / 1_000);
    },
    async end() {
      const parts = [
        `${variant}: ${median(times).toFixed(0)} ms to the last client`,
        `${median(cpu).toFixed(0)} ms of the server's processor to the last answer`,
        `${(encoded / times.length).toFixed(1)} responses encoded`,
        `${rss} MiB for the streams, ${rssMib()} MiB RSS in all`,
      ];
      child.disconnect();
      await once(child, "exit");
      await listening.close();
      return parts.join(", ");
    },
  };
}

/** Waits for a word of the clients; who dies says none. */
function heard(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = (said: unknown): void => {
      if (said !== word) return;
      child.off("message", listen);
      child.off("exit", reject);
      resolve();
    };
    child.on("message", listen);
    child.once("exit", reject);
  });
}

function snapshot(clusterRevision: number, endpointRevision: number): Snapshot {
  const resources: SnapshotResource[] = [];
  for (let i = 0; i < CLUSTERS; i++) {
    const revision = i === 0 ? clusterRevision : 1;
    const cluster = { name: `c${i}`, type: "EDS", connect_timeout: { seconds: revision } } as const;
    resources.push(pack(CDS, `c${i}`, packAny("envoy.config.cluster.v3.Cluster", cluster)));
    const lb_endpoints = Array.from({ length: ENDPOINTS }, (_, at) => {
      const port_value = 8_000 + (i === 0 && at === 0 ? endpointRevision : 0);
      return { endpoint: { address: { socket_address: { address: `10.0.${i}.${at}`, port_value } } } };
    });
    const assignment = { cluster_name: `c${i}`, endpoints: [{ lb_endpoints }] };
    resources.push(pack(EDS, `c${i}`, packAny("envoy.config.endpoint.v3.ClusterLoadAssignment", assignment)));
  }
  return createSnapshot(resources);
}

function pack(typeUrl: string, name: string, any: ReturnType<typeof packAny>): SnapshotResource {
  return { typeUrl, name, any: encode("google.protobuf.Any", any) };
}

/** Clients that ask for everything and accept it; tells the parent when all have got what was pushed. */
async function playClients(): Promise<void> {
  const [variant, port, count] = process.argv.slice(3) as [Variant, string, string];
  const clients = Number(count);
  let missing = 2 * clients;
  let word = "ready";
  const got = (typeUrl: string): void => {
    // A changed cluster is followed by its endpoints: who has these has both.
    if (word === "done" && typeUrl !== EDS) return;
    if (--missing > 0) return;
    process.send?.(word);
    word = "done";
    missing = clients;
  };
  for (let i = 0; i < clients; i++) {
    const session = connect(`http://127.0.0.1:${port}`);
    const headers = { ":method": "POST", ":path": METHOD[variant], "content-type": "application/grpc" };
    const stream = session.request({ ...headers, te: "trailers" });
    readFrames(stream, (frame) => {
      const { type_url, nonce } = read(variant, frame);
      stream.write(frameOf(request(variant, type_url, nonce)));
      got(type_url);
    });
    for (const typeUrl of [CDS, EDS]) stream.write(frameOf(request(variant, typeUrl, "")));
    // One after the other: a thousand at once would overrun the queue of the listener.
    if (i % 50 === 49) await once(stream, "response");
  }
  process.once("disconnect", () => process.exit());
}

let lastFrame: Buffer = Buffer.alloc(0);
let lastRead = { type_url: "", nonce: "" };

/** The same bytes come a thousand times, and are read once: what is measured is the server. */
function read(variant: Variant, frame: Buffer): { readonly type_url: string; readonly nonce: string } {
  if (frame.equals(lastFrame)) return lastRead;
  lastFrame = Buffer.from(frame);
  lastRead =
    variant === "delta"
      ? decode("envoy.service.discovery.v3.DeltaDiscoveryResponse", frame)
      : decode("envoy.service.discovery.v3.DiscoveryResponse", frame);
  return lastRead;
}

function request(variant: Variant, type_url: string, response_nonce: string): Uint8Array {
  return variant === "delta"
    ? encode("envoy.service.discovery.v3.DeltaDiscoveryRequest", { type_url, response_nonce })
    : encode("envoy.service.discovery.v3.DiscoveryRequest", { type_url, response_nonce });
}

/** gRPC over HTTP/2: a byte that says "not compressed", four of length, the message. */
function frameOf(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function readFrames(stream: ClientHttp2Stream, take: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  stream.on("data", (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1);
      take(rest.subarray(5, end));
      rest = rest.subarray(end);
    }
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Without what is garbage, if Node was started with `--expose-gc`. */
function rssMib(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1024 / 1024);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

if (process.argv[2] === "clients") await playClients();
else
  await playServer(
    Number(process.argv[2] ?? 1_000),
    VARIANTS.filter((one) => one === (process.argv[3] ?? one)),
  );

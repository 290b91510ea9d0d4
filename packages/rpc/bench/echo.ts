// 64 calls in flight on one connection, 1 KiB there and back, client and server in one process; echoes per second of CPU:
//   node --conditions=@dualmesh/source bench/echo.ts
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { java } from "@dualmesh/codecs/hessian";
import { Client, credentials, Server, ServerCredentials, type sendUnaryData } from "@grpc/grpc-js";
import {
  createBoltClient,
  createDubboClient,
  createRpcServer,
  defineService,
  implement,
} from "../src/index.ts";

const IN_FLIGHT = 64;
const payload = Buffer.alloc(1_024, "a");
const TURNS = 5;
const ROUNDS = 5;
const CALLS = 20_000;

/** One echo, and the end of both sides. */
interface Contender {
  readonly echo: () => Promise<unknown>;
  readonly close: () => Promise<void> | void;
}

const Echo = defineService("com.example.Echo", {
  version: "1.0",
  methods: { echo: { args: [java.bytes], returns: java.bytes } },
});

async function ours(create: typeof createBoltClient | typeof createDubboClient): Promise<Contender> {
  const server = createRpcServer({ services: [implement(Echo, { echo: (bytes) => bytes })] });
  const client = create({ address: await server.listen({ port: 0, host: "127.0.0.1" }) });
  const echo = client.service(Echo);
  return {
    echo: () => echo.echo(payload),
    async close() {
      await client.close();
      await server.close();
    },
  };
}

/** What its package says of itself is nothing: it has no types. */
interface SofaRpcNode {
  readonly server: {
    readonly RpcServer: new (
      options: object,
    ) => {
      addService(service: object, methods: object): void;
      start(): Promise<void>;
      close(): Promise<void>;
    };
  };
  readonly client: {
    readonly RpcClient: new (
      options: object,
    ) => {
      createConsumer(options: object): SofaConsumer;
      close(): Promise<void>;
    };
  };
}

interface SofaConsumer {
  ready(): Promise<void>;
  invoke(method: string, args: readonly unknown[], options: object): Promise<unknown>;
}

async function sofaRpcNode(): Promise<Contender> {
  const sofa = createRequire(import.meta.url)("sofa-rpc-node") as SofaRpcNode;
  const logger = { info() {}, warn() {}, error: console.error, debug() {} };
  const port = 20_000 + (process.pid % 10_000);
  const server = new sofa.server.RpcServer({ logger, port });
  server.addService({ interfaceName: "com.example.Echo" }, { echo: async (bytes: unknown) => bytes });
  await server.start();
  const client = new sofa.client.RpcClient({ logger });
  const consumer = client.createConsumer({
    interfaceName: "com.example.Echo",
    serverHost: `127.0.0.1:${port}`,
  });
  await consumer.ready();
  return {
    echo: () => consumer.invoke("echo", [payload], { responseTimeout: 3_000 }),
    async close() {
      await client.close();
      await server.close();
    },
  };
}

async function grpcJs(): Promise<Contender> {
  const bytes = (value: Buffer): Buffer => value;
  const echo = {
    path: "/com.example.Echo/echo",
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  } as const;
  const server = new Server();
  server.addService(
    { echo },
    { echo: (call: { readonly request: Buffer }, reply: sendUnaryData<Buffer>) => reply(null, call.request) },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    echo: () =>
      new Promise((resolve, reject) => {
        const deadline = Date.now() + 3_000;
        client.makeUnaryRequest(echo.path, bytes, bytes, payload, { deadline }, (error, value) =>
          error === null ? resolve(value) : reject(error),
        );
      }),
    close() {
      client.close();
      server.forceShutdown();
    },
  };
}

/** Echoes per second of CPU, of both sides together. */
async function round({ echo }: Contender): Promise<number> {
  let left = CALLS;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await echo();
  };
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const { user, system } = process.cpuUsage(before);
  return CALLS / ((user + system) / 1e6);
}

const CONTENDERS: Readonly<Record<string, () => Promise<Contender>>> = {
  Bolt: () => ours(createBoltClient),
  Dubbo: () => ours(createDubboClient),
  "sofa-rpc-node": sofaRpcNode,
  "grpc-js": grpcJs,
};

/** The median of some rounds behind one that warms up. */
async function measure(start: () => Promise<Contender>): Promise<number> {
  const contender = await start();
  const figures: number[] = [];
  for (let i = 0; i <= ROUNDS; i++) figures.push(await round(contender));
  await contender.close();
  return medianOf(figures.slice(1));
}

function medianOf(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? 0;
}

// Each in a process of its own, in turns: one's garbage is not to be collected in another's time.
const [name] = process.argv.slice(2);
const own = name === undefined ? undefined : CONTENDERS[name];
if (own !== undefined) {
  console.log(await measure(own));
  process.exit(0);
}
const results = new Map(Object.keys(CONTENDERS).map((one) => [one, [] as number[]]));
for (let turn = 0; turn < TURNS; turn++) {
  for (const [one, figures] of results) {
    const args = [...process.execArgv, fileURLToPath(import.meta.url), one];
    figures.push(Number(execFileSync(process.execPath, args, { encoding: "utf8" })));
  }
}
const bolt = medianOf(results.get("Bolt") ?? []);
for (const [one, figures] of results) {
  const median = medianOf(figures);
  const ratio = (bolt / median).toFixed(1);
  console.log(
    `${one.padEnd(14)} ${Math.round(median).toLocaleString("en").padStart(7)} a second of CPU   Bolt / it: ${ratio}`,
  );
}

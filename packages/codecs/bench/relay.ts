// What it costs a proxy to know where messages begin and end: echoes of 1 KiB by HTTP/1.1 through a relay that forwards bytes, and
// through one that scans each head and frames each message anew. One process has client, relay and server, so that the ratio is of
// all three: npm run bench -- codecs/bench/relay
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import {
  createRequestDecoder,
  createResponseDecoder,
  writeRequestHead,
  writeResponseHead,
} from "../src/http1/index.ts";

const CALLS = 4_000;
const ROUNDS = 15;
const BODY = Buffer.alloc(1_024, 0x61);
const REQUEST = Buffer.concat([
  Buffer.from(
    "POST /echo HTTP/1.1\r\nHost: orders\r\nuser-agent: bench\r\naccept: */*\r\nx-request-id: 5f0c1b9e-8a4d-4c3e-9f2b\r\n" +
      `content-type: application/octet-stream\r\ncontent-length: ${BODY.length}\r\n\r\n`,
  ),
  BODY,
]);
const RESPONSE = Buffer.concat([
  Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: ${BODY.length}\r\n\r\n`,
  ),
  BODY,
]);

async function listen(onConnection: (socket: Socket) => void): Promise<[server: Server, port: number]> {
  const server = createServer({ noDelay: true }, onConnection).listen(0, "127.0.0.1");
  await once(server, "listening");
  return [server, (server.address() as AddressInfo).port];
}

/** Answers each whole request, and looks at nothing but its length. */
function answer(socket: Socket): void {
  let received = 0;
  socket.on("data", (bytes: Buffer) => {
    received += bytes.length;
    // The scanning relay writes heads of its own spelling: a request is over with its body.
    while (received >= expectedBytes) {
      received -= expectedBytes;
      socket.write(RESPONSE);
    }
  });
}
const expectedBytes = REQUEST.length;

function pipeBytes(port: number): (socket: Socket) => void {
  return (socket) => {
    const upstream = connect({ port, noDelay: true });
    socket.on("data", (bytes) => upstream.write(bytes));
    upstream.on("data", (bytes) => socket.write(bytes));
    socket.once("close", () => upstream.destroy());
  };
}

function scan(port: number): (socket: Socket) => void {
  return (socket) => {
    const upstream = connect({ port, noDelay: true });
    const responses = createResponseDecoder({
      head({ status, headers }, isWhole, body) {
        const head = Buffer.from(writeResponseHead(status, headers, ""), "latin1");
        socket.write(body === undefined ? head : Buffer.concat([head, body]));
        if (isWhole) responses.next();
      },
      body: (bytes) => void socket.write(bytes),
      end: () => responses.next(),
      failed: ({ message }) => socket.destroy(new Error(message)),
    });
    const requests = createRequestDecoder({
      head({ method, target, headers }, isWhole, body) {
        responses.expect(method);
        const head = Buffer.from(writeRequestHead(method, target, "orders", headers, ""), "latin1");
        upstream.write(body === undefined ? head : Buffer.concat([head, body]));
        if (isWhole) requests.next();
      },
      body: (bytes) => void upstream.write(bytes),
      end: () => requests.next(),
      failed: ({ message }) => socket.destroy(new Error(message)),
    });
    socket.on("data", (bytes: Buffer) => requests.feed(bytes));
    upstream.on("data", (bytes: Buffer) => responses.feed(bytes));
    socket.once("close", () => upstream.destroy());
  };
}

/** CPU per echo, one after the other. Microseconds. */
async function echo(port: number): Promise<number> {
  const socket = connect({ port, noDelay: true });
  await once(socket, "connect");
  let left = CALLS;
  let received = 0;
  const done = Promise.withResolvers<void>();
  socket.on("data", (bytes: Buffer) => {
    received += bytes.length;
    if (received < RESPONSE.length) return;
    received = 0;
    if (--left === 0) done.resolve();
    else socket.write(REQUEST);
  });
  const start = process.cpuUsage();
  socket.write(REQUEST);
  await done.promise;
  const { user, system } = process.cpuUsage(start);
  socket.destroy();
  return (user + system) / CALLS;
}

const [server, port] = await listen(answer);
const [bare, barePort] = await listen(pipeBytes(port));
const [scanning, scanningPort] = await listen(scan(port));
const costs: { bare: number[]; scanning: number[] } = { bare: [], scanning: [] };
for (let round = -2; round < ROUNDS; round++) {
  const bareCost = await echo(barePort);
  const scanningCost = await echo(scanningPort);
  if (round < 0) continue;
  costs.bare.push(bareCost);
  costs.scanning.push(scanningCost);
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const [bareUs, scanningUs] = [median(costs.bare), median(costs.scanning)];
console.log(
  `an echo of 1 KiB through a bare relay:     ${bareUs.toFixed(1)} µs of CPU, client and server counted`,
);
console.log(
  `through one that scans and frames anew:    ${scanningUs.toFixed(1)} µs (${(scanningUs / bareUs).toFixed(2)} ×)`,
);
for (const one of [server, bare, scanning]) one.close();

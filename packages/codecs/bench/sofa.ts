// A whole call of SOFARPC in a frame of Bolt, as its client writes it and its server reads it, beside sofa-bolt-node, in one run
// with rounds in turns: npm run bench -- codecs/bench/sofa. Per CPU second.
import { createRequire } from "node:module";
import {
  BOLT_COMMAND,
  BOLT_TYPE,
  bolt,
  createSofaContent,
  SOFA_CLASS,
  sofaCallHeaders,
  writeBoltFrame,
} from "../src/bolt/index.ts";
import { FrameDecoder } from "../src/frame/index.ts";
import { java, type ValueOf } from "../src/hessian/index.ts";

const require = createRequire(import.meta.url);
const peer = require("sofa-bolt-node");

const ROUNDS = 15;
const ROUND_MS = 60;

const Item = java.class("com.example.Item", {
  sku: java.string,
  title: java.string,
  count: java.int,
  price: java.double,
});
const Order = java.class("com.example.Order", { id: java.long, title: java.string, items: java.list(Item) });
type Order = ValueOf<typeof Order>;

const order = (items: number): Order =>
  Order.of({
    id: 81_234_567_890n,
    title: "things for a house",
    items: Array.from({ length: items }, (_, i) =>
      Item.of({ sku: `SKU-${1_000 + i}`, title: `household article no. ${i}`, count: i, price: i * 1.25 }),
    ),
  });

const service = "com.example.Greeter:1.0";
const content = createSofaContent({ classes: [Order] });

function write(value: Order): Buffer {
  const body = content.writeRequest(
    { service, method: "echo", argumentTypes: [Order.javaName], arguments: [value] },
    [Order],
  );
  const frame = writeBoltFrame({
    type: BOLT_TYPE.request,
    command: BOLT_COMMAND.request,
    id: 7,
    timeoutMs: 3_000,
    className: SOFA_CLASS.request,
    headers: sofaCallHeaders({ service, method: "echo" }),
    content: body,
  });
  return Buffer.concat(frame.bytes);
}

let received: unknown;
const decoder = new FrameDecoder(bolt, (frame) => {
  received = content.readRequest(frame.body).arguments[0];
});

function read(bytes: Buffer): unknown {
  received = undefined;
  decoder.feed(bytes);
  return received;
}

const hint = ($class: string, $: unknown): unknown => ({ $class, $ });

function peerArgument(value: Order): unknown {
  return hint("com.example.Order", {
    id: hint("long", Number(value.id)),
    title: value.title,
    items: (value.items ?? []).map((item) =>
      hint("com.example.Item", {
        sku: item?.sku,
        title: item?.title,
        count: hint("int", item?.count),
        price: hint("double", item?.price),
      }),
    ),
  });
}

/** Its encoder and decoder are streams: what one writes is read off it at once. */
function createPeer(value: Order) {
  const encoder = peer.encoder({ sentReqs: new Map() });
  const reader = peer.decoder({ sentReqs: new Map() });
  const request = {
    serverSignature: service,
    methodName: "echo",
    args: [peerArgument(value)],
    requestProps: null,
    timeout: 3_000,
  };
  let last: unknown;
  reader.on("request", (given: { data: { args: unknown[] } }) => {
    last = given.data.args[0];
  });
  return {
    write(): Buffer {
      encoder.writeRequest(7, request);
      return encoder.read();
    },
    read(bytes: Buffer): unknown {
      last = undefined;
      reader.write(bytes);
      return last;
    },
  };
}

function rate(work: () => unknown): number {
  let count = 0;
  let spent = 0;
  const start = process.cpuUsage();
  while (spent < ROUND_MS * 1_000) {
    for (let i = 0; i < 1_000; i++) if (work() === undefined) throw new Error("nothing came of it");
    count += 1_000;
    const { user, system } = process.cpuUsage(start);
    spent = user + system;
  }
  return (count * 1e6) / spent;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

for (const items of [1, 40]) {
  const value = order(items);
  const theirs = createPeer(value);
  const [bytes, peerBytes] = [write(value), theirs.write()];
  const works = {
    write: () => write(value),
    "peer writes": () => theirs.write(),
    read: () => read(bytes),
    "peer reads": () => theirs.read(peerBytes),
  };
  const rates = new Map<string, number[]>();
  for (let round = -2; round < ROUNDS; round++) {
    for (const [name, work] of Object.entries(works)) {
      const one = rate(work);
      if (round >= 0) rates.set(name, [...(rates.get(name) ?? []), one]);
    }
  }
  const of = (name: string): number => median(rates.get(name) ?? []);
  const line = (what: string, own: number, other: number): string =>
    `  ${what}: ${Math.round(own / 1_000)} k/s, sofa-bolt-node ${Math.round(other / 1_000)} k/s (${(own / other).toFixed(2)} ×)`;
  console.log(
    `a call with an order of ${items} items: ${bytes.length} bytes, sofa-bolt-node ${peerBytes.length}`,
  );
  console.log(line("written", of("write"), of("peer writes")));
  console.log(line("read", of("read"), of("peer reads")));
}

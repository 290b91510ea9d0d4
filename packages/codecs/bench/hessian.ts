// Hessian in both dialects beside the packages that Node services use today, in one run, with their rounds in turns:
//   npm run bench -- codecs/bench/hessian
// Per CPU second, so that neighbours on the machine count less. Java's libraries are in hessian-java.ts.
import { createRequire } from "node:module";
import { createHessian, type HessianDialect, java, type ValueOf } from "../src/hessian/index.ts";

const require = createRequire(import.meta.url);
const hessianJs = require("hessian.js");
const sofaHessian = require("sofa-hessian-node");

const ROUNDS = 15;
const ROUND_MS = 60;

const User = java.class("com.example.User", {
  id: java.long,
  name: java.string,
  level: java.int,
  active: java.boolean,
  score: java.double,
  createdAt: java.date,
});
const Item = java.class("com.example.Item", {
  sku: java.string,
  title: java.string,
  count: java.int,
  price: java.double,
  weight: java.double,
  isGift: java.boolean,
});
const Order = java.class("com.example.Order", {
  id: java.long,
  title: java.string,
  paid: java.boolean,
  weight: java.double,
  createdAt: java.date,
  items: java.list(Item),
});
type Order = ValueOf<typeof Order>;

const user = {
  id: 9_007_199_254n,
  name: "Zhang Wei",
  level: 7,
  active: true,
  score: 99.5,
  createdAt: new Date(1_700_000_000_123),
};
const order: Order = {
  id: 81_234_567_890n,
  title: "forty things for a house",
  paid: true,
  weight: 12.75,
  createdAt: new Date(1_700_000_000_123),
  items: Array.from({ length: 40 }, (_, i) =>
    Item.of({
      sku: `SKU-${100_000 + i}`,
      title: `household article no. ${i}, for outside`,
      count: 1 + (i % 7) * 30,
      price: i * 1.25,
      weight: 0.31 * i,
      isGift: i % 5 === 0,
    }),
  ),
};

/** The hints that the peers want in front of each value, by the name of a class. */
const hint = ($class: string, $: unknown): unknown => ({ $class, $ });
const peerItem = (item: ValueOf<typeof Item>): unknown => ({
  $class: "com.example.Item",
  $: {
    sku: hint("java.lang.String", item.sku),
    title: hint("java.lang.String", item.title),
    count: hint("int", item.count),
    price: hint("double", item.price),
    weight: hint("double", item.weight),
    isGift: hint("boolean", item.isGift),
  },
});
const peerUser = hint("com.example.User", {
  id: hint("long", Number(user.id)),
  name: hint("java.lang.String", user.name),
  level: hint("int", user.level),
  active: hint("boolean", user.active),
  score: hint("double", user.score),
  createdAt: hint("java.util.Date", user.createdAt),
});
const peerOrder = hint("com.example.Order", {
  id: hint("long", Number(order.id)),
  title: hint("java.lang.String", order.title),
  paid: hint("boolean", order.paid),
  weight: hint("double", order.weight),
  createdAt: hint("java.util.Date", order.createdAt),
  items: (order.items ?? []).map((item) => peerItem(item as ValueOf<typeof Item>)),
});

const classMap = {
  "com.example.User": {
    id: { type: "long" },
    name: { type: "java.lang.String" },
    level: { type: "int" },
    active: { type: "boolean" },
    score: { type: "double" },
    createdAt: { type: "java.util.Date" },
  },
  "com.example.Item": {
    sku: { type: "java.lang.String" },
    title: { type: "java.lang.String" },
    count: { type: "int" },
    price: { type: "double" },
    weight: { type: "double" },
    isGift: { type: "boolean" },
  },
  "com.example.Order": {
    id: { type: "long" },
    title: { type: "java.lang.String" },
    paid: { type: "boolean" },
    weight: { type: "double" },
    createdAt: { type: "java.util.Date" },
    items: { type: "java.util.List", generic: [{ type: "com.example.Item" }] },
  },
};
const plain = (value: object): object =>
  JSON.parse(JSON.stringify(value, (_, v) => (typeof v === "bigint" ? Number(v) : v)));
const revive = (value: object): object => ({ ...plain(value), createdAt: new Date(1_700_000_000_123) });
const compiledUser = hint("com.example.User", revive(user));
const compiledOrder = hint("com.example.Order", revive(order));

interface Contender {
  readonly name: string;
  readonly encode: () => Uint8Array;
  readonly decode: (bytes: Uint8Array) => unknown;
}

function contenders(dialect: HessianDialect, isSmall: boolean): Contender[] {
  const hessian = createHessian({ dialect, classes: [User, Order] });
  const sofa = dialect === "3" ? (sofaHessian.v3 ?? sofaHessian) : sofaHessian.v4;
  const ours: Contender = {
    name: "dualmesh",
    encode: isSmall ? () => hessian.encode(user, User) : () => hessian.encode(order, Order),
    decode: (bytes) => hessian.decode(bytes),
  };
  const compiled: Contender = {
    name: "sofa-hessian-node",
    encode: () => sofa.encode(isSmall ? compiledUser : compiledOrder, "2.0", classMap, {}, {}),
    decode: (bytes) => sofa.decode(bytes, "2.0", { classMap, classCache: new Map() }),
  };
  const plainPeer: Contender = {
    name: "hessian.js",
    encode: () => hessianJs.encode(isSmall ? peerUser : peerOrder, "2.0"),
    decode: (bytes) => hessianJs.decode(bytes, "2.0"),
  };
  // hessian.js speaks no dialect 3.
  return dialect === "3" ? [ours, compiled] : [ours, compiled, plainPeer];
}

/** Operations per CPU second in one round. */
function rate(work: () => unknown): number {
  let count = 0;
  const start = process.cpuUsage();
  let spent = 0;
  while (spent < ROUND_MS * 1000) {
    for (let i = 0; i < 1_000; i++) if (work() === undefined) throw new Error("nothing came of it");
    count += 1_000;
    const { user: own, system } = process.cpuUsage(start);
    spent = own + system;
  }
  return (count * 1e6) / spent;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

for (const dialect of ["3", "4"] as const) {
  for (const isSmall of [true, false]) {
    const rows = contenders(dialect, isSmall).map((contender) => {
      const bytes = contender.encode();
      return { contender, bytes, encode: [] as number[], decode: [] as number[] };
    });
    for (let round = -2; round < ROUNDS; round++) {
      for (const row of rows) {
        const encode = rate(row.contender.encode);
        const decode = rate(() => row.contender.decode(row.bytes));
        if (round >= 0) {
          row.encode.push(encode);
          row.decode.push(decode);
        }
      }
    }
    const [ours] = rows;
    console.log(`dialect ${dialect}, ${isSmall ? "an object of 6 fields" : "an order of 40 items"}`);
    for (const row of rows) {
      const [encode, decode] = [median(row.encode), median(row.decode)];
      const ratio = (own: number, theirs: number): string => (own / theirs).toFixed(2);
      console.log(
        `  ${row.contender.name.padEnd(18)} ${String(row.bytes.length).padStart(5)} bytes` +
          `  encode ${Math.round(encode / 1000)} k/s (ours ${ratio(median(ours?.encode ?? []), encode)} ×)` +
          `  decode ${Math.round(decode / 1000)} k/s (ours ${ratio(median(ours?.decode ?? []), decode)} ×)`,
      );
    }
  }
}

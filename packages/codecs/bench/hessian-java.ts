// Hessian beside the libraries of Java that services use: the same order of 1 KB, read and written on one thread each, in one run:
//   test/interop/peers/get-peers.sh java && npm run bench -- codecs/bench/hessian-java
// By the clock, as Java's side has it, each alone on the machine. A JVM has a second thread that compiles and one that collects.
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createHessian, java } from "../src/hessian/index.ts";

const SECONDS = 4;
const ROUNDS = 6;

const Address = java.class("com.example.Address", { city: java.string, street: java.string, zip: java.int });
const Customer = java.class("com.example.Customer", { name: java.string, level: java.int, address: Address });
const Item = java.class("com.example.Item", { sku: java.string, count: java.int, price: java.decimal });
const OrderStatus = java.enum("com.example.OrderStatus", ["NEW", "PAID", "SHIPPED", "CANCELLED"]);
const Order = java.class("com.example.Order", {
  id: java.long,
  title: java.string,
  paid: java.boolean,
  weight: java.double,
  status: OrderStatus,
  customer: Customer,
  items: java.list(Item),
  tags: java.map(java.string, java.any),
  createdAt: java.date,
  total: java.decimal,
  token: java.bytes,
  marks: java.array(java.int),
});

interface Rates {
  readonly encode: number;
  readonly decode: number;
}

const written: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL("java-order.json", import.meta.url), "utf8"),
);

function ours(profile: "sofa-3" | "dubbo-3"): Rates {
  const bytes = Buffer.from(written[profile] ?? "", "hex");
  const hessian = createHessian({ dialect: profile === "sofa-3" ? "3" : "4", profile, classes: [Order] });
  const order = hessian.decode(bytes, Order);
  // But for a whole double among the tags, which is a number here like any other, and goes out as an int.
  const again = hessian.encode(order, Order);
  if (again.length !== bytes.length) throw new Error(`${profile}: these are not Java's bytes`);
  return {
    encode: rate(() => hessian.encode(order, Order)),
    decode: rate(() => hessian.decode(bytes, Order)),
  };
}

/** Per second: the median of the rounds behind the first, as Java's side has it. */
function rate(work: () => unknown): number {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const until = start + (1000 * SECONDS) / ROUNDS;
    let count = 0;
    let now = start;
    while (now < until) {
      for (let i = 0; i < 100; i++) if (work() === undefined) throw new Error("nothing came of it");
      count += 100;
      now = performance.now();
    }
    rates.push((1000 * count) / (now - start));
  }
  return rates.slice(1).toSorted((a, b) => a - b)[Math.floor((ROUNDS - 1) / 2)] ?? Number.NaN;
}

function javas(peers: string): ReadonlyMap<string, Rates> {
  const args = ["-jar", peers, "bench", String(SECONDS)];
  const { stdout } = spawnSync("java", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
  return new Map(
    lines.map((line) => {
      const { peer, encodePerSecond: encode, decodePerSecond: decode } = JSON.parse(line);
      return [peer, { encode, decode }];
    }),
  );
}

const root = fileURLToPath(new URL("../../..", import.meta.url));
const [peers] = globSync(`${root}/.cache/peers/java/*/peers.jar`);
if (peers !== undefined) {
  const theirs = javas(peers);
  for (const [profile, peer, name] of [
    ["sofa-3", "bolt", "com.alipay.sofa:hessian 3.5"],
    ["dubbo-3", "dubbo", "hessian-lite 4.0"],
  ] as const) {
    const own = ours(profile);
    const java = theirs.get(peer) ?? { encode: Number.NaN, decode: Number.NaN };
    for (const work of ["encode", "decode"] as const) {
      const [here, there] = [own[work], java[work]];
      console.log(
        `${work} ${(written[profile] ?? "").length / 2} bytes: ${Math.round(here / 1000)} k/s, ` +
          `${name} ${Math.round(there / 1000)} k/s (ours ${(here / there).toFixed(2)} ×)`,
      );
    }
  }
} else console.log("left out: the Java peers are not built");

import { JavaObject, java, type ValueOf } from "@dualmesh/codecs/hessian";
import { defineService } from "@dualmesh/rpc";

const Address = java.class("com.example.Address", { city: java.string, street: java.string, zip: java.int });
const Customer = java.class("com.example.Customer", { name: java.string, level: java.int, address: Address });
const Item = java.class("com.example.Item", { sku: java.string, count: java.int, price: java.decimal });

/** What the Java peers echo. */
export const Order = java.class("com.example.Order", {
  id: java.long,
  title: java.string,
  status: java.enum("com.example.OrderStatus", ["NEW", "PAID", "SHIPPED", "CANCELLED"]),
  customer: Customer,
  items: java.list(Item),
  tags: java.map(java.string, java.any),
  createdAt: java.date,
  total: java.decimal,
  paid: java.boolean,
  weight: java.double,
  token: java.bytes,
  marks: java.array(java.int),
});
export type Order = ValueOf<typeof Order>;

const GREETER = {
  greet: { args: [java.string], returns: java.string },
  echo: { args: [Order], returns: Order },
  fail: { args: [java.string], returns: java.string },
  slow: { args: [java.long], returns: java.long },
} as const;

const MIRROR = {
  reflect: { args: [java.any], returns: java.any },
  reflected: { args: [], returns: java.long },
} as const;

/** A client may have two names for a method: by this one it waits for nothing. */
const TELLING = { ...MIRROR, tell: { args: [java.any], oneway: true, javaName: "reflect" } } as const;

/** The services of the Java peers, by the version of their protocol. */
export const GreeterOfBolt = defineService("com.example.Greeter", { version: "1.0", methods: GREETER });
export const GreeterOfDubbo = defineService("com.example.Greeter", { version: "1.0.0", methods: GREETER });
export const MirrorOfBolt = defineService("com.example.Mirror", { version: "1.0", methods: MIRROR });
export const MirrorOfDubbo = defineService("com.example.Mirror", { version: "1.0.0", methods: MIRROR });
export const TellingOfBolt = defineService("com.example.Mirror", { version: "1.0", methods: TELLING });
export const TellingOfDubbo = defineService("com.example.Mirror", { version: "1.0.0", methods: TELLING });

export function anOrder(): Order {
  return Order.of({
    id: 9_007_199_254_740_993n,
    title: "天地 😀",
    status: "PAID",
    customer: Customer.of({
      name: "Ada",
      level: 3,
      address: Address.of({ city: "Hangzhou", street: "", zip: 310000 }),
    }),
    items: [
      Item.of({ sku: "A-1", count: 2, price: "19.90" }),
      Item.of({ sku: "B-2", count: 1, price: "0.10" }),
    ],
    tags: new Map<string, unknown>([
      ["gift", true],
      ["note", null],
    ]),
    createdAt: new Date(1_700_000_000_123),
    total: "39.90",
    paid: true,
    weight: 1.25,
    token: Buffer.from("0102ff", "hex"),
    marks: [1, 300_000],
  });
}

/** Three nodes in a ring. */
export function aRing(): JavaObject {
  const node = (name: string): JavaObject =>
    JavaObject.of("com.example.Node", [
      ["name", name],
      ["next", null],
      ["kids", null],
      ["index", null],
    ]);
  const [a, b, c] = [node("a"), node("b"), node("c")] as const;
  a.values[1] = b;
  b.values[1] = c;
  c.values[1] = a;
  return a;
}

import { java, type ValueOf } from "@dualmesh/codecs/hessian";
import { expect, expectTypeOf, test } from "vitest";
import {
  createBoltClient,
  defineService,
  type Handlers,
  implement,
  type ServiceClient,
} from "../src/index.ts";

const Order = java.class("com.example.Order", { id: java.long, title: java.string });
type Order = ValueOf<typeof Order>;

const Orders = defineService("com.example.Orders", {
  version: "1.0",
  methods: {
    find: { args: [java.long, java.boolean], returns: Order },
    count: { args: [], returns: java.int },
    log: { args: [java.string], oneway: true },
    clear: { args: [] },
  },
});
type Methods = (typeof Orders)["methods"];

test("clients are typed by it: the arguments, the options behind them, the result", () => {
  const client = createBoltClient({ address: "127.0.0.1:1" });
  const orders = client.service(Orders);
  expectTypeOf(orders).toEqualTypeOf<ServiceClient<Methods>>();
  expectTypeOf(orders.find).parameter(0).toEqualTypeOf<bigint>();
  expectTypeOf(orders.find).parameter(1).toEqualTypeOf<boolean>();
  expectTypeOf(orders.find).returns.toEqualTypeOf<Promise<Order | null>>();
  expectTypeOf(orders.count).returns.toEqualTypeOf<Promise<number>>();
  expectTypeOf(orders.log).returns.toEqualTypeOf<Promise<void>>();
  expectTypeOf(orders.clear).toBeCallableWith({ timeoutMs: 5 });
});

test("handlers are, too", () => {
  type Find = Handlers<Methods>["find"];
  expectTypeOf<Find>().parameter(0).toEqualTypeOf<bigint>();
  expectTypeOf<Awaited<ReturnType<Find>>>().toEqualTypeOf<Order | null>();
});

test("what does not fit is refused when it is built", () => {
  expect(() => defineService("", { methods: {} })).toThrow("the name of a service is empty");
  expect(() =>
    defineService("com.example.Orders", { methods: { log: { args: [], returns: java.int, oneway: true } } }),
  ).toThrow("service definition: com.example.Orders.log is one-way and returns int");
  const Small = defineService("com.example.Small", { methods: { one: { args: [] } } });
  expect(() => implement(Small, {} as never)).toThrow("com.example.Small has no handler for its method one");
  expect(() => implement(Small, { one() {}, two() {} } as never)).toThrow(
    "com.example.Small has no method two",
  );
});

import {
  createDubboContent,
  dubbo,
  genericInvocation,
  readDubboFrame,
  writeDubboFrame,
} from "@dualmesh/codecs/dubbo";
import { JavaObject, java, throwable, toJavaError } from "@dualmesh/codecs/hessian";
import { createCall } from "@dualmesh/core";
import { afterAll, expect, test } from "vitest";
import {
  createDubboServer,
  createRpcChannel,
  defineService,
  frameOf,
  frameRequest,
  implement,
  type RpcChannel,
} from "../src/index.ts";

const Status = java.enum("com.example.OrderStatus", ["NEW", "PAID"]);
const Item = java.class("com.example.Item", { sku: java.string, count: java.int });
const Order = java.class("com.example.Order", {
  id: java.long,
  status: Status,
  items: java.list(Item),
  weight: java.double,
});
const Greeter = defineService("com.example.Greeter", {
  version: "1.0.0",
  methods: {
    greet: { args: [java.string], returns: java.string },
    echo: { args: [Order], returns: Order },
    fail: { args: [java.string], returns: java.string },
  },
});

const seen: unknown[] = [];
const server = createDubboServer({
  services: [
    implement(Greeter, {
      greet: (name) => `hello ${name}`,
      echo(order) {
        seen.push(order);
        return order;
      },
      fail(reason) {
        throw toJavaError(throwable("com.example.GreeterException", reason, { fields: { code: 42 } }));
      },
    }),
  ],
});
const channel: RpcChannel = createRpcChannel({
  codec: dubbo,
  address: await server.listen({ port: 0, host: "127.0.0.1" }),
});
afterAll(async () => {
  await channel.close();
  await server.close({ timeoutMs: 100 });
});

const content = createDubboContent({ exact: true });

/** A call as Dubbo's generic clients make it; what came back, read without the service's classes. */
async function invoke(method: string, argumentTypes: readonly string[], ...args: unknown[]) {
  const target = { service: "com.example.Greeter", version: "1.0.0" };
  const body = content.writeRequest(genericInvocation({ method, argumentTypes, arguments: args }, target));
  const request = frameRequest(writeDubboFrame({ isRequest: true, isTwoWay: true, id: 1, body }), dubbo);
  const response = frameOf(await channel(request, createCall()));
  const bytes = Buffer.concat(response?.bytes ?? []);
  const frame = readDubboFrame(bytes);
  return frame.status === 20 ? createDubboContent().readResponse(bytes.subarray(16)) : frame.message;
}

test("a client without classes calls by names, with maps in place of objects, and gets maps", async () => {
  expect(await invoke("greet", ["java.lang.String"], "world")).toMatchObject({ value: "hello world" });
  const order = new Map<string, unknown>([
    ["class", "com.example.Order"],
    ["id", 7n],
    ["status", "PAID"],
    ["items", [new Map([["sku", "tea"]])]],
    ["unknown", 1],
  ]);
  expect(await invoke("echo", ["com.example.Order"], order)).toMatchObject({
    isException: false,
    value: new Map<string, unknown>([
      ["class", "com.example.Order"],
      ["id", 7n],
      ["status", "PAID"],
      [
        "items",
        [
          new Map<string, unknown>([
            ["class", "com.example.Item"],
            ["sku", "tea"],
            ["count", 0],
          ]),
        ],
      ],
      ["weight", 0],
    ]),
  });
  expect(seen).toEqual([{ id: 7n, status: "PAID", items: [{ sku: "tea", count: 0 }], weight: 0 }]);
  expect(Order.accept(seen[0])).toBe(seen[0]);
});

test("it is thrown an exception that every client has, with the name of the real one", async () => {
  const thrown = await invoke("fail", ["java.lang.String"], "no luck");
  expect(thrown).toMatchObject({ isException: true, value: expect.any(JavaObject) });
  const { value } = thrown as { readonly value: JavaObject };
  expect(value.class).toBe("com.alibaba.dubbo.rpc.service.GenericException");
  expect([value.get("exceptionClass"), value.get("exceptionMessage")]).toEqual([
    "com.example.GreeterException",
    "no luck",
  ]);
});

test.each([
  [
    "a method that is not there",
    ["nothing", []],
    "there is no method nothing() of com.example.Greeter:1.0.0",
  ],
  ["a value of another type", ["greet", ["java.lang.String"], 5], "argument 0: expected string, got 5"],
  [
    "a constant that is none",
    ["echo", ["com.example.Order"], new Map([["status", "LOST"]])],
    'argument 0.status: expected com.example.OrderStatus, got "LOST"',
  ],
] as [string, Parameters<typeof invoke>, string][])(
  "%s is refused, and the next call is served",
  async (_, call, message) => {
    expect(await invoke(...call)).toContain(message);
    expect(await invoke("greet", [], "again")).toMatchObject({ value: "hello again" });
  },
);

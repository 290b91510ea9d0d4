import { JavaError, JavaObject, java, throwable } from "@dualmesh/codecs/hessian";
import { type Filter, MeshError, type Request, type Response } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import {
  createBoltClient,
  createBoltServer,
  createDubboClient,
  createDubboServer,
  createRpcServer,
  defineService,
  implement,
  type RpcClient,
  type RpcClientOptions,
  type RpcServer,
  type ServerCall,
  type ServicesOptions,
} from "../src/index.ts";

const Item = java.class("com.example.Item", { sku: java.string, count: java.int });
const Shop = defineService("com.example.Shop", {
  version: "2.0",
  group: "blue",
  methods: {
    buy: { args: [Item, java.int], returns: Item },
    all: { args: [], returns: java.list(Item) },
    byNumber: { args: [java.int], returns: java.string, javaName: "by" },
    byName: { args: [java.string], returns: java.string, javaName: "by" },
    fail: { args: [java.string], returns: java.string },
    wait: { args: [] },
    tell: { args: [java.string], oneway: true },
    headers: { args: [java.string], returns: java.string },
  },
});

const told: (string | null)[] = [];
let waiting: ServerCall | undefined;
const shop = implement(Shop, {
  buy: (item, count) => (item === null ? null : Item.of({ sku: item.sku, count: item.count + count })),
  all: async () => [Item.of({ sku: "a", count: 1 })],
  byNumber: (number) => `number ${number}`,
  byName: (name) => `name ${name}`,
  fail(how) {
    const cause = new JavaError("java.io.IOException", "disk", {});
    if (how === "java")
      throw new JavaError("com.example.SoldOut", "gone", { fields: new Map([["sku", "a"]]), cause });
    // A Throwable of Java is no Error of JavaScript; whoever has one may throw it.
    if (how === "object") throw throwable("com.example.SoldOut", "gone") as unknown as Error;
    if (how === "mesh") throw new MeshError("RESOURCE_EXHAUSTED", "too many");
    if (how === "type") return 5 as unknown as string;
    throw new TypeError("a bug");
  },
  wait: (call) =>
    new Promise<void>((_, reject) => {
      waiting = call;
      call.signal.addEventListener("abort", () => reject(new Error("aborted")));
    }),
  tell(text) {
    told.push(text);
  },
  headers: (name, { headers, protocol, leftMs }) =>
    `${headers.get(name ?? "")} ${protocol} ${leftMs <= 1_000}`,
});

const PROTOCOLS: readonly {
  readonly name: string;
  readonly serve: (options: ServicesOptions) => RpcServer;
  readonly connect: (options: RpcClientOptions) => RpcClient;
}[] = [
  { name: "bolt", serve: createBoltServer, connect: createBoltClient },
  { name: "dubbo", serve: createDubboServer, connect: createDubboClient },
];

describe.each(PROTOCOLS)("$name", ({ name, serve, connect }) => {
  async function start(serverOptions: Partial<ServicesOptions> = {}, clientOptions: RpcClientOptions = {}) {
    const server = serve({ services: [shop], ...serverOptions });
    const client = connect({
      address: await server.listen({ port: 0, host: "127.0.0.1" }),
      ...clientOptions,
    });
    return {
      client,
      server,
      shop: client.service(Shop),
      async [Symbol.asyncDispose]() {
        await client.close();
        await server.close();
      },
    };
  }

  test("calls with objects, without arguments, by overloaded names, one-way", async () => {
    await using it = await start();
    expect(await it.shop.buy(Item.of({ sku: "a", count: 1 }), 2)).toEqual({ sku: "a", count: 3 });
    expect(await it.shop.buy(null, 1)).toBe(null);
    expect(await it.shop.all()).toEqual([{ sku: "a", count: 1 }]);
    expect(await it.shop.byNumber(5)).toBe("number 5");
    expect(await it.shop.byName("5")).toBe("name 5");
    await it.shop.tell(name);
    await expect.poll(() => told).toContain(name);
  });

  test("headers go with a call, and what is left of its time", async () => {
    await using it = await start();
    const headers = { tenant: "green" };
    expect(await it.shop.headers("tenant", { headers, timeoutMs: 1_000 })).toBe(`green ${name} true`);
    expect(await it.shop.headers("tenant", { headers: new Map([["tenant", "red"]]), timeoutMs: 1_000 })).toBe(
      `red ${name} true`,
    );
  });

  test("what a method throws comes as what it is, and never with a stack", async () => {
    await using it = await start();
    const soldOut = { className: "com.example.SoldOut", message: "gone", javaStack: [] };
    await expect(it.shop.fail("object")).rejects.toMatchObject(soldOut);
    await expect(it.shop.fail("java")).rejects.toMatchObject({
      ...soldOut,
      fields: new Map([["sku", "a"]]),
      cause: { className: "java.io.IOException", message: "disk" },
    });
    await expect(it.shop.fail("mesh")).rejects.toMatchObject({
      code: "RESOURCE_EXHAUSTED",
      execution: "not-executed",
      message: expect.stringContaining("too many"),
    });
    for (const [how, words] of [
      ["bug", "com.example.Shop.fail: a bug"],
      ["type", "expected string, got 5"],
    ] as const) {
      const error = await it.shop.fail(how).catch((thrown: unknown) => thrown);
      expect(MeshError.is(error)).toBe(true);
      expect(String(error)).toContain(words);
      expect(String(error)).not.toContain(".ts:");
    }
  });

  test("an argument of another type never leaves", async () => {
    await using it = await start();
    await expect(it.shop.byNumber("5" as never)).rejects.toThrow(
      '[INVALID_ARGUMENT] com.example.Shop.by: argument 0: expected int, got "5"',
    );
    await expect(it.shop.buy({ sku: "a", count: "3" as never }, 2)).rejects.toThrow(
      'com.example.Shop.buy: argument 0.count: expected int, got "3"',
    );
    expect(it.client.channel.state).toBe("idle");
  });

  test("a deadline and a signal end a call on both sides", async () => {
    await using it = await start();
    await expect(it.shop.wait({ timeoutMs: 50 })).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    await expect.poll(() => it.server.activeCalls).toBe(0);
    const controller = new AbortController();
    const call = it.shop.wait({ signal: controller.signal, timeoutMs: 500 });
    await expect.poll(() => it.server.activeCalls).toBeGreaterThan(0);
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "CANCELLED", execution: "in-doubt" });
    await expect(it.shop.wait({ signal: AbortSignal.abort() })).rejects.toMatchObject({
      execution: "not-executed",
    });
    await expect.poll(() => waiting?.signal.aborted, { timeout: 4_000 }).toBe(true);
  });

  test("generic calls need no types; what nobody has fails with its name", async () => {
    await using it = await start();
    const generic = it.client.generic("com.example.Shop", { version: "2.0", group: "blue" });
    expect(await generic.invoke("by", ["java.lang.String"], ["x"])).toBe("name x");
    const item = JavaObject.of("com.example.Item", [
      ["sku", "a"],
      ["count", 1],
    ]);
    const bought = (await generic.invoke("buy", ["com.example.Item", "int"], [item, 1])) as JavaObject;
    expect([bought.class, bought.get("count")]).toEqual(["com.example.Item", 2]);
    await expect(generic.invoke("by", [], [])).rejects.toThrow("there is no method by()");
    await expect(it.client.generic("com.example.Shop").invoke("by", [], [])).rejects.toThrow(
      "there is no service",
    );
  });

  test("filters stand on both sides", async () => {
    const seen: string[] = [];
    const note =
      (side: string): Filter<Request, Response> =>
      (next) =>
      (request, call) => {
        seen.push(`${side} ${request.head.path}`);
        request.head.headers.set("tenant", `${request.head.headers.get("tenant") ?? ""}${side}`);
        return next(request, call);
      };
    await using it = await start({ filters: note("S") }, { filters: note("C") });
    expect(await it.shop.headers("tenant", { timeoutMs: 900 })).toBe(`CS ${name} true`);
    const service = name === "bolt" ? "com.example.Shop:2.0:blue" : "com.example.Shop";
    expect(seen).toEqual([`C /${service}/headers`, `S /${service}/headers`]);
  });

  test("a call that waits for a server that is not there fails with its address", async () => {
    await using it = await start();
    await it.server.close();
    await expect(it.shop.all()).rejects.toMatchObject({
      code: "UNAVAILABLE",
      flag: "UF",
      execution: "not-executed",
      message: expect.stringMatching(
        /com\.example\.Shop\.all: (bolt|dubbo) 127\.0\.0\.1:\d+: connect ECONNREFUSED/,
      ),
    });
  });
});

test("Dubbo's $echo says whether a service is there", async () => {
  await using server = createDubboServer({ services: [shop] });
  await using client = createDubboClient({ address: await server.listen({ port: 0, host: "127.0.0.1" }) });
  const generic = client.generic("com.example.Shop", { version: "2.0", group: "blue" });
  expect(await generic.invoke("$echo", ["java.lang.Object"], ["OK"])).toBe("OK");
});

test("values of type any keep what JavaScript would lose, for those who ask", async () => {
  const Mirror = defineService("com.example.Mirror", {
    methods: { reflect: { args: [java.any], returns: java.any } },
  });
  await using server = createRpcServer({
    services: [implement(Mirror, { reflect: (value) => value })],
    exact: true,
  });
  const address = await server.listen({ port: 0, host: "127.0.0.1" });
  for (const connect of [createBoltClient, createDubboClient]) {
    await using client = connect({ address, exact: true });
    const whole = await client.service(Mirror).reflect(JavaObject.of("A", [["b", 1]]));
    expect((whole as JavaObject).get("b")).toBe(1);
    const map = await client.service(Mirror).reflect(new Map([["a", [1]]]));
    expect(map).toMatchObject({ type: null, entries: [["a", [1]]] });
  }
});

test("a method is found by the types that Java declares, where its arguments have others", async () => {
  const names = java.list(java.string);
  const Names = defineService("com.example.Names", {
    methods: {
      ofList: { args: [names], returns: java.string, javaName: "join" },
      ofAny: { args: [names], types: ["java.util.Collection"], returns: java.string, javaName: "join" },
    },
  });
  for (const [listen, connect] of [
    [createBoltServer, createBoltClient],
    [createDubboServer, createDubboClient],
  ] as const) {
    const services = [implement(Names, { ofList: () => "list", ofAny: () => "any" })];
    await using server = listen({ services });
    await using client = connect({ address: await server.listen({ port: 0, host: "127.0.0.1" }) });
    const { ofList, ofAny } = client.service(Names);
    expect([await ofList(["a"]), await ofAny(["a"])]).toEqual(["list", "any"]);
    const typed = client.generic("com.example.Names").invoke("join", ["java.util.Collection"], [["a"]]);
    expect(await typed).toBe("any");
  }
  const methods = { one: { args: [names], types: [] } };
  expect(() => defineService("com.example.Names", { methods })).toThrow(
    "com.example.Names.one has 0 types for 1 arguments",
  );
});

test("two services of one name, and two methods of one signature, are refused", () => {
  expect(() => createBoltServer({ services: [shop, shop] })).toThrow(
    "two services are called com.example.Shop:2.0:blue",
  );
  const Twice = defineService("com.example.Twice", {
    methods: { one: { args: [java.int] }, two: { args: [java.int], javaName: "one" } },
  });
  expect(() => createBoltServer({ services: [implement(Twice, { one() {}, two() {} })] })).toThrow(
    "com.example.Twice has two methods one(int)",
  );
});

import { JavaError, type JavaObject } from "@dualmesh/codecs/hessian";
import { MeshError } from "@dualmesh/core";
import {
  createBoltClient,
  createDubboClient,
  createRpcServer,
  implement,
  type RpcClient,
  type RpcServer,
} from "@dualmesh/rpc";
import { expect, test } from "vitest";
import {
  describeWithJavaPeers,
  type JavaCall,
  type JavaClientName,
  type JavaServerName,
  runJavaClient,
  startJavaServer,
} from "./peers/java-peer.ts";
import {
  anOrder,
  aRing,
  GreeterOfBolt,
  GreeterOfDubbo,
  MirrorOfBolt,
  MirrorOfDubbo,
  type Order,
  TellingOfBolt,
  TellingOfDubbo,
} from "./stage/java-services.ts";

const HEARTBEAT = { intervalMs: 100, timeoutMs: 1_000 };

const CLIENTS: readonly {
  readonly name: string;
  readonly server: JavaServerName;
  readonly connect: (address: string) => RpcClient;
}[] = [
  ...([{ protocol: 1 }, { protocol: 2 }, { protocol: 2, checksum: true }] as const).map((bolt) => ({
    name: `Bolt v${bolt.protocol}${"checksum" in bolt ? " with check sums" : ""}`,
    server: "bolt-server" as const,
    connect: (address: string) => createBoltClient({ address, heartbeat: HEARTBEAT, ...bolt }),
  })),
  ...(["dubbo-server", "dubbo27-server"] as const).map((server) => ({
    name: server === "dubbo-server" ? "Dubbo 3.3" : "Dubbo 2.7",
    server,
    connect: (address: string) => createDubboClient({ address, heartbeat: HEARTBEAT }),
  })),
];

function servicesOf(client: RpcClient, server: JavaServerName) {
  const isBolt = server === "bolt-server";
  return {
    greeter: client.service(isBolt ? GreeterOfBolt : GreeterOfDubbo),
    mirror: client.service(isBolt ? TellingOfBolt : TellingOfDubbo),
    generic: client.generic("com.example.Greeter", { version: isBolt ? "1.0" : "1.0.0" }),
  };
}

describeWithJavaPeers("our client, of a Java server", () => {
  test.each(CLIENTS)("$name: each call ends as it must", async ({ server: name, connect }) => {
    await using server = await startJavaServer(name);
    await using client = connect(`127.0.0.1:${server.port}`);
    const { greeter, mirror, generic } = servicesOf(client, name);

    expect(await greeter.greet("天地 😀", { timeoutMs: 5_000 })).toBe("hello 天地 😀");
    expect(await greeter.echo(anOrder())).toEqual(anOrder());
    expect(await greeter.echo(null)).toBe(null);
    const failed = await greeter.fail("no such luck").catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(JavaError);
    expect(failed).toMatchObject({
      className: "com.example.GreeterException",
      message: "no such luck",
      fields: new Map([["code", 42]]),
      javaStack: ["com.example.GreeterImpl.fail(GreeterImpl.java:20)"],
    });
    expect(await greeter.slow(10n)).toBe(10n);
    await expect(greeter.slow(3_000n, { timeoutMs: 100 })).rejects.toMatchObject({
      code: "DEADLINE_EXCEEDED",
      execution: "in-doubt",
    });
    expect(await generic.invoke("greet", ["java.lang.String"], ["generic"])).toBe("hello generic");

    const ring = (await mirror.reflect(aRing())) as JavaObject;
    expect(ring.get("name")).toBe("a");
    const back = ((ring.get("next") as JavaObject).get("next") as JavaObject).get("next");
    expect(back).toBe(ring);
    const map = new Map<string, unknown>();
    map.set("self", map);
    const reflected = (await mirror.reflect(map)) as Map<string, unknown>;
    expect(reflected.get("self")).toBe(reflected);
    const bytes = Buffer.alloc(1_200_000, "abc");
    expect(Buffer.compare((await mirror.reflect(bytes, { timeoutMs: 10_000 })) as Buffer, bytes)).toBe(0);
    const text = "天地😀x".repeat(200_000);
    expect((await mirror.reflect(text, { timeoutMs: 10_000 })) === text).toBe(true);

    const before = (await mirror.reflected()) as bigint;
    await mirror.tell("nobody waits");
    await expect.poll(() => mirror.reflected()).toBe(before + 1n);
  });

  test.each(CLIENTS)("$name: a service and a method that nobody has", async ({ server: name, connect }) => {
    await using server = await startJavaServer(name);
    await using client = connect(`127.0.0.1:${server.port}`);
    await expect(client.generic("com.example.Nobody").invoke("greet", [], [])).rejects.toMatchObject({
      name: "MeshError",
      rawMessage: expect.stringContaining("com.example.Nobody.greet: "),
    });
    const { generic, greeter } = servicesOf(client, name);
    await expect(generic.invoke("nothing", [], [])).rejects.toThrow("com.example.Greeter.nothing");
    expect(await greeter.greet("still here")).toBe("hello still here");
  });

  test.each(CLIENTS)("$name: heartbeats keep a silent connection", async ({ server: name, connect }) => {
    await using server = await startJavaServer(name);
    await using client = connect(`127.0.0.1:${server.port}`);
    const { greeter } = servicesOf(client, name);
    await greeter.greet("before");
    // Five intervals: an answer that is missed ends the connection, and the state with it.
    await greeter.slow(500n);
    expect(client.channel.state).toBe("open");
    expect(await greeter.greet("after")).toBe("hello after");
  });

  test.each(CLIENTS)(
    "$name: a server that ends loses no call that was not in doubt",
    async ({ server: name, connect }) => {
      await using server = await startJavaServer(name);
      await using client = connect(`127.0.0.1:${server.port}`);
      const { greeter } = servicesOf(client, name);
      await greeter.greet("before");
      const slow = greeter.slow(300n);
      await greeter.greet("under way");
      const ended = server.end();
      const ends: unknown[] = [await slow.catch((error: unknown) => error)];
      for (let i = 0; i < 20; i++) ends.push(await greeter.greet(`${i}`).catch((error: unknown) => error));
      await ended;
      const lost = ends.filter((end) => end instanceof Error && !isAccountedFor(end));
      expect(lost).toEqual([]);
    },
  );
});

/** Whether a failure says that the call was not executed, or that nobody knows. */
function isAccountedFor(error: unknown): boolean {
  return MeshError.is(error) && error.execution !== "executed";
}

/** The services of the Java peers, on our server, for both protocols. */
function startServer(onGreet: () => void = () => {}): RpcServer {
  let reflected = 0n;
  const greeter = {
    greet(name: string | null) {
      onGreet();
      return `hello ${name}`;
    },
    echo: (order: Order | null) => order,
    fail(reason: string | null): never {
      throw new JavaError("com.example.GreeterException", reason ?? "", { fields: new Map([["code", 42]]) });
    },
    slow: (ms: bigint) => new Promise<bigint>((resolve) => setTimeout(resolve, Number(ms), ms)),
  };
  const reflect = (value: unknown): unknown => {
    reflected++;
    return value;
  };
  const mirror = { reflect, reflected: () => reflected };
  return createRpcServer({
    // A mirror must not take an int[] for a list, nor 6684.0 for an int.
    exact: true,
    services: [
      implement(GreeterOfBolt, greeter),
      implement(GreeterOfDubbo, greeter),
      implement(MirrorOfBolt, mirror),
      implement(MirrorOfDubbo, mirror),
    ],
  });
}

const JAVA_CLIENTS: readonly {
  readonly name: string;
  readonly client: JavaClientName;
  readonly bolt?: "v1" | "v2" | "v2+crc";
}[] = [
  { name: "SOFARPC", client: "bolt-client" },
  { name: "Bolt v1", client: "bolt-client", bolt: "v1" },
  { name: "Bolt v2", client: "bolt-client", bolt: "v2" },
  { name: "Bolt v2 with check sums", client: "bolt-client", bolt: "v2+crc" },
  { name: "Dubbo 3.3", client: "dubbo-client" },
  { name: "Dubbo 2.7", client: "dubbo27-client" },
];

/** What the calls gave, in their order, without their times. */
function outcomes(calls: readonly JavaCall[]): readonly (readonly [string, unknown])[] {
  return calls.map(({ call, ok, error }) => [call, error ?? ok]);
}

const timeoutErrors: Readonly<Record<string, string>> = {
  SOFARPC: "com.alipay.sofa.rpc.core.exception.SofaTimeOutException",
  "Dubbo 3.3": "org.apache.dubbo.rpc.RpcException",
  "Dubbo 2.7": "org.apache.dubbo.rpc.RpcException",
};

describeWithJavaPeers("a Java client, of our server", () => {
  test.each(JAVA_CLIENTS)("$name: each call ends as it must", async ({ name, client, bolt }) => {
    await using server = startServer();
    const { port } = (await server.listen({ port: 0 })) as { readonly port: number };
    const calls = await runJavaClient(client, `127.0.0.1:${port}`, {
      works: ["greeter", "mirror", "one-way", "big=1048576", "again=3", "idle=500"],
      ...(bolt !== undefined && { bolt }),
    });
    expect(outcomes(calls)).toEqual([
      ["greet", "hello 天地 😀"],
      ["echo", { same: true }],
      ["echo null", null],
      ["fail", "com.example.GreeterException"],
      ["slow", 10],
      [
        "slow, over the timeout",
        timeoutErrors[name] ?? "com.alipay.remoting.rpc.exception.InvokeTimeoutException",
      ],
      ["reflect null", null],
      ...["values", "tree", "order in itself", "ring", "map in itself"].map((what) => [
        `reflect ${what}`,
        { same: true },
      ]),
      ["one-way", null],
      ["reflected", 1],
      ...["bytes", "text", "list"].map((what) => [`reflect big ${what}`, { same: true }]),
      ...[1, 2, 3].map((number) => ["again", `hello ${number}`]),
      ["before", "hello before"],
      ["after", "hello after"],
    ]);
    expect(calls.find(({ call }) => call === "fail")?.message).toBe("no such luck");
  });

  test.each(JAVA_CLIENTS)(
    "$name: a server that drains and returns loses no call that it took",
    async ({ client, bolt }) => {
      let taken = 0;
      const count = (): void => {
        taken++;
      };
      let server = startServer(count);
      const { port } = (await server.listen({ port: 0 })) as { readonly port: number };
      let heard = 0;
      const running = runJavaClient(client, `127.0.0.1:${port}`, {
        works: ["again=60"],
        ...(bolt !== undefined && { bolt }),
        onCall: () => heard++,
      });
      await expect.poll(() => heard, { timeout: 20_000 }).toBeGreaterThanOrEqual(5);
      await server.close({ timeoutMs: 1_000 });
      server = startServer(count);
      await server.listen({ port });
      const calls = await running;
      await server.close({ timeoutMs: 1_000 });
      const answered = calls.filter(({ ok }) => ok !== undefined);
      expect(answered).toHaveLength(taken);
      // Until it finds the new one, a client may call nobody.
      expect(calls.slice(0, 5).map(({ ok }) => ok)).toEqual(
        [1, 2, 3, 4, 5].map((number) => `hello ${number}`),
      );
      expect(calls.slice(-5).map(({ ok }) => ok)).toEqual(
        [56, 57, 58, 59, 60].map((number) => `hello ${number}`),
      );
    },
  );
});

import { describe, expect, test } from "vitest";
import {
  describeWithJavaPeers,
  type JavaCall,
  lackOfJavaPeers,
  runJavaClient,
  startJavaServer,
} from "./peers/java-peer.ts";

describe("finding the Java peers", () => {
  test("if they are not there, the reason names the command that makes them", () => {
    expect(lackOfJavaPeers({}, "/nowhere")).toContain("test/interop/peers/get-peers.sh java");
  });

  test("if they are not there, CI fails in place of skipping", () => {
    expect(() => lackOfJavaPeers({ CI: "true" }, "/nowhere")).toThrow("under CI=true they must be there");
  });
});

/** What the calls gave, in their order, without their times. */
function outcomes(calls: readonly JavaCall[]): readonly (readonly [string, unknown])[] {
  return calls.map(({ call, ok, error }) => [call, error ?? ok]);
}

/** The work `greeter`: the last call is given up after 2 s. */
function ofGreeter(timeoutError: string): readonly (readonly [string, unknown])[] {
  return [
    ["greet", "hello 天地 😀"],
    ["echo", { same: true }],
    ["echo null", null],
    ["fail", "com.example.GreeterException"],
    ["slow", 10],
    ["slow, over the timeout", timeoutError],
  ];
}

const ofMirror = [
  ["reflect null", null],
  ...["values", "tree", "order in itself", "ring", "map in itself"].map((name) => [
    `reflect ${name}`,
    { same: true },
  ]),
];
const ofOneWay = [
  ["one-way", null],
  ["reflected", 1],
];
const ofBig = ["bytes", "text", "list"].map((name) => [`reflect big ${name}`, { same: true }]);
const ofAgain = [1, 2, 3].map((number) => ["again", `hello ${number}`]);
const ofIdle = [
  ["before", "hello before"],
  ["after", "hello after"],
];

describeWithJavaPeers("a Java client, of a Java server", () => {
  const libraries = [
    ["bolt-server", "bolt-client", "com.alipay.sofa.rpc.core.exception.SofaTimeOutException"],
    ["dubbo-server", "dubbo-client", "org.apache.dubbo.rpc.RpcException"],
    ["dubbo27-server", "dubbo27-client", "org.apache.dubbo.rpc.RpcException"],
  ] as const;

  test.each(libraries)("%s: each call ends as it must", async (serverName, clientName, timeoutError) => {
    await using server = await startJavaServer(serverName);
    const calls = await runJavaClient(clientName, `127.0.0.1:${server.port}`, {
      works: ["greeter", "mirror", "one-way", "big=1048576", "again=3", "idle=500"],
    });
    expect(outcomes(calls)).toEqual([
      ...ofGreeter(timeoutError),
      ...ofMirror,
      ...ofOneWay,
      ...ofBig,
      ...ofAgain,
      ...ofIdle,
    ]);
    expect(calls.find(({ call }) => call === "fail")?.message).toBe("no such luck");
  });

  test("Bolt's own client does so in each version of the protocol", async () => {
    await using server = await startJavaServer("bolt-server");
    for (const bolt of ["v1", "v2", "v2+crc"] as const) {
      const calls = await runJavaClient("bolt-client", `127.0.0.1:${server.port}`, {
        works: ["mirror", "one-way", "idle=500"],
        bolt,
      });
      expect(outcomes(calls), bolt).toEqual([...ofMirror, ...ofOneWay, ...ofIdle]);
    }
  });

  test("a client says of each call when it is done, and of calls to nobody that they failed", async () => {
    const heard: JavaCall[] = [];
    const calls = await runJavaClient("bolt-client", "127.0.0.1:9", {
      works: ["again=2"],
      bolt: "v1",
      onCall: (call) => heard.push(call),
    });
    expect(heard).toEqual(calls);
    expect(outcomes(calls)).toEqual([
      ["again", "com.alipay.remoting.exception.RemotingException"],
      ["again", "com.alipay.remoting.exception.RemotingException"],
    ]);
  });

  test("a client that takes too long is ended, and the error says so", async () => {
    const client = runJavaClient("bolt-client", "127.0.0.1:9", { works: ["idle=60000"], timeoutMs: 1_000 });
    await expect(client).rejects.toThrow("waited 1000 ms for bolt-client to finish");
  });

  test("a server that cannot listen says why; one that is told to end leaves its port to the next", async () => {
    await using server = await startJavaServer("bolt-server");
    await expect(startJavaServer("bolt-server", server.port)).rejects.toThrow("bolt-server has ended");
    await server.end();
    await using next = await startJavaServer("bolt-server", server.port);
    expect(next.port).toBe(server.port);
  });
});

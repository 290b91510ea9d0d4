import { manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { type DnsDiscoveryOptions, resolveEndpoints } from "../../src/cluster/discovery.ts";
import type { EndpointPlan } from "../../src/compile/endpoints.ts";
import { addressKey, type EndpointAddress } from "../../src/index.ts";
import { ask } from "../ask.ts";
import { livePlane } from "../live-source.ts";
import { ordersHost, outboundListener, routeTo, startUpstream } from "../static-plane.ts";

function endpoint(address: EndpointAddress, hostname = ""): EndpointPlan {
  return { key: addressKey(address), address, hostname };
}

const tcp = (host: string, port = 80): EndpointAddress => ({ kind: "tcp", host, port });

/** A resolver that knows what the test says, and what became of it. */
function discover(endpoints: readonly EndpointPlan[], options: Partial<DnsDiscoveryOptions> = {}) {
  const clock = manualClock();
  const records = new Map<string, readonly string[]>();
  const asked: string[] = [];
  const heard: (readonly EndpointPlan[])[] = [];
  const failures: string[] = [];
  const start = (): ReturnType<typeof resolveEndpoints> =>
    resolveEndpoints({
      endpoints,
      all: true,
      family: 0,
      refreshMs: 5_000,
      clock,
      lookup(name, family) {
        asked.push(`${name}/${family}`);
        const found = records.get(name);
        return found === undefined ? Promise.reject(new Error("ENOTFOUND")) : Promise.resolve(found);
      },
      onEndpoints: (found) => heard.push(found),
      onFailure: (name) => failures.push(name),
      ...options,
    });
  const keys = (): string[][] => heard.map((found) => found.map(({ key }) => key));
  return { clock, records, asked, heard, keys, failures, start };
}

test("every address of a name is an endpoint with that host name; addresses are no names", async () => {
  const dns = discover([
    endpoint(tcp("orders.test")),
    endpoint(tcp("10.9.9.9"), "own"),
    endpoint({ kind: "pipe", path: "/p" }),
  ]);
  dns.records.set("orders.test", ["10.0.0.1", "::1"]);
  using running = dns.start();
  await running.firstRound;
  expect(dns.asked).toEqual(["orders.test/0"]);
  expect(dns.heard).toEqual([
    [
      { key: "10.0.0.1:80", address: tcp("10.0.0.1"), hostname: "orders.test" },
      { key: "[::1]:80", address: tcp("::1"), hostname: "orders.test" },
      { key: "10.9.9.9:80", address: tcp("10.9.9.9"), hostname: "own" },
      { key: "/p", address: { kind: "pipe", path: "/p" }, hostname: "" },
    ],
  ]);
});

test("a logical name stands for its first address", async () => {
  const dns = discover([endpoint(tcp("orders.test"))], { all: false, family: 4 });
  dns.records.set("orders.test", ["10.0.0.1", "10.0.0.2"]);
  using running = dns.start();
  await running.firstRound;
  expect(dns.asked).toEqual(["orders.test/4"]);
  expect(dns.keys()).toEqual([["10.0.0.1:80"]]);
});

test("a name is looked up once per round, whatever the ports", async () => {
  const dns = discover([endpoint(tcp("orders.test", 80)), endpoint(tcp("orders.test", 81))]);
  dns.records.set("orders.test", ["10.0.0.1"]);
  using running = dns.start();
  await running.firstRound;
  expect(dns.asked).toHaveLength(1);
  expect(dns.keys()).toEqual([["10.0.0.1:80", "10.0.0.1:81"]]);
});

test("it asks again after its interval, and reports only changes", async () => {
  const dns = discover([endpoint(tcp("orders.test"))]);
  dns.records.set("orders.test", ["10.0.0.1"]);
  using running = dns.start();
  await running.firstRound;
  await dns.clock.advanceAsync(4_999);
  expect(dns.asked).toHaveLength(1);
  await dns.clock.advanceAsync(1);
  expect([dns.asked.length, dns.heard.length]).toEqual([2, 1]);
  dns.records.set("orders.test", ["10.0.0.2"]);
  await dns.clock.advanceAsync(5_000);
  expect(dns.keys()).toEqual([["10.0.0.1:80"], ["10.0.0.2:80"]]);
});

test("while a name does not resolve, or to nothing, what it last stood for stays", async () => {
  const dns = discover([endpoint(tcp("orders.test"))]);
  dns.records.set("orders.test", ["10.0.0.1"]);
  using running = dns.start();
  await running.firstRound;
  dns.records.delete("orders.test");
  await dns.clock.advanceAsync(5_000);
  dns.records.set("orders.test", []);
  await dns.clock.advanceAsync(5_000);
  expect(dns.failures).toEqual(["orders.test"]);
  expect(dns.keys()).toEqual([["10.0.0.1:80"]]);
});

test("a name that never resolved is no endpoint, and is asked for again", async () => {
  const dns = discover([endpoint(tcp("orders.test"))]);
  using running = dns.start();
  await running.firstRound;
  expect(dns.keys()).toEqual([[]]);
  dns.records.set("orders.test", ["10.0.0.1"]);
  await dns.clock.advanceAsync(5_000);
  expect(dns.keys()).toEqual([[], ["10.0.0.1:80"]]);
});

test("a disposed one asks and reports nothing more, not even what was on its way", async () => {
  const answer = Promise.withResolvers<readonly string[]>();
  const dns = discover([endpoint(tcp("orders.test"))], { lookup: () => answer.promise });
  const running = dns.start();
  running[Symbol.dispose]();
  answer.resolve(["10.0.0.1"]);
  await running.firstRound;
  await dns.clock.advanceAsync(60_000);
  expect([dns.heard.length, dns.clock.pendingTimers]).toEqual([0, 0]);
});

describe("in a data plane", () => {
  const cluster = (host: string, port: number, more: object = {}): object => ({
    name: "a",
    type: "STRICT_DNS",
    load_assignment: {
      cluster_name: "a",
      endpoints: [
        {
          lb_endpoints: [{ endpoint: { address: { socket_address: { address: host, port_value: port } } } }],
        },
      ],
    },
    ...more,
  });
  const LISTENER = outboundListener([ordersHost([routeTo("a")])]);

  test("it is ready when the names are known, and nobody is asked for a name per call", async () => {
    await using orders = await startUpstream((_, response) => response.end("orders"));
    let asked = 0;
    const lookup = (): Promise<readonly string[]> => {
      asked++;
      return Promise.resolve(["127.0.0.1"]);
    };
    await using live = await livePlane({ lookup, clock: manualClock() }, [
      ["listener", LISTENER],
      ["cluster", cluster("orders.internal", orders.port)],
    ]);
    expect((await ask(live.plane)).text).toBe("orders");
    expect((await ask(live.plane)).text).toBe("orders");
    expect(asked).toBe(1);
  });

  test("other names take the place of the old ones when they are known, and no call fails meanwhile", async () => {
    await using before = await startUpstream((_, response) => response.end("before"));
    await using after = await startUpstream((_, response) => response.end("after"));
    const answer = Promise.withResolvers<readonly string[]>();
    const lookup = (name: string): Promise<readonly string[]> =>
      name === "before.internal" ? Promise.resolve(["127.0.0.1"]) : answer.promise;
    await using live = await livePlane({ lookup, clock: manualClock() }, [
      ["listener", LISTENER],
      ["cluster", cluster("before.internal", before.port)],
    ]);
    const old = live.plane.cluster("a");
    live.source.put("cluster", cluster("after.internal", after.port));
    await live.settled();
    expect((await ask(live.plane)).text).toBe("before");
    answer.resolve(["127.0.0.1"]);
    await live.settled();
    expect((await ask(live.plane)).text).toBe("after");
    expect(live.plane.cluster("a")).toBe(old);
  });

  test("a cluster that is made anew begins with the addresses that are known", async () => {
    await using orders = await startUpstream((_, response) => response.end("orders"));
    const answers = [Promise.resolve(["127.0.0.1"]), new Promise<string[]>(() => {})];
    const lookup = (): Promise<readonly string[]> =>
      answers.shift() ?? Promise.reject(new Error("not asked for"));
    await using live = await livePlane({ lookup, clock: manualClock() }, [
      ["listener", LISTENER],
      ["cluster", cluster("orders.internal", orders.port)],
    ]);
    const old = live.plane.cluster("a");
    live.source.put("cluster", cluster("orders.internal", orders.port, { connect_timeout: "2s" }));
    await live.settled();
    expect(live.plane.cluster("a")).not.toBe(old);
    expect((await ask(live.plane)).text).toBe("orders");
  });
});

import { once } from "node:events";
import { access } from "node:fs/promises";
import { Agent } from "node:http";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { localReply, type Response } from "@dualmesh/core";
import { addressKey, type EndpointAddress, type Listener } from "@dualmesh/dataplane";
import { manualClock } from "@dualmesh/testkit";
import { expect, onTestFinished, test } from "vitest";
import { bindSocket } from "../../src/listener/bind-socket.ts";
import { ListenerSet } from "../../src/listener/listener-set.ts";
import type { SidecarEvent } from "../../src/log.ts";
import { httpGet } from "../http-get.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { LOOPBACK, type StubListener, stubListener } from "./stub-listener.ts";

function setUp() {
  const clock = manualClock();
  const events: SidecarEvent[] = [];
  const set = new ListenerSet({
    clock,
    hopToken: "t",
    drainTimeMs: 10_000,
    log: (event) => events.push(event),
  });
  onTestFinished(() => set.close(0));
  const apply = (...listeners: Listener[]): Promise<void> =>
    set.apply(new Map(listeners.map((listener) => [listener.name, listener])));
  const addressOf = (name: string): EndpointAddress => {
    const found = set.open.find(({ listener }) => listener.name === name);
    if (found === undefined) throw new Error(`${name} is not open`);
    return found.address;
  };
  return { clock, events, set, apply, addressOf };
}

/** An answer that the test gives when it likes. */
function heldAnswer() {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Response>();
  const service = (): Promise<Response> => {
    asked.resolve();
    return answer.promise;
  };
  return {
    service,
    asked: asked.promise,
    release: () => answer.resolve(localReply({ status: 200, details: "", body: "late" })),
  };
}

test("a listener answers on its actual port; one that does not bind has none", async () => {
  const { set, apply, addressOf } = setUp();
  await apply(stubListener("a"), stubListener("b", { bind: false }));
  expect(set.open.map(({ listener }) => listener.name)).toEqual(["a"]);
  expect(await httpGet(addressOf("a"))).toMatchObject({ status: 200, body: "a" });
});

test("a connection to a port that no chain is for is closed as it comes", async () => {
  const { apply, addressOf } = setUp();
  await apply(stubListener("a", { destinationPort: 1 }));
  await expect(httpGet(addressOf("a"))).rejects.toThrow("socket hang up");
});

test("a changed listener keeps its socket and its connections", async () => {
  const { set, apply, addressOf } = setUp();
  const listener = stubListener("a");
  await apply(listener);
  const before = addressOf("a");
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  expect(await httpGet(before, { agent })).toMatchObject({ body: "a" });
  listener.change({ service: async () => localReply({ status: 200, details: "", body: "new" }) });
  await apply(listener);
  expect(addressOf("a")).toEqual(before);
  const got = await httpGet(before, { agent });
  expect(got.body).toBe("new");
  expect(got.headers.connection).not.toBe("close");
  expect(set.failures.size).toBe(0);
});

test("other limits of the parser begin with new connections, and the old ones are told to close", async () => {
  const { apply, addressOf } = setUp();
  const held = heldAnswer();
  const listener = stubListener("a", { service: held.service });
  await apply(listener);
  const under = httpGet(addressOf("a"));
  await held.asked;
  listener.change({ maxHeadBytes: 8_192 });
  await apply(listener);
  held.release();
  expect((await under).headers.connection).toBe("close");
  const long = { headers: { "x-long": "x".repeat(10_000) } };
  expect((await httpGet(addressOf("a"), long)).status).toBe(431);
});

test("a listener that moves has its new socket before the old one closes", async () => {
  const { apply, addressOf } = setUp();
  const folder = await temporaryFolder();
  const listener = stubListener("a", { address: { kind: "pipe", path: join(folder, "1.sock") } });
  await apply(listener);
  listener.change({ address: { kind: "pipe", path: join(folder, "2.sock") } });
  await apply(listener);
  expect(await httpGet(addressOf("a"))).toMatchObject({ body: "a" });
  expect(addressKey(addressOf("a"))).toBe(join(folder, "2.sock"));
  await expect(access(join(folder, "1.sock"))).rejects.toThrow("ENOENT");
});

test("a removed listener accepts no more, finishes its calls with `connection: close`, and cuts them when its time is over", async () => {
  const { clock, apply, addressOf } = setUp();
  const [first, second] = [heldAnswer(), heldAnswer()];
  const answers = [first.service, second.service];
  await apply(stubListener("a", { service: () => (answers.shift() as () => Promise<Response>)() }));
  const address = addressOf("a");
  const finishes = httpGet(address);
  await first.asked;
  const isCut = httpGet(address);
  isCut.catch(() => {});
  await second.asked;
  await apply();
  await expect(httpGet(address)).rejects.toThrow("ECONNREFUSED");
  first.release();
  expect(await finishes).toMatchObject({ body: "late", headers: { connection: "close" } });
  await clock.advanceAsync(10_000);
  await expect(isCut).rejects.toThrow("socket hang up");
});

test("a new listener takes over the socket of a removed one", async () => {
  const { apply } = setUp();
  const address: EndpointAddress = { kind: "pipe", path: join(await temporaryFolder(), "a.sock") };
  await apply(stubListener("a", { address }));
  await apply(stubListener("b", { address }));
  expect(await httpGet(address)).toMatchObject({ body: "b" });
});

test("port 0 gives each listener a place of its own", async () => {
  const { apply, addressOf } = setUp();
  await apply(stubListener("a"), stubListener("b"));
  expect(await httpGet(addressOf("a"))).toMatchObject({ body: "a" });
  expect(await httpGet(addressOf("b"))).toMatchObject({ body: "b" });
});

test("an address that is taken is reported once, leaves the old one as it is, and is tried again", async () => {
  const { clock, set, apply, addressOf, events } = setUp();
  const rival = createServer();
  const taken = await bindSocket(rival, LOOPBACK, { subject: "rival" });
  const listener: StubListener = stubListener("a");
  await apply(listener);
  const before = addressOf("a");
  listener.change({ address: taken });
  await apply(listener);
  await apply(listener);
  const sentence = `listener "a": ${addressKey(taken)} is in use by another process`;
  expect(events.filter(({ kind }) => kind === "listener-failed").map(({ message }) => message)).toEqual([
    sentence,
  ]);
  expect(set.failures.get("a")?.rawMessage).toBe(sentence);
  expect(await httpGet(before)).toMatchObject({ body: "a" });
  rival.close();
  await once(rival, "close");
  await clock.advanceAsync(1_000);
  await apply(listener);
  expect(set.failures.size).toBe(0);
  expect(await httpGet(taken)).toMatchObject({ body: "a" });
});

test("from all interfaces to one, on the same port, is a change that works", async () => {
  const { apply, addressOf } = setUp();
  const listener = stubListener("a", { address: { kind: "tcp", host: "0.0.0.0", port: 0 } });
  await apply(listener);
  const { port } = addressOf("a") as { port: number };
  const fixed = stubListener("a", { address: { kind: "tcp", host: "0.0.0.0", port } });
  await apply();
  await apply(fixed);
  fixed.change({ address: { kind: "tcp", host: "127.0.0.1", port } });
  await apply(fixed);
  expect(addressOf("a")).toEqual({ kind: "tcp", host: "127.0.0.1", port });
  expect(await httpGet(addressOf("a"))).toMatchObject({ body: "a" });
});

test("two listeners with one address: the first has it, the second is told whose it is", async () => {
  const { set, apply } = setUp();
  const address: EndpointAddress = { kind: "pipe", path: join(await temporaryFolder(), "a.sock") };
  await apply(stubListener("a", { address }), stubListener("b", { address }));
  expect(await httpGet(address)).toMatchObject({ body: "a" });
  expect(set.failures.get("b")?.rawMessage).toBe(
    `listener "b": ${addressKey(address)} belongs to listener "a"`,
  );
});

test("closing does not wait for connections on which nothing is under way", async () => {
  const { set, apply, addressOf } = setUp();
  await apply(stubListener("a"));
  const address = addressOf("a") as { host: string; port: number };
  const idle = connect(address.port, address.host);
  await once(idle, "connect");
  await httpGet(addressOf("a"));
  const ended = once(idle, "close");
  // The manual clock stands still: waiting for the limit would never end.
  await set.close(60_000);
  await ended;
});

test("closing waits for a call that is under way", async () => {
  const { set, apply, addressOf } = setUp();
  const held = heldAnswer();
  await apply(stubListener("a", { service: held.service }));
  const under = httpGet(addressOf("a"));
  await held.asked;
  expect(set.active).toBe(1);
  const address = addressOf("a");
  const closed = set.close(60_000);
  await expect(httpGet(address)).rejects.toThrow("ECONNREFUSED");
  held.release();
  expect(await under).toMatchObject({ body: "late", headers: { connection: "close" } });
  await closed;
});

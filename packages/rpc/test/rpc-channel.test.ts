import { bolt } from "@dualmesh/codecs/bolt";
import { dubbo, writeDubboCall } from "@dualmesh/codecs/dubbo";
import { CANCELLED, type Call, type Filter, type Request, type Response, WRITTEN } from "@dualmesh/core";
import { callFor, manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createRpcChannel, frameOf, frameRequest, type RpcChannelOptions } from "../src/index.ts";
import { boltRequest, boltResponse } from "./bolt-messages.ts";
import { settled, type WirePeer, wirePeer } from "./wire-peer.ts";

/** A channel whose connections the test has in hand. */
function start(options: Partial<RpcChannelOptions> = {}) {
  const clock = manualClock();
  const peers: WirePeer[] = [];
  const failures: Error[] = [];
  const channel = createRpcChannel({
    codec: bolt,
    clock,
    heartbeat: false,
    backoff: { baseMs: 100, maxMs: 1_000, random: () => 0 },
    async connect() {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      const peer = wirePeer(options.codec ?? bolt);
      peers.push(peer);
      return peer.socket;
    },
    ...options,
  });
  const ask = (
    text: string,
    call: Call = callFor(clock),
    request: Request = frameRequest(boltRequest(text)),
  ) => channel(request, call).then(outcomeOf, (error: unknown) => `rejected: ${String(error)}`);
  return { clock, peers, failures, channel, ask };
}

function outcomeOf(response: Response): string {
  const { local, status } = response.head;
  if (local === undefined) return `${status} ${frameOf(response)?.body}`;
  return `${status} ${local.code} ${local.flag} ${local.execution}: ${local.message}`;
}

async function connected(peers: readonly WirePeer[], number = 0): Promise<WirePeer> {
  await settled();
  const peer = peers[number];
  if (peer === undefined) throw new Error(`there is no connection ${number}`);
  return peer;
}

describe("connections", () => {
  test("one is made when a call needs it, and shared", async () => {
    const { peers, channel, ask } = start();
    expect(channel.state).toBe("idle");
    const [a, b] = [ask("a"), ask("b")];
    expect(channel.state).toBe("connecting");
    const peer = await connected(peers);
    const [first, second] = [await peer.next(), await peer.next()];
    await peer.say(boltResponse(second, "B"), boltResponse(first, "A"));
    expect([await a, await b, peers.length, channel.state]).toEqual(["200 A", "200 B", 1, "open"]);
  });

  test("that cannot be made fails those who wait, and is not tried again at once", async () => {
    const { clock, peers, failures, ask } = start();
    failures.push(new Error("connect ECONNREFUSED"));
    const what = "503 UNAVAILABLE UF not-executed: bolt peer: connect ECONNREFUSED";
    expect(await Promise.all([ask("a"), ask("b")])).toEqual([what, what]);
    expect(await ask("c")).toBe(`${what}; next try in 50 ms`);
    clock.advance(50);
    const d = ask("d");
    const peer = await connected(peers);
    await peer.say(boltResponse(await peer.next(), "D"));
    expect(await d).toBe("200 D");
  });

  test("so many calls wait for one, and no more", async () => {
    const { ask } = start({ maxWaitingCalls: 1, connect: () => new Promise(() => {}) });
    void ask("a");
    expect(await ask("b")).toBe(
      "503 RESOURCE_EXHAUSTED UO not-executed: bolt peer: 1 calls wait for a connection, the limit is 1",
    );
  });

  test("a call that waits for one too long was not executed", async () => {
    const { clock, ask } = start({ connect: () => new Promise(() => {}) });
    const late = ask("a", callFor(clock, { timeoutMs: 100 }));
    await clock.advanceAsync(110);
    expect(await late).toBe("504 DEADLINE_EXCEEDED UT not-executed: bolt peer: no answer within 100 ms");
  });

  test("that is drained finishes its calls beside the next", async () => {
    const { peers, ask } = start({ codec: dubbo });
    const request = () => frameRequest(writeDubboCall({ id: 0, service: "a", method: "b" }));
    const old = ask("", undefined, request());
    const first = await connected(peers);
    const asked = await first.next();
    await first.say(dubbo.goaway(0) as never);
    void ask("", undefined, request());
    const second = await connected(peers, 1);
    expect((await second.next()).kind).toBe("request");
    await first.say(dubbo.refuse(asked, { code: "NOT_FOUND", message: "no" }));
    expect(await old).toMatch(/^404 /);
    await settled();
    expect([first.isClosed, second.isClosed]).toEqual([true, false]);
  });

  test("that is lost leaves its calls in doubt, and the next call makes another", async () => {
    const { peers, ask } = start();
    const a = ask("a");
    const first = await connected(peers);
    await first.next();
    first.wire.end();
    expect(await a).toBe("503 UNAVAILABLE UC in-doubt: bolt connection: the peer closed the connection");
    const b = ask("b");
    const second = await connected(peers, 1);
    await second.say(boltResponse(await second.next(), "B"));
    expect(await b).toBe("200 B");
  });
});

describe("a deadline", () => {
  test("goes with the call, as what is left of it", async () => {
    const { clock, peers, ask } = start();
    const call = callFor(clock, { timeoutMs: 1_000 });
    await clock.advanceAsync(300.5);
    void ask("a", call);
    void ask("b", callFor(clock, { timeoutMs: 1_000 }), frameRequest(boltRequest("b", { timeoutMs: 200 })));
    void ask("c", callFor(clock), frameRequest(boltRequest("c", { timeoutMs: 200 })));
    const peer = await connected(peers);
    const sent = [await peer.next(), await peer.next(), await peer.next()];
    expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([700, 200, 200]);
  });

  test("that passes leaves the call in doubt, and its late answer is dropped", async () => {
    const { clock, peers, ask } = start();
    const late = ask("a", callFor(clock, { timeoutMs: 100 }));
    const peer = await connected(peers);
    const frame = await peer.next();
    await clock.advanceAsync(110);
    expect(await late).toBe("504 DEADLINE_EXCEEDED UT in-doubt: bolt peer: no answer within 100 ms");
    const next = ask("b");
    await peer.say(boltResponse(frame, "late"), boltResponse(await peer.next(), "B"));
    expect(await next).toBe("200 B");
    expect(clock.pendingTimers).toBe(1);
  });

  test("that has passed sends nothing", async () => {
    const { clock, peers, ask } = start();
    const call = callFor(clock, { timeoutMs: 100 });
    clock.advance(100);
    expect(await ask("a", call)).toMatch(/^504 DEADLINE_EXCEEDED UT not-executed/);
    expect(peers).toEqual([]);
  });
});

test("a cancelled call rejects, and says whether it may have been executed", async () => {
  const { clock, peers, ask } = start();
  const [sent, waiting] = [callFor(clock), callFor(clock)];
  const a = ask("a", sent);
  const peer = await connected(peers);
  await peer.next();
  sent.cancel(CANCELLED);
  expect(await a).toBe("rejected: MeshError: [CANCELLED] the caller cancelled");
  waiting.cancel(CANCELLED);
  expect(await ask("b", waiting)).toMatch(/^rejected/);
});

test("a one-way call settles when it is written", async () => {
  const { clock, peers, channel } = start();
  const response = channel(frameRequest(boltRequest("a", { isOneWay: true })), callFor(clock));
  const peer = await connected(peers);
  expect(await response).toBe(WRITTEN);
  expect((await peer.next()).kind).toBe("oneway");
});

test("filters stand around it, and what they change reaches the wire", async () => {
  const tenant: Filter<Request, Response> = (next) => (request, call) => {
    request.head.headers.set("tenant", "blue");
    return next(request, call);
  };
  const { peers, ask } = start({ filters: tenant });
  void ask("a");
  const peer = await connected(peers);
  expect((await peer.next()).header("tenant")).toBe("blue");
});

test("headers that their protocol cannot carry fail the call alone", async () => {
  const huge: Filter<Request, Response> = (next) => (request, call) => {
    request.head.headers.set("tenant", "x".repeat(40_000));
    return next(request, call);
  };
  const { ask } = start({ filters: huge });
  expect(await ask("a")).toMatch(/^503 RESOURCE_EXHAUSTED {2}not-executed: bolt frame: a header map of/);
});

test("closing lets calls finish, takes no more, and leaves nothing behind", async () => {
  const { clock, peers, channel, ask } = start();
  const a = ask("a");
  const peer = await connected(peers);
  const closed = channel.close();
  expect(await ask("b")).toBe("503 UNAVAILABLE UF not-executed: bolt peer: the channel was closed");
  await peer.say(boltResponse(await peer.next(), "A"));
  expect(await a).toBe("200 A");
  await closed;
  expect([channel.state, clock.pendingTimers]).toEqual(["closed", 0]);
});

test.each([
  [{ address: "here" }, 'rpc: an address is host:port or unix:/path, got "here"'],
  [{}, "rpc channel: one of address and connect is to be given, for bolt"],
  [{ address: "a:1", maxWaitingCalls: -1 }, "rpc channel: maxWaitingCalls is an integer from 0, got -1"],
  [{ address: "a:1", limits: { maxQueuedBytes: -1 } }, "maxQueuedBytes must be 0 bytes or more, got -1"],
  [{ address: "a:1", heartbeat: { intervalMs: 0 } }, "heartbeat: intervalMs must be over 0 ms, got 0"],
])("options out of their range are refused: %j", (options, message) => {
  expect(() => createRpcChannel({ codec: bolt, ...options })).toThrow(message);
});

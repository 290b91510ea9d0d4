import { BOLT_COMMAND, BOLT_TYPE, bolt, writeBoltFrame, writeBoltHeaders } from "@dualmesh/codecs/bolt";
import { dubbo, writeDubboCall, writeDubboFrame } from "@dualmesh/codecs/dubbo";
import type { Frame } from "@dualmesh/codecs/frame";
import { manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { CallTable } from "../src/call-table.ts";
import { ClientConnection } from "../src/index.ts";
import { boltRequest, boltResponse, bytesOf } from "./bolt-messages.ts";
import { recorder, start } from "./client-stage.ts";
import { settled, wirePeer } from "./wire-peer.ts";

describe("calls", () => {
  test("are answered in any order, and leave in one write when they were made in one turn", async () => {
    const { peer, log, send, connection } = start();
    for (const name of ["a", "b", "c"]) send(name);
    const [a, b, c] = [await peer.next(), await peer.next(), await peer.next()];
    expect(peer.writes).toHaveLength(1);
    expect([a.id, b.id, c.id]).toEqual([1, 2, 3]);
    await peer.say(boltResponse(c, "C"), boltResponse(a, "A"));
    expect(log).toEqual(["c: C", "a: A"]);
    expect(connection.inFlight).toBe(1);
  });

  test("an id is never given while its call is in flight, over the end of 32 bits", async () => {
    const { peer, log, send } = start({ firstId: 0xffff_fffe });
    for (const name of ["a", "b", "c"]) send(name);
    const frames = [await peer.next(), await peer.next(), await peer.next()];
    expect(frames.map(({ id }) => id)).toEqual([0xffff_fffe, 0xffff_ffff, 0]);
    await peer.say(boltResponse({ id: 0xffff_ffff }, "B"));
    expect(log).toEqual(["b: B"]);
  });

  test("an id that is taken when the numbers wrap around is passed over", () => {
    const calls = new CallTable<string>(0xffff_ffff);
    calls.set(0, "old");
    calls.set(1, "older");
    expect([calls.nextId(), calls.nextId(), calls.nextId()]).toEqual([0xffff_ffff, 2, 3]);
  });

  test("any number of calls in flight have ids of their own, beside old ones that stay", () => {
    const calls = new CallTable<number>(0xffff_ff00);
    const ids = Array.from({ length: 2_000 }, (_, i) => {
      const id = calls.nextId();
      calls.set(id, i);
      return id;
    });
    expect([new Set(ids).size, calls.size]).toEqual([2_000, 2_000]);
    expect(ids.map((id) => calls.get(id))).toEqual(ids.map((_, i) => i));
    for (const id of ids.slice(1)) calls.take(id);
    expect([calls.size, calls.take(ids[1] as number), calls.takeAll()]).toEqual([1, undefined, [0]]);
  });

  test("answers to nobody are counted and dropped", async () => {
    const { peer, log, send, connection } = start();
    const late = send("late");
    await peer.next();
    late.cancel();
    await peer.say(boltResponse({ id: 1 }), boltResponse({ id: 77 }), boltResponse({ id: 1 }));
    expect(connection.strangers).toBe(3);
    expect(log).toEqual([]);
  });

  test("a peer that answers a call before it was sent guesses ids", async () => {
    const { peer, log, send, connection } = start();
    send("a");
    peer.socket.emit("data", bytesOf(boltResponse({ id: 1 }, "guessed")));
    await peer.say(boltResponse(await peer.next(), "answered"));
    expect([connection.strangers, log]).toEqual([1, ["a: answered"]]);
  });

  test("a one-way call is over when it is written, and has no answer", async () => {
    const { peer, log, connection } = start();
    connection.send(boltRequest("x", { isOneWay: true }), recorder(log, "x"));
    const frame = await peer.next();
    expect(log).toEqual(["x: written"]);
    await peer.say(boltResponse(frame));
    expect([connection.strangers, connection.inFlight]).toEqual([1, 0]);
  });

  test("one that was cancelled before it left never leaves", async () => {
    const { peer, send } = start();
    const call = send("a");
    call.cancel();
    send("b");
    expect(String((await peer.next()).body)).toBe("b");
    expect(call.started).toBe(false);
    expect(peer.frames).toEqual([]);
  });

  test("the first request on a connection of Bolt says that GoAways are known", async () => {
    const { peer, send } = start();
    send("a");
    send("b");
    expect((await peer.next()).header("dualmesh_goaway")).toBe("1");
    expect((await peer.next()).header("dualmesh_goaway")).toBe(undefined);
  });

  test("and does not fail for it where its headers are full", async () => {
    const { peer, log, send } = start();
    const headers = writeBoltHeaders([["pad", "x".repeat(32_767 - 11)]]);
    send("full", writeBoltFrame({ type: 1, command: 1, id: 0, headers }));
    await peer.say(boltResponse(await peer.next(), "done"));
    expect(log).toEqual(["full: done"]);
  });
});

describe("when the connection goes", () => {
  test("what may have left is in doubt, and what has not is not executed", async () => {
    const { peer, log, send } = start();
    send("sent");
    await peer.next();
    send("queued");
    peer.wire.destroy();
    peer.socket.destroy();
    await settled();
    expect(log.slice(0, 3)).toEqual([
      "leaving",
      "sent: UNAVAILABLE UC in-doubt",
      expect.stringMatching(/^queued: UNAVAILABLE UC/),
    ]);
    expect(log).toContain("closed: bolt connection: the connection was closed");
    expect(log).toHaveLength(4);
  });

  test("no call is taken any more", async () => {
    const { peer, log, send, connection } = start();
    connection.destroy();
    send("a");
    expect(log).toEqual(["leaving", "a: UNAVAILABLE UF not-executed"]);
    await settled();
    expect(peer.isClosed).toBe(true);
  });

  test("what is no frame ends it", async () => {
    const { peer, log, send } = start();
    send("a");
    await peer.next();
    await peer.say(Buffer.from("HTTP/1.1 400 Bad Request\r\n"));
    expect(log).toEqual([
      "leaving",
      "a: UNAVAILABLE UPE in-doubt",
      "closed: bolt connection: bolt frame: protocol 72 is none; expected 1 or 2",
    ]);
  });

  test("a length over the limit ends it before it comes", async () => {
    const { peer, log } = start();
    const bytes = bytesOf(boltResponse({ id: 1 }));
    bytes.writeUInt32BE(0xffff_ffff, 16);
    await peer.say(bytes.subarray(0, 20));
    expect(log.at(-1)).toContain("content length 4294967295 bytes is over the limit of 8388608 bytes");
  });

  test("half a frame has a deadline, however slowly its bytes drip", async () => {
    const { peer, log, clock } = start({ limits: { frameTimeoutMs: 1_000 } });
    const bytes = bytesOf(boltResponse({ id: 1 }, "0123456789"));
    for (let i = 0; i < 11; i++) {
      await peer.say(bytes.subarray(i, i + 1));
      await clock.advanceAsync(100);
    }
    await settled();
    expect(log).toEqual([
      "leaving",
      "closed: bolt connection: 10 bytes of a frame came, and not its rest within 1000 ms",
    ]);
  });
});

describe("back-pressure", () => {
  test("what a peer does not read is bounded: calls over it are refused, others stay", async () => {
    const clock = manualClock();
    const peer = wirePeer(bolt, { highWaterMark: 1_024 });
    peer.wire.pause();
    const log: string[] = [];
    const connection = new ClientConnection(peer.socket, {
      codec: bolt,
      clock,
      heartbeat: false,
      limits: { maxQueuedBytes: 10_000 },
    });
    const frame = boltRequest("x".repeat(1_000));
    for (let i = 0; i < 20; i++) {
      connection.send(frame, recorder(log, `${i}`));
      await settled(1);
    }
    expect(connection.queuedBytes).toBeLessThanOrEqual(10_000);
    expect(log.length).toBeGreaterThan(5);
    expect(log.at(-1)).toBe("19: RESOURCE_EXHAUSTED UO not-executed");
    const refused = log.length;
    peer.wire.resume();
    await settled(50);
    expect(peer.frames).toHaveLength(20 - refused);
  });

  test("calls that were given up while the peer reads nothing leave nothing behind", async () => {
    const peer = wirePeer(bolt, { highWaterMark: 1_024 });
    peer.wire.pause();
    const connection = new ClientConnection(peer.socket, {
      codec: bolt,
      clock: manualClock(),
      heartbeat: false,
    });
    const log: string[] = [];
    for (let i = 0; i < 5; i++) connection.send(boltRequest("x".repeat(1_000)), recorder(log, "first"));
    await settled();
    const before = connection.queuedBytes;
    for (let i = 0; i < 1_000; i++)
      connection.send(boltRequest("x".repeat(1_000)), recorder(log, "x")).cancel();
    expect(connection.queuedBytes).toBe(before);
    expect(log).toEqual([]);
  });
});

describe("a peer that goes", () => {
  const goaway = writeBoltFrame({
    type: BOLT_TYPE.request,
    command: BOLT_COMMAND.goAway,
    id: 0,
    timeoutMs: 0,
  });

  test("is asked nothing more, and left behind its last answer", async () => {
    const { peer, log, send } = start();
    send("old");
    const old = await peer.next();
    await peer.say(goaway);
    send("new");
    expect(log).toEqual(["leaving", "new: UNAVAILABLE UF not-executed"]);
    expect(peer.isClosed).toBe(false);
    await peer.say(boltResponse(old, "done"));
    await settled();
    expect(log.slice(2)).toEqual(["old: done", "closed: bolt connection: the connection was drained"]);
    expect(peer.isClosed).toBe(true);
  });

  test("and says that it stays, is asked again (Dubbo's R and W)", async () => {
    const { peer, log, connection } = start({}, dubbo);
    const call = writeDubboCall({ id: 0, service: "a", method: "b" });
    connection.send(call, recorder(log, "old"));
    await peer.next();
    await peer.say(dubbo.goaway(1) as Frame);
    expect(connection.isOpen).toBe(false);
    const writable = { isRequest: true, isEvent: true, id: 2, body: Buffer.from("0157", "hex") };
    await peer.say(writeDubboFrame(writable));
    expect([log, connection.isOpen]).toEqual([["leaving", "resumed"], true]);
    connection.close();
    await peer.say(writeDubboFrame(writable));
    expect(connection.isOpen).toBe(false);
  });

  test("a connection without calls is closed", async () => {
    const { peer, log, clock, send } = start({ idleTimeoutMs: 5_000 });
    await clock.advanceAsync(4_000);
    send("a");
    const asked = await peer.next();
    await clock.advanceAsync(9_000);
    await peer.say(boltResponse(asked));
    await clock.advanceAsync(4_999);
    expect(log).toEqual(["a: "]);
    await clock.advanceAsync(1);
    await settled();
    expect(log.slice(1)).toEqual(["leaving", "closed: bolt connection: the connection was drained"]);
  });
});

test("a peer that calls its client is told that nobody is there", async () => {
  const { peer } = start();
  await peer.say(boltRequest("a", { id: 5 }), boltRequest("b", { id: 6, isOneWay: true }));
  expect(await peer.next()).toMatchObject({ kind: "response", id: 5, status: 6 });
  expect(peer.frames).toEqual([]);
});

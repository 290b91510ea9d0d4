import { BOLT_COMMAND, BOLT_TYPE, bolt, writeBoltFrame } from "@dualmesh/codecs/bolt";
import { dubbo, writeDubboCall } from "@dualmesh/codecs/dubbo";
import type { Frame, FrameCodec } from "@dualmesh/codecs/frame";
import { localReply } from "@dualmesh/core";
import { manualClock, mockService } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import {
  createCallSlots,
  frameOf,
  frameResponse,
  type ServeConnectionOptions,
  serveConnection,
} from "../src/index.ts";
import { boltRequest, boltResponse, bytesOf } from "./bolt-messages.ts";
import { settled, wirePeer } from "./wire-peer.ts";

function start(
  options: Partial<ServeConnectionOptions> = {},
  peerOptions: { readonly highWaterMark?: number } = {},
) {
  const clock = manualClock();
  const codec: FrameCodec = options.codec ?? bolt;
  const peer = wirePeer(codec, peerOptions);
  const { service, handle } = mockService();
  const connection = serveConnection(peer.socket, { codec, clock, service, ...options });
  return { clock, peer, handle, connection };
}

const answer = (to: { readonly id: number }, text = "") => frameResponse(boltResponse(to, text), bolt);
const text = (frame: Frame) => `${frame.id} ${frame.status} ${frame.body}`;

describe("calls", () => {
  test("are answered in the order in which their answers come, under their ids", async () => {
    const { peer, handle, connection } = start();
    await peer.say(boltRequest("a", { id: 7 }), boltRequest("b", { id: 8 }));
    const [a, b] = [await handle.next(), await handle.next()];
    expect([a.request.head.path, String(frameOf(b.request)?.body), connection.activeCalls]).toEqual([
      "/com.example.Greeter:1.0/greet",
      "b",
      2,
    ]);
    b.answer(answer({ id: 1 }, "B"));
    expect(text(await peer.next())).toBe("8 0 B");
    a.answer(answer({ id: 7 }, "A"));
    expect(text(await peer.next())).toBe("7 0 A");
    expect([connection.activeCalls, a.call.outcome?.code]).toEqual([0, "OK"]);
  });

  test("that end together are answered in one write", async () => {
    const { peer, handle } = start();
    await peer.say(boltRequest("a", { id: 1 }), boltRequest("b", { id: 2 }));
    const [a, b] = [await handle.next(), await handle.next()];
    a.answer(answer({ id: 1 }));
    b.answer(answer({ id: 2 }));
    await peer.next();
    expect(peer.writes).toHaveLength(1);
  });

  test("under one id twice are two calls: the client answers for its ids", async () => {
    const { peer, handle } = start();
    await peer.say(boltRequest("a", { id: 7 }), boltRequest("b", { id: 7 }));
    (await handle.next()).answer(answer({ id: 7 }, "A"));
    (await handle.next()).answer(answer({ id: 7 }, "B"));
    expect([text(await peer.next()), text(await peer.next())]).toEqual(["7 0 A", "7 0 B"]);
  });

  test("over the limit are refused, and one-way calls over it dropped: nothing queues", async () => {
    const slots = createCallSlots(1);
    const { peer, handle } = start({ slots });
    await peer.say(
      boltRequest("a", { id: 1 }),
      boltRequest("b", { id: 2 }),
      boltRequest("c", { id: 3, isOneWay: true }),
    );
    const refused = await peer.next();
    expect([refused.id, refused.status]).toEqual([2, 4]);
    expect(refused.header("dualmesh_refusal")).toBe("1 calls are under way, the limit is 1");
    (await handle.next()).answer(answer({ id: 1 }));
    await peer.next();
    expect([handle.asked, slots.taken]).toEqual([1, 0]);
  });

  test("one-way calls get no answer, whatever becomes of them", async () => {
    const { peer, handle, connection } = start();
    await peer.say(boltRequest("a", { id: 1, isOneWay: true }), boltRequest("b", { id: 2, isOneWay: true }));
    (await handle.next()).answer(answer({ id: 1 }));
    (await handle.next()).reject(new Error("no"));
    await settled();
    expect([peer.frames, connection.activeCalls]).toEqual([[], 0]);
  });

  test("that fail are refused by a sentence, without a stack", async () => {
    const { peer, handle } = start();
    await peer.say(boltRequest("a", { id: 1 }), boltRequest("b", { id: 2 }));
    (await handle.next()).reject(new Error("no database"));
    (await handle.next()).answer(localReply({ status: 403, details: "denied" }));
    const [failed, denied] = [await peer.next(), await peer.next()];
    expect([failed.status, failed.header("dualmesh_refusal")]).toEqual([
      1,
      "the service failed: no database",
    ]);
    expect([denied.status, denied.header("dualmesh_refusal")]).toEqual([1, "denied"]);
  });

  test("have the deadline that their client gives them, and are cancelled then", async () => {
    const slots = createCallSlots(5);
    const { peer, handle, clock } = start({ slots });
    await peer.say(boltRequest("a", { id: 1, timeoutMs: 250 }));
    const { call, ...asked } = await handle.next();
    expect(call.deadlineMs).toBe(250);
    await clock.advanceAsync(260);
    expect((await peer.next()).status).toBe(7);
    expect([call.cancelled?.code, slots.taken]).toEqual(["DEADLINE_EXCEEDED", 1]);
    asked.answer(answer({ id: 1 }, "late"));
    await settled();
    expect([peer.frames, slots.taken]).toEqual([[], 0]);
  });

  test("are cancelled when their client goes", async () => {
    const slots = createCallSlots(5);
    const { peer, handle, clock } = start({ slots });
    await peer.say(boltRequest("a", { id: 1 }));
    const { call, ...asked } = await handle.next();
    peer.socket.destroy();
    await settled();
    expect([call.cancelled?.flag, slots.taken]).toEqual(["DC", 1]);
    asked.reject(new Error("cancelled"));
    await settled();
    expect([slots.taken, clock.pendingTimers]).toEqual([0, 0]);
  });

  test("whose head is none are refused, and others go on", async () => {
    const { peer, handle } = start({ codec: dubbo });
    const bad = writeDubboCall({
      id: 1,
      service: "a",
      method: "b",
      descriptor: "I",
      arguments: Buffer.from("ff", "hex"),
    });
    await peer.say(bad, writeDubboCall({ id: 2, service: "a", method: "b" }));
    expect(await peer.next()).toMatchObject({ id: 1, status: 40 });
    const asked = await handle.next();
    expect(frameOf(asked.request)?.id).toBe(2);
  });
});

describe("hostile clients", () => {
  test("what is no frame, an unknown command, a huge length: the connection ends", async () => {
    const unknown = bytesOf(boltRequest("a"));
    unknown.writeUInt16BE(55, 2);
    const huge = bytesOf(boltRequest("a")).subarray(0, 22);
    huge.writeUInt32BE(0x7fff_ffff, 18);
    for (const bytes of [Buffer.from("GET / HTTP/1.1"), unknown, huge]) {
      const { peer } = start();
      await peer.say(bytes);
      expect(peer.isClosed).toBe(true);
    }
  });

  test("half a frame has a deadline, also after whole ones", async () => {
    const { peer, clock, handle } = start({ limits: { frameTimeoutMs: 1_000 } });
    await peer.say(Buffer.concat([bytesOf(boltRequest("a")), bytesOf(boltRequest("b")).subarray(0, 30)]));
    await handle.next();
    await clock.advanceAsync(900);
    await peer.say(bytesOf(boltRequest("b")).subarray(30, 31));
    await clock.advanceAsync(99);
    expect(peer.isClosed).toBe(false);
    await clock.advanceAsync(1);
    await settled();
    expect(peer.isClosed).toBe(true);
  });

  test("heartbeats are answered; one that floods with them and reads nothing is not read", async () => {
    const { peer } = start({ limits: { maxQueuedBytes: 8_192 } }, { highWaterMark: 16_384 });
    peer.wire.pause();
    const piece = Buffer.concat(Array.from({ length: 400 }, (_, id) => bytesOf(bolt.heartbeat(id))));
    let unread = 0;
    for (let i = 0; i < 200 && unread === 0; i++) {
      await peer.say(piece);
      unread = peer.wire.writableLength;
    }
    expect(unread).toBeGreaterThan(0);
    expect(peer.socket.isPaused()).toBe(true);
    expect(peer.socket.writableLength).toBeLessThan(50_000);
    peer.wire.resume();
    await settled(50);
    expect(peer.socket.isPaused()).toBe(false);
    expect(peer.frames.length).toBeGreaterThan(400);
  });

  test("a flood that comes when the socket is blocked already is not read either, by what its answers take here", async () => {
    const { peer } = start({ limits: { maxQueuedBytes: 64_000 } }, { highWaterMark: 4_096 });
    peer.wire.pause();
    const beats = (count: number): Buffer =>
      bytesOf(...Array.from({ length: count }, (_, id) => bolt.heartbeat(id)));
    // Blocks the socket, with hardly anything behind it.
    await peer.say(beats(300));
    for (let i = 0; i < 100 && peer.wire.writableLength === 0; i++) await peer.say(beats(100));
    expect(peer.wire.writableLength).toBeGreaterThan(0);
    expect(peer.socket.readableFlowing).toBe(false);
    const { length } = peer.frames;
    peer.wire.resume();
    await settled(50);
    expect(peer.frames.length).toBeGreaterThan(length);
    expect(peer.wire.writableLength).toBe(0);
  });

  test("one that does not read its answers is not asked for more requests", async () => {
    const { peer, handle } = start({ limits: { maxQueuedBytes: 10_000 } }, { highWaterMark: 4_096 });
    peer.wire.pause();
    await peer.say(...Array.from({ length: 5 }, (_, id) => boltRequest("a", { id })));
    for (let i = 0; i < 5; i++) (await handle.next()).answer(answer({ id: i }, "x".repeat(5_000)));
    await settled();
    peer.wire.write(bytesOf(boltRequest("late", { id: 9 })));
    await settled();
    expect(handle.asked).toBe(5);
    peer.wire.resume();
    (await handle.next()).answer(answer({ id: 9 }));
    await settled(20);
    expect(peer.frames).toHaveLength(6);
  });

  test("one that takes none of its answers is closed, however long it may be silent; what it does take counts", async () => {
    const limits = { maxQueuedBytes: 10_000, frameTimeoutMs: 1_000 };
    const { peer, clock, handle } = start({ limits }, { highWaterMark: 4_096 });
    peer.wire.pause();
    await peer.say(...Array.from({ length: 8 }, (_, id) => boltRequest("a", { id })));
    for (let i = 0; i < 8; i++) (await handle.next()).answer(answer({ id: i }, "x".repeat(100_000)));
    await settled();
    expect(peer.socket.isPaused()).toBe(true);
    await clock.advanceAsync(900);
    while (peer.frames.length < 3) {
      peer.wire.read();
      await settled();
    }
    expect(peer.frames.length).toBeLessThan(8);
    await clock.advanceAsync(900);
    expect([peer.isClosed, peer.socket.isPaused()]).toEqual([false, true]);
    await clock.advanceAsync(100);
    await settled();
    expect(peer.isClosed).toBe(true);
  });

  test("answers of a client are dropped", async () => {
    const { peer, connection } = start();
    await peer.say(boltResponse({ id: 1 }), bolt.heartbeatAck(bolt.heartbeat(1)));
    expect([connection.activeCalls, peer.isClosed, peer.frames]).toEqual([0, false, []]);
  });

  test("one that says nothing is closed, and not while it waits for an answer", async () => {
    const { peer, clock, handle } = start({ idleTimeoutMs: 1_000 });
    await peer.say(boltRequest("a", { id: 1 }));
    const asked = await handle.next();
    await clock.advanceAsync(5_000);
    expect(peer.isClosed).toBe(false);
    asked.answer(answer({ id: 1 }));
    await peer.next();
    await clock.advanceAsync(2_000);
    await settled();
    expect(peer.isClosed).toBe(true);
  });
});

describe("draining", () => {
  const knowing = () => boltRequest("a", { id: 1 }).withHeader("dualmesh_goaway", "1");
  const goaway = writeBoltFrame({
    type: BOLT_TYPE.request,
    command: BOLT_COMMAND.goAway,
    id: 0,
    timeoutMs: 0,
  });

  test.each([
    ["known", [boltRequest("a", { id: 1 })], []],
    ["known", [knowing()], ["goaway"]],
    ["known", [boltRequest("a", { id: 1 }), goaway], ["goaway"]],
    ["never", [knowing()], []],
    ["always", [boltRequest("a", { id: 1 })], ["goaway"]],
  ] as const)("%s: %#", async (policy, said, kinds) => {
    const { peer, handle, connection, clock } = start({ goaway: policy });
    await peer.say(...said);
    const asked = await handle.next();
    connection.close();
    await settled();
    expect(peer.frames.map(({ kind }) => kind)).toEqual(kinds);
    asked.answer(answer({ id: 1 }, "A"));
    await clock.advanceAsync(100);
    await clock.advanceAsync(100);
    await settled();
    expect([peer.frames.at(-1)?.kind, peer.isClosed]).toEqual(["response", true]);
  });

  test("what comes in the meantime is served; the end waits until it is quiet", async () => {
    const { peer, handle, connection, clock } = start({ codec: dubbo });
    connection.close();
    expect((await peer.next()).kind).toBe("goaway");
    await clock.advanceAsync(60);
    await peer.say(writeDubboCall({ id: 2, service: "a", method: "b" }));
    await clock.advanceAsync(60);
    expect(peer.isClosed).toBe(false);
    (await handle.next()).answer(localReply({ status: 503, details: "no" }));
    expect((await peer.next()).id).toBe(2);
    await clock.advanceAsync(100);
    await settled();
    expect([peer.isClosed, clock.pendingTimers]).toEqual([true, 0]);
  });

  test("a client that closes its half still gets its answers", async () => {
    const { peer, handle } = start();
    await peer.say(boltRequest("a", { id: 1 }));
    peer.wire.end();
    await settled();
    (await handle.next()).answer(answer({ id: 1 }, "A"));
    expect(text(await peer.next())).toBe("1 0 A");
    await settled();
    expect(peer.isClosed).toBe(true);
  });
});

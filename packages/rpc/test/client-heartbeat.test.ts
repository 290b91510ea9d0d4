import { bolt, boltCodec } from "@dualmesh/codecs/bolt";
import { describe, expect, test } from "vitest";
import { bytesOf } from "./bolt-messages.ts";
import { start } from "./client-stage.ts";
import { settled } from "./wire-peer.ts";

describe("heartbeats", () => {
  const heartbeat = { intervalMs: 1_000, timeoutMs: 200, misses: 2 };

  test("are asked for when the peer is silent, and any byte is an answer", async () => {
    const { peer, log, clock, connection } = start({ heartbeat });
    await clock.advanceAsync(1_000);
    const asked = await peer.next();
    expect(asked.kind).toBe("heartbeat");
    await peer.say(bolt.heartbeatAck(asked));
    await clock.advanceAsync(999);
    expect(peer.frames).toEqual([]);
    await clock.advanceAsync(1);
    expect((await peer.next()).kind).toBe("heartbeat");
    expect([log, connection.inFlight, connection.strangers]).toEqual([[], 0, 0]);
  });

  test("missed in a row, they end the connection", async () => {
    const { peer, log, clock, send } = start({ heartbeat });
    send("a");
    await peer.next();
    await clock.advanceAsync(1_000);
    await clock.advanceAsync(200);
    await clock.advanceAsync(200);
    await settled();
    expect(peer.frames.map(({ kind }) => kind)).toEqual(["heartbeat", "heartbeat"]);
    expect(log).toEqual([
      "leaving",
      "a: UNAVAILABLE UC in-doubt",
      "closed: bolt connection: the peer is silent: no answer to 2 heartbeats, 200 ms each",
    ]);
    expect(clock.pendingTimers).toBe(0);
  });

  test("of the peer are answered in its layout, a flood of them up to what may wait", async () => {
    const { peer, connection } = start({ limits: { maxQueuedBytes: 4_096 } });
    await peer.say(boltCodec({ protocol: 2, checksum: true }).heartbeat(9));
    expect(await peer.next()).toMatchObject({ kind: "heartbeat-ack", id: 9, generation: 2 });
    peer.wire.pause();
    await peer.say(Buffer.concat(Array.from({ length: 20_000 }, (_, id) => bytesOf(bolt.heartbeat(id)))));
    await settled(20);
    expect(connection.queuedBytes).toBeLessThan(140_000);
  });
});

import { EventEmitter, once } from "node:events";
import type { Socket } from "node:net";
import { manualClock } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import { createHttp2Transport } from "../../src/index.ts";
import { attempt, loopback } from "../transport/attempt.ts";
import { ACK, END_STREAM, FRAME, frame, head, STATUS_200 } from "./frames.ts";
import { rawH2Upstream } from "./raw-h2-upstream.ts";

/** An upstream that counts pings, answers them or not, and answers calls when a test says so. */
async function pinged(answersPings: boolean) {
  const requests = Promise.withResolvers<{ readonly stream: number; readonly socket: Socket }>();
  let pings = 0;
  let heard = Promise.withResolvers<void>();
  const upstream = await rawH2Upstream(({ type, flags, stream, payload }, socket) => {
    if (type === FRAME.headers) requests.resolve({ stream, socket });
    if (type !== FRAME.ping || (flags & ACK) !== 0) return;
    pings++;
    if (answersPings) socket.write(frame(FRAME.ping, ACK, 0, payload));
    heard.resolve();
    heard = Promise.withResolvers();
  });
  return {
    port: upstream.port,
    request: requests.promise,
    get pings() {
      return pings;
    },
    /** Settles with the next ping. */
    get heard() {
      return heard.promise;
    },
    [Symbol.asyncDispose]: () => upstream[Symbol.asyncDispose](),
  };
}

const EVERY_SECOND = { intervalMs: 1_000, timeoutMs: 200, whenIdle: false };

describe("pings", () => {
  test("find out that a peer is gone without a word, and end what waits for it", async () => {
    await using upstream = await pinged(false);
    const clock = manualClock();
    const transport = createHttp2Transport({ clock });
    transport.keepAlive(EVERY_SECOND);
    const result = attempt(transport, loopback(upstream.port));
    await upstream.request;
    const heard = upstream.heard;
    // What it said at the beginning counts once.
    await clock.advanceAsync(1_000);
    await clock.advanceAsync(1_000);
    await heard;
    await clock.advanceAsync(200);
    expect(await result).toMatchObject({
      kind: "failed",
      failure: "reset",
      reset: { cause: { message: "no answer to a ping within 200 ms" } },
    });
    await transport.close();
    expect(clock.pendingTimers).toBe(0);
  });

  test("leave no call to a connection that they have just cut", async () => {
    const asked = Promise.withResolvers<void>();
    await using upstream = await rawH2Upstream(({ type, flags, stream }, socket, connection) => {
      if (type === FRAME.headers) socket.write(head(stream, END_STREAM, STATUS_200));
      if (type === FRAME.ping && (flags & ACK) === 0 && connection === 1) asked.resolve();
    });
    const clock = manualClock();
    const transport = createHttp2Transport({ clock });
    transport.keepAlive({ ...EVERY_SECOND, whenIdle: true });
    expect(await attempt(transport, loopback(upstream.port))).toMatchObject({ kind: "responded" });
    await clock.advanceAsync(1_000);
    await clock.advanceAsync(1_000);
    await asked.promise;
    // Cut, and its socket has not yet said so.
    clock.advance(200);
    expect(await attempt(transport, loopback(upstream.port))).toMatchObject({ kind: "responded" });
    expect(upstream.connections).toBe(2);
    await transport.close();
  });

  test("leave a connection alone whose peer answers", async () => {
    await using upstream = await pinged(true);
    const clock = manualClock();
    const transport = createHttp2Transport({ clock });
    // By this clock an answer takes long: it comes by the loopback, while time leaps.
    transport.keepAlive({ ...EVERY_SECOND, timeoutMs: 1e9 });
    const result = attempt(transport, loopback(upstream.port));
    const { stream, socket } = await upstream.request;
    await expect
      .poll(async () => {
        await clock.advanceAsync(1_000);
        return upstream.pings;
      })
      .toBeGreaterThanOrEqual(3);
    socket.write(head(stream, END_STREAM, STATUS_200));
    expect(await result).toMatchObject({ kind: "responded", response: { head: { status: 200 } } });
    await transport.close();
  });

  test("are sent without a call only if somebody wants that", async () => {
    await using upstream = await pinged(true);
    const clock = manualClock();
    const transport = createHttp2Transport({ clock });
    transport.keepAlive(EVERY_SECOND);
    await transport.connect(loopback(upstream.port));
    await clock.advanceAsync(10_000);
    expect(upstream.pings).toBe(0);
    const heard = upstream.heard;
    transport.keepAlive({ ...EVERY_SECOND, whenIdle: true });
    await clock.advanceAsync(1_000);
    await heard;
    await transport.close();
  });

  test("are sent as often as the one wants them who wants them most often", async () => {
    await using upstream = await pinged(true);
    const clock = manualClock();
    const transport = createHttp2Transport({ clock });
    await transport.connect(loopback(upstream.port));
    transport.keepAlive({ intervalMs: 10_000, timeoutMs: 5_000, whenIdle: true });
    transport.keepAlive({ intervalMs: 100, timeoutMs: 5_000, whenIdle: false });
    const heard = upstream.heard;
    await clock.advanceAsync(100);
    await heard;
    await transport.close();
  });
});

test("a peer that speaks is not pinged", async () => {
  await using upstream = await pinged(true);
  const clock = manualClock();
  const transport = createHttp2Transport({ clock });
  transport.keepAlive(EVERY_SECOND);
  const result = attempt(transport, loopback(upstream.port));
  const { stream, socket } = await upstream.request;
  socket.write(head(stream, 0, STATUS_200));
  const responded = await result;
  const body = responded.kind === "responded" ? responded.response.body : undefined;
  const heard: string[] = [];
  const arrivals = new EventEmitter();
  if (body?.kind === "stream") {
    body.read({
      chunk(bytes) {
        heard.push(String(bytes));
        arrivals.emit("byte");
        return true;
      },
      end() {},
      reset() {},
    });
  }
  for (let i = 0; i < 5; i++) {
    const next = once(arrivals, "byte");
    socket.write(frame(FRAME.data, 0, stream, Buffer.from(`${i}`)));
    await next;
    await clock.advanceAsync(1_000);
  }
  expect([heard.join(""), upstream.pings]).toEqual(["01234", 0]);
  socket.destroy();
});

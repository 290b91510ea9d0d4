import { once } from "node:events";
import type { Socket } from "node:net";
import { bolt } from "@dualmesh/codecs/bolt";
import { dubbo, writeDubboCall, writeDubboFrame } from "@dualmesh/codecs/dubbo";
import { type Frame, type FrameCodec, FrameDecoder } from "@dualmesh/codecs/frame";
import { createCall } from "@dualmesh/core";
import { frameRequest } from "@dualmesh/rpc";
import { textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { createHttp1Transport } from "../../src/index.ts";
import { httpOrFrames } from "../../src/transport/http-or-frames.ts";
import { createRpcTransport } from "../../src/transport/rpc/rpc-transport.ts";
import { outboundListener, routeTo, staticCluster, staticPlane } from "../static-plane.ts";
import { attempt, loopback, type Result } from "../transport/attempt.ts";
import { rawPeer } from "../transport/raw-peer.ts";
import { answerTo, boltCall, bytesOf } from "./frames.ts";

/** A server of frames: what it does with each. */
function framePeer(codec: FrameCodec, take: (frame: Frame, socket: Socket, place: number) => void) {
  return rawPeer((socket, place) => {
    const decoder = new FrameDecoder(codec, (frame) => take(frame, socket, place));
    socket.on("data", (bytes: Buffer) => decoder.feed(bytes));
  });
}

const textOf = (result: Result): string =>
  result.kind === "responded" && result.response.body.kind === "bytes"
    ? Buffer.from(result.response.body.bytes).toString()
    : result.kind;

test("calls share one connection, and are answered in any order, each with its own answer", async () => {
  const waiting: Frame[] = [];
  await using peer = await framePeer(bolt, (frame, socket) => {
    waiting.push(frame);
    if (waiting.length < 20) return;
    for (const one of waiting.splice(0).reverse()) socket.write(bytesOf(answerTo(one)));
  });
  const transport = createRpcTransport(bolt);
  const texts = Array.from({ length: 20 }, (_, i) => `call ${i}`);
  const results = await Promise.all(
    texts.map((text) => attempt(transport, loopback(peer.port), boltCall(text))),
  );
  expect(results.map(textOf)).toEqual(texts);
  expect(peer.accepted).toBe(1);
  await transport.close();
});

test("a peer that is not there is a failure to connect, and nothing was sent", async () => {
  const peer = await rawPeer(() => {});
  const { port } = peer;
  await peer[Symbol.asyncDispose]();
  const result = await attempt(createRpcTransport(bolt), loopback(port), boltCall("x"));
  expect(result).toMatchObject({
    kind: "failed",
    failure: "connect-failure",
    reset: { flag: "UF", execution: "not-executed" },
  });
});

test("a connection that is lost leaves in doubt what was on it, and the next call makes another", async () => {
  await using peer = await framePeer(bolt, (frame, socket, place) => {
    if (place === 1) socket.destroy();
    else socket.write(bytesOf(answerTo(frame)));
  });
  const transport = createRpcTransport(bolt);
  const lost = await attempt(transport, loopback(peer.port), boltCall("first"));
  expect(lost).toMatchObject({ kind: "failed", failure: "reset", reset: { execution: "in-doubt" } });
  expect(textOf(await attempt(transport, loopback(peer.port), boltCall("second")))).toBe("second");
  await transport.close();
});

test("a provider of Dubbo that says it is read-only gets no further call, and finishes those that it has", async () => {
  const held: (() => void)[] = [];
  await using peer = await framePeer(dubbo, (frame, socket, place) => {
    if (frame.kind !== "request") return;
    const answer = (): void => {
      socket.write(
        bytesOf(writeDubboFrame({ status: 20, id: frame.id, body: Buffer.from([0x91, 0x90 + place]) })),
      );
    };
    if (place > 1) answer();
    else {
      held.push(answer);
      socket.write(Buffer.concat(dubbo.goaway(9)?.bytes ?? []));
    }
  });
  const transport = createRpcTransport(dubbo);
  const call = () => frameRequest(writeDubboCall({ id: 1, service: "s", method: "m" }), dubbo);
  const first = attempt(transport, loopback(peer.port), call());
  await expect.poll(() => held.length).toBe(1);
  await expect
    .poll(async () =>
      Buffer.from(await bytesOfResult(attempt(transport, loopback(peer.port), call()))).at(-1),
    )
    .toBe(0x92);
  held[0]?.();
  expect(Buffer.from(await bytesOfResult(first)).at(-1)).toBe(0x91);
  await transport.close();
});

async function bytesOfResult(result: Promise<Result>): Promise<Uint8Array> {
  const settled = await result;
  const body = settled.kind === "responded" ? settled.response.body : undefined;
  return body?.kind === "bytes" ? body.bytes : new Uint8Array();
}

test("a one-way call is over when its bytes are written", async () => {
  const seen = Promise.withResolvers<Frame>();
  await using peer = await framePeer(bolt, (frame) => seen.resolve(frame));
  const transport = createRpcTransport(bolt);
  const result = await attempt(transport, loopback(peer.port), boltCall("bye", true));
  expect(result).toMatchObject({
    kind: "responded",
    response: { head: { status: 200 }, body: { kind: "none" } },
  });
  expect((await seen.promise).kind).toBe("oneway");
  await transport.close();
});

test("a call that is given up while it waits for a connection is never sent", async () => {
  const frames: Frame[] = [];
  await using peer = await framePeer(bolt, (frame, socket) => {
    frames.push(frame);
    socket.write(bytesOf(answerTo(frame)));
  });
  const transport = createRpcTransport(bolt);
  const reset = { code: "CANCELLED", flag: "DC", message: "gone", execution: "not-executed" } as const;
  const open = transport.open(loopback(peer.port), boltCall("never"), {
    responded() {},
    failed() {},
    ended() {},
  });
  open.cancel(reset);
  expect(open.started).toBe(false);
  await attempt(transport, loopback(peer.port), boltCall("only"));
  expect(frames.map((frame) => frame.body.toString())).toEqual(["only"]);
  await transport.close();
});

test("closing lets what is under way finish, then closes the connection", async () => {
  const held: (() => void)[] = [];
  await using peer = await rawPeer((socket) => {
    const decoder = new FrameDecoder(bolt, (frame) => {
      held.push(() => socket.write(bytesOf(answerTo(frame))));
    });
    socket.on("data", (bytes: Buffer) => decoder.feed(bytes));
    void once(socket, "end").then(() => socket.end());
  });
  const transport = createRpcTransport(bolt);
  const call = attempt(transport, loopback(peer.port), boltCall("last"));
  await expect.poll(() => held.length).toBe(1);
  const closed = transport.close();
  held[0]?.();
  expect(textOf(await call)).toBe("last");
  await closed;
});

test("what came in frames goes on in frames, everything else by HTTP, to the same endpoint", async () => {
  await using peer = await rawPeer((socket) => {
    socket.on("data", (bytes: Buffer) => {
      if (bytes[0] !== 1) socket.end("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nhttp");
      else new FrameDecoder(bolt, (frame) => socket.write(bytesOf(answerTo(frame, "bolt")))).feed(bytes);
    });
  });
  const transport = httpOrFrames(createHttp1Transport(), {});
  expect(textOf(await attempt(transport, loopback(peer.port), boltCall("x")))).toBe("bolt");
  expect((await attempt(transport, loopback(peer.port), textRequest())).kind).toBe("responded");
  transport.release(loopback(peer.port));
  await transport.close();
});

test("a call in a frame is retried in frames, whoever copied its head on the way", async () => {
  const attempts: Frame[] = [];
  await using peer = await framePeer(bolt, (frame, socket) => {
    attempts.push(frame);
    if (attempts.length < 3) socket.destroy();
    else socket.write(bytesOf(answerTo(frame)));
  });
  const retry = { retry_on: "reset", num_retries: 3, retry_back_off: { base_interval: "0.001s" } };
  await using plane = await staticPlane({
    listeners: [
      outboundListener([
        { name: "all", domains: ["*"], routes: [routeTo("greeter", { retry_policy: retry })] },
      ]),
    ],
    clusters: [staticCluster("greeter", [peer.port])],
  });
  const response = await plane.listeners.get("outbound")?.service(0)(boltCall("again"), createCall());
  expect(response === undefined ? "" : textOf({ kind: "responded", response } as Result)).toBe("again");
  expect(attempts.map((frame) => frame.body.toString())).toEqual(["again", "again", "again"]);
});

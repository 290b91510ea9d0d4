import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { bolt } from "@dualmesh/codecs/bolt";
import { dubbo } from "@dualmesh/codecs/dubbo";
import { type Frame, type FrameCodec, FrameDecoder } from "@dualmesh/codecs/frame";
import { bytesBody, createHeaders, localReply, type Response } from "@dualmesh/core";
import { frameOf } from "@dualmesh/rpc";
import { expect, test } from "vitest";
import { DOWNSTREAM } from "../../src/index.ts";
import { startEdge } from "../http/edge.ts";
import { bytesOf, callFrame, SERVICE } from "./frames.ts";

/** What requests of HTTP get. */
const PAGE: Response = { head: { status: 200, headers: createHeaders() }, body: bytesBody("http") };

/** Says bytes, and gives the next frame of the answer. */
async function ask(socket: Socket, codec: FrameCodec, bytes: Buffer): Promise<Frame> {
  const answer = Promise.withResolvers<Frame>();
  const decoder = new FrameDecoder(codec, (frame) => answer.resolve(frame));
  const feed = (chunk: Buffer): void => decoder.feed(chunk);
  socket.on("data", feed);
  socket.write(bytes);
  const frame = await answer.promise;
  socket.off("data", feed);
  return frame;
}

test("one port serves HTTP/1.1, HTTP/2's preface, Bolt and Dubbo, each told by its first bytes", async () => {
  await using edge = await startEdge(
    async (request) => (frameOf(request) === undefined ? PAGE : localReply({ status: 404, details: "none" })),
    { protocol: "auto", codecs: [bolt, dubbo] },
  );
  const socket = connect(edge.port, "127.0.0.1");
  const refused = await ask(socket, bolt, bytesOf(callFrame("x")));
  expect(refused).toMatchObject({ kind: "response", id: 1, status: 6 });
  const beat = await ask(socket, bolt, bytesOf(bolt.heartbeat(5)));
  expect(beat).toMatchObject({ kind: "heartbeat-ack", id: 5 });
  socket.destroy();
  const other = connect(edge.port, "127.0.0.1");
  expect((await ask(other, dubbo, Buffer.concat(dubbo.heartbeat(7).bytes))).kind).toBe("heartbeat-ack");
  other.destroy();
  expect(await (await fetch(`http://127.0.0.1:${edge.port}/`)).text()).toBe("http");
});

test("a call in a frame is a request with its service and method as its path, and knows its connection", async () => {
  const seen: unknown[] = [];
  await using edge = await startEdge(
    async (request, call) => {
      seen.push(request.head.path, request.head.authority, call.get(DOWNSTREAM)?.remoteAddress);
      return localReply({ status: 503, details: "x" });
    },
    { codecs: [bolt] },
  );
  const socket = connect(edge.port, "127.0.0.1");
  await ask(socket, bolt, bytesOf(callFrame("x")));
  expect(seen).toEqual([`/${SERVICE}/greet`, SERVICE, "127.0.0.1"]);
  expect(edge.http.active).toBe(0);
  socket.destroy();
});

test("first bytes in single pieces are waited for; what is none of the protocols is answered as HTTP", async () => {
  await using edge = await startEdge(async () => localReply({ status: 404, details: "x" }), {
    protocol: "auto",
    codecs: [bolt, dubbo],
  });
  const slow = connect(edge.port, "127.0.0.1");
  const bytes = bytesOf(callFrame("x"));
  for (const byte of bytes.subarray(0, 8)) {
    slow.write(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await ask(slow, bolt, bytes.subarray(8))).kind).toBe("response");
  slow.destroy();
  const stranger = connect(edge.port, "127.0.0.1");
  stranger.write("SSH-2.0-x\r\n\r\n");
  const [answer] = (await once(stranger, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
  stranger.destroy();
});

test("without codecs frames are no protocol", async () => {
  await using edge = await startEdge(async () => localReply({ status: 404, details: "x" }), {
    protocol: "auto",
  });
  const socket = connect(edge.port, "127.0.0.1");
  socket.write(bytesOf(callFrame("x")));
  socket.write("\r\n\r\n");
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
});

test("a server that drains finishes a call, then closes its connection", async () => {
  const gate = Promise.withResolvers<Response>();
  await using edge = await startEdge(() => gate.promise, { codecs: [bolt] });
  const socket = connect(edge.port, "127.0.0.1");
  const answer = ask(socket, bolt, bytesOf(callFrame("x")));
  await expect.poll(() => edge.http.active).toBe(1);
  edge.http.drain();
  gate.resolve(localReply({ status: 503, details: "x" }));
  expect((await answer).kind).toBe("response");
  await once(socket, "end");
  socket.end();
});

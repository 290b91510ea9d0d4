import type { Socket } from "node:net";
import { bodyText, seededRandom, textRequest } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { createHttp1Transport, type Transport } from "../../src/index.ts";
import { attempt, loopback } from "./attempt.ts";
import { rawPeer } from "./raw-peer.ts";

const SEED = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

const withLength = (id: string, more = ""): string =>
  `HTTP/1.1 200 OK\r\n${more}content-length: ${id.length}\r\n\r\n${id}`;
const chunked = (id: string): string =>
  `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n${id[0]}\r\n${(id.length - 1).toString(16)};x\r\n${id.slice(1)}\r\n0\r\n\r\n`;

/** What a peer does with a request of that id: all that has been seen of servers, and worse. */
const DEEDS: readonly ((socket: Socket, id: string) => void)[] = [
  (socket, id) => socket.write(withLength(id)),
  (socket, id) => socket.write(withLength(id)),
  (socket, id) => socket.write(chunked(id)),
  (socket, id) => socket.write(withLength(id, "connection: close\r\n")),
  (socket, id) => socket.write(withLength(id, "keep-alive: timeout=1\r\n")),
  (socket, id) => socket.end(withLength(id)),
  (socket, id) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${id}`),
  (socket, id) =>
    socket.write(`HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nlink: y\r\n\r\n${withLength(id)}`),
  // In two pieces, with time between them.
  (socket, id) => {
    const answer = chunked(id);
    socket.write(answer.slice(0, answer.length / 2));
    setImmediate(() => setImmediate(() => socket.write(answer.slice(answer.length / 2))));
  },
  // More than was asked for.
  (socket, id) => socket.write(`${withLength(id)}${withLength("stranger")}`),
  (socket, id) => socket.write(`${chunked(id)}HTTP/1.1 200 O`),
  // Less.
  (socket, id) => socket.end(withLength(id).slice(0, -1)),
  (socket, id) => socket.end(chunked(id).slice(0, -3)),
  (socket) => socket.end("HTTP/1.1 20"),
  (socket) => socket.end(),
  (socket) => socket.resetAndDestroy(),
  (socket, id) => socket.write(withLength(id).slice(0, -2), () => socket.resetAndDestroy()),
  // Something else.
  (socket) => socket.write("SSH-2.0-OpenSSH_9.6\r\n"),
  (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxy"),
];

/** What a call heard: its id, or what it was told instead. */
async function call(transport: Transport, port: number, id: string): Promise<string> {
  const request = textRequest({ headers: { "x-id": id } });
  const result = await attempt(transport, loopback(port), request);
  if (result.kind === "failed") return result.reset.execution;
  const text = await bodyText(result.response.body).catch(() => undefined);
  const reset = await result.ended;
  return text === undefined ? (reset?.execution ?? "nothing said") : text;
}

test(`every answer belongs to its call, or the call has failed and says whether it was executed (SEED=${SEED})`, async () => {
  const random = seededRandom(SEED);
  await using peer = await rawPeer((socket) => {
    let received = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      received += text;
      const end = received.indexOf("\r\n\r\n");
      if (end < 0) return;
      const id = /x-id: (\S+)/.exec(received)?.[1] ?? "unknown";
      // One at a time: a second request before the answer would be answered as the same.
      received = received.slice(end + 4);
      const deed = DEEDS[Math.floor(random() * DEEDS.length)] as (typeof DEEDS)[number];
      const act = (): void => void (socket.destroyed || deed(socket, id));
      if (random() < 0.5) act();
      else setImmediate(act);
    });
  });
  const transport = createHttp1Transport({ maxConnectionsPerEndpoint: 6 });
  let answered = 0;
  let failed = 0;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < 1_500) {
      const id = `call-${next++}`;
      const heard = await call(transport, peer.port, id);
      expect([id, "in-doubt", "not-executed"]).toContain(heard);
      if (heard === id) answered++;
      else failed++;
    }
  };
  await Promise.all(Array.from({ length: 12 }, caller));
  expect(answered).toBeGreaterThan(300);
  expect(failed).toBeGreaterThan(100);
  await transport.close();
});

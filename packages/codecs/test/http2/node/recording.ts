import { setImmediate as nextTurn } from "node:timers/promises";
import { ClientConnection } from "../../../src/http2/index.ts";
import { answer } from "./converse.ts";
import type { Exchange } from "./exchange.ts";
import { MemoryServer } from "./memory-server.ts";

/** Turns of the loop behind the last word of a server. */
const SILENT_TURNS = 20;

/** What asks for the responses of a recording, in this order, from the first stream on. */
export function openStream(index: number): readonly string[] {
  return [
    ":method",
    index % 5 === 4 ? "HEAD" : "GET",
    ":scheme",
    "http",
    ":path",
    `/${index}`,
    ":authority",
    "a",
  ];
}

/** The bytes that an honest server of node:http2 answers with, to a client that reads everything. */
export async function record(responses: readonly Exchange["response"][]): Promise<Buffer> {
  let next = 0;
  const server = new MemoryServer({}, (stream) => answer(stream, responses[next++] as Exchange["response"]));
  const connection = new ClientConnection(
    { wantsWrite() {}, settings() {}, streamClosed() {}, goaway() {}, pong() {}, failed() {} },
    { streamWindowBytes: 65_535, connectionWindowBytes: 65_535, maxListBytes: 65_536, maxFields: 100 },
  );
  for (const i of responses.keys()) {
    const stream = connection.request(openStream(i), true, {
      head() {},
      data: (bytes) => stream.consumed(bytes.length),
      end() {},
      reset() {},
      drain() {},
    });
  }
  const written: Buffer[] = [];
  for (let silent = 0; silent < SILENT_TURNS; silent++) {
    for (const bytes of connection.take()) server.says(bytes);
    const bytes = Buffer.concat(server.take());
    if (bytes.length > 0) silent = 0;
    written.push(bytes);
    connection.feed(bytes);
    await nextTurn();
  }
  server.session?.close();
  await nextTurn();
  written.push(...server.take());
  server.close();
  return Buffer.concat(written);
}

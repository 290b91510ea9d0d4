import { setImmediate as nextTurn } from "node:timers/promises";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ClientConnection } from "../../src/http2/index.ts";
import { MemoryServer } from "./node/memory-server.ts";

const REQUESTS = 3_000;
/** Sent before the server hears of any; in between it changes its settings. */
const AT_ONCE = 100;
/** What the server says of its table in between, once or several times. */
const TABLE_SIZES = [[4_096], [0, 4_096], [100], [0, 65_536], [300, 200, 400]];
const MAX_TURNS = 1_000;

/** Fields as a service has them: some always the same, some of few values, some never twice. */
const fields = fc.sample(
  fc
    .tuple(
      fc.constantFrom("application/grpc", "application/json"),
      fc.oneof(fc.constant("x-request-id"), fc.stringMatching(/^x-[a-z]{1,3}$/)),
      fc.string({ unit: "grapheme-ascii", maxLength: 200 }),
      fc.stringMatching(/^x-long-[a-z]{0,150}$/),
      fc.constantFrom("", "a", "b", "c".repeat(4_000)),
      fc.option(fc.stringMatching(/^Bearer [!-~]{1,30}$/), { nil: undefined }),
    )
    .map(([type, name, value, long, few, token]) => [
      ...["content-type", type, "te", "trailers", name, value.trim(), long, few],
      ...(token === undefined ? [] : ["authorization", token]),
    ]),
  { seed: 7541, numRuns: REQUESTS },
);

test("thousands of requests and responses keep the tables of both sides in step, whatever their sizes become", async () => {
  const wrong: number[] = [];
  let heard = 0;
  const server = new MemoryServer({}, (stream, rawHeaders) => {
    const index = Number(rawHeaders[5]?.slice(1));
    const expected = fields[index] as string[];
    if (JSON.stringify(rawHeaders.slice(8)) !== JSON.stringify(expected)) wrong.push(index);
    // The same back: written by nghttp2, with Huffman's code.
    stream.respond(
      { ":status": 200, "x-sent": expected[7], "x-index": index, [expected[4] as string]: expected[5] },
      { endStream: true, sendDate: false } as object,
    );
    heard++;
  });
  const answers: string[][] = [];
  const connection = new ClientConnection(
    { wantsWrite() {}, settings() {}, streamClosed() {}, goaway() {}, pong() {}, failed() {} },
    { streamWindowBytes: 65_535, connectionWindowBytes: 65_535, maxListBytes: 65_536, maxFields: 100 },
  );
  const carry = async (): Promise<void> => {
    for (const piece of connection.take()) server.says(piece);
    await nextTurn();
    for (const piece of server.take()) connection.feed(piece);
  };
  for (const [i, given] of fields.entries()) {
    const head = [":method", "POST", ":scheme", "http", ":path", `/${i}`, ":authority", "a", ...given];
    connection.request(head, true, {
      head: (_, got) => void answers.push(got),
      data() {},
      end() {},
      reset() {},
      drain() {},
    });
    if (i % AT_ONCE < AT_ONCE - 1) continue;
    for (const headerTableSize of TABLE_SIZES[Math.floor(i / AT_ONCE) % TABLE_SIZES.length] ?? [])
      server.session?.settings({ headerTableSize });
    for (let turn = 0; connection.streams > 0 && turn < MAX_TURNS; turn++) await carry();
  }
  server.close();
  expect([heard, wrong, server.error]).toEqual([REQUESTS, [], undefined]);
  const expected = fields.map((given, i) => ["x-sent", given[7], "x-index", String(i), given[4], given[5]]);
  expect(answers).toEqual(expected);
  expect(connection.streams).toBe(0);
});

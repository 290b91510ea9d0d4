import { constants } from "node:http2";
import { type Call, createHeaders, NO_BODY, type Request, type Response, type Service } from "@dualmesh/core";
import { describe, expect, test } from "vitest";
import { startEdge } from "../http/edge.ts";
import {
  ACK,
  END_HEADERS,
  END_STREAM,
  FRAME,
  fields,
  frame,
  head,
  PADDED,
  repeated,
  reset,
  settings,
  windowUpdate,
} from "./frames.ts";
import { GET, goawayCode, isAnswered, POST, rawH2Client, resetCode } from "./raw-h2-client.ts";

const {
  NGHTTP2_COMPRESSION_ERROR,
  NGHTTP2_ENHANCE_YOUR_CALM,
  NGHTTP2_FLOW_CONTROL_ERROR,
  NGHTTP2_FRAME_SIZE_ERROR,
  NGHTTP2_PROTOCOL_ERROR,
} = constants;

const HELLO = settings();
const OFTEN = { interval: 5 };

/** Never answers what it is asked with GET; sums up the rest. */
function service() {
  const seen = { calls: 0, cancelled: 0 };
  const serve: Service<Request, Response> = ({ head: { method }, body }, call: Call) => {
    seen.calls++;
    call.onCancel(() => seen.cancelled++);
    return new Promise((resolve) => {
      if (method === "GET" || body.kind !== "stream") return;
      const end = (): void => resolve({ head: { status: 200, headers: createHeaders() }, body: NO_BODY });
      body.read({ chunk: () => true, end, reset() {} });
    });
  };
  return { seen, serve };
}

const many = (count: number, make: (i: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, i) => make(i)));

/** What opens stream 1 with a body to come. */
const OPEN = head(1, 0, POST);

describe("costs a client its connection, and no other its own", () => {
  /** Plays it on a connection beside another one, whose call stays. Gives the code of its GOAWAY. */
  async function attack(hello: Buffer, bytes: Buffer): Promise<number | undefined> {
    const { seen, serve } = service();
    await using edge = await startEdge(serve, { protocol: "auto" });
    using other = await rawH2Client(edge.port);
    other.send(head(1, 0, POST));
    await expect.poll(() => seen.calls, OFTEN).toBe(1);
    using client = await rawH2Client(edge.port, hello);
    client.send(bytes);
    await client.closed;
    await expect.poll(() => [edge.http.active, edge.http.connections], OFTEN).toEqual([1, 1]);
    expect(seen.cancelled).toBe(seen.calls - 1);
    other.send(frame(FRAME.data, END_STREAM, 1));
    await expect.poll(() => isAnswered(other, 1), OFTEN).toBe(true);
    return goawayCode(client);
  }

  test.each<[string, number, Buffer]>([
    [
      "a frame that says it has 16 MB",
      NGHTTP2_FRAME_SIZE_ERROR,
      Buffer.of(0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1),
    ],
    ["bytes that are no frames", NGHTTP2_FRAME_SIZE_ERROR, many(512, (i) => Buffer.of((i * 79 + 13) & 0xff))],
    ["SETTINGS of five bytes", NGHTTP2_FRAME_SIZE_ERROR, frame(FRAME.settings, 0, 0, Buffer.alloc(5))],
    ["DATA on no stream", NGHTTP2_PROTOCOL_ERROR, frame(FRAME.data, 0, 0)],
    ["DATA on a stream that nobody opened", NGHTTP2_PROTOCOL_ERROR, frame(FRAME.data, 0, 5)],
    ["a reset of a stream that nobody opened", NGHTTP2_PROTOCOL_ERROR, reset(5, 8)],
    ["a request on a stream that is the server's", NGHTTP2_PROTOCOL_ERROR, head(2, END_STREAM, GET)],
    [
      "a promise, which is the server's to make",
      NGHTTP2_PROTOCOL_ERROR,
      Buffer.concat([
        OPEN,
        frame(FRAME.pushPromise, END_HEADERS, 1, Buffer.concat([Buffer.of(0, 0, 0, 2), GET])),
      ]),
    ],
    [
      "padding longer than its frame",
      NGHTTP2_PROTOCOL_ERROR,
      Buffer.concat([OPEN, frame(FRAME.data, PADDED, 1, Buffer.of(255, 0))]),
    ],
    ["a window that opens by nothing", NGHTTP2_PROTOCOL_ERROR, windowUpdate(0, 0)],
    ["a window beyond 2 GiB", NGHTTP2_FLOW_CONTROL_ERROR, windowUpdate(0, 0x7fff_ffff)],
    ["windows of streams beyond 2 GiB", NGHTTP2_FLOW_CONTROL_ERROR, settings([4, 0xffff_ffff])],
    [
      "fields that HPACK has no entry for",
      NGHTTP2_COMPRESSION_ERROR,
      head(1, 0, Buffer.of(0xff, 0xff, 0x7f)),
    ],
    [
      "a table of HPACK beyond what it was given",
      NGHTTP2_COMPRESSION_ERROR,
      head(1, 0, Buffer.of(0x3f, 0xe1, 0xff, 0x7f)),
    ],
  ])("%s", async (_, code, bytes) => {
    expect(await attack(HELLO, bytes)).toBe(code);
  });

  test("a request before SETTINGS", async () => {
    expect(await attack(Buffer.alloc(0), head(1, END_STREAM, GET))).toBe(NGHTTP2_PROTOCOL_ERROR);
  });

  const AS_FIELDS = fields(["x-a", "a".repeat(16_000)]);

  // Who goes on sending may never read the GOAWAY.
  test.each<[string, () => Buffer]>([
    ["100,000 PINGs", () => many(100_000, () => frame(FRAME.ping, 0, 0, Buffer.alloc(8)))],
    ["20,000 SETTINGS", () => many(20_000, () => settings([3, 100]))],
    [
      "50,000 PRIORITYs",
      () => many(50_000, (i) => frame(FRAME.priority, 0, 2 * i + 1, Buffer.of(0, 0, 0, 0, 9))),
    ],
    ["50,000 frames of a type that is none", () => many(50_000, () => frame(0x42, 0, 0, Buffer.alloc(8)))],
    ["50,000 DATA without a byte", () => Buffer.concat([OPEN, many(50_000, () => frame(FRAME.data, 0, 1))])],
    [
      "a head in 10,000 CONTINUATIONs without a byte",
      () => head(1, 0, GET, ...Array(10_000).fill(Buffer.alloc(0))),
    ],
    ["a head of 16 MB that does not come to its end", () => head(1, 0, GET, ...Array(1_000).fill(AS_FIELDS))],
    [
      "more DATA than its window",
      () => Buffer.concat([head(1, 0, GET), many(50, () => frame(FRAME.data, 0, 1, Buffer.alloc(16_384)))]),
    ],
    [
      "10,000 heads that are no request",
      () => many(10_000, (i) => head(2 * i + 1, END_STREAM, fields(["x-a", "1"]))),
    ],
    ["10,000 requests whose path is none", () => many(10_000, (i) => head(2 * i + 1, END_STREAM, NO_PATH))],
    [
      "10,000 streams that it makes the server reset",
      () =>
        many(10_000, (i) => Buffer.concat([head(2 * i + 1, END_STREAM, GET), windowUpdate(2 * i + 1, 0)])),
    ],
  ])("%s", async (_, bytes) => {
    await attack(HELLO, bytes());
  });
});

const NO_PATH = fields([":method", "GET"], [":scheme", "x"], [":authority", "a"], [":path", "b"]);

/** Five fields of 15,000 bytes each, in as many frames. */
const LARGE = Array.from({ length: 5 }, (_, i) => fields([`x-${i}`, "a".repeat(15_000)]));

describe("is refused on its stream, and the next request on that connection is answered", () => {
  test.each<[string, number, Buffer]>([
    ["a head of 75,000 bytes", NGHTTP2_ENHANCE_YOUR_CALM, head(1, 0, POST, ...LARGE)],
    [
      "a head of 101 fields",
      NGHTTP2_ENHANCE_YOUR_CALM,
      head(1, 0, POST, fields(...Array.from({ length: 101 }, (_, i) => [`x-${i}`, "1"] as const))),
    ],
    [
      "a head of 4 KB that would become 24 MB",
      NGHTTP2_ENHANCE_YOUR_CALM,
      head(1, 0, POST, repeated("x-a", "a".repeat(4_000), 6_000)),
    ],
    [
      "a head of 4 KB that would become 200 KB, in as many fields as it may have",
      NGHTTP2_ENHANCE_YOUR_CALM,
      head(1, 0, POST, repeated("x-a", "a".repeat(4_000), 50)),
    ],
    [
      "a length that is no number",
      NGHTTP2_PROTOCOL_ERROR,
      head(1, 0, POST, fields(["content-length", "1x"])),
    ],
    [
      "two lengths",
      NGHTTP2_PROTOCOL_ERROR,
      head(1, 0, POST, fields(["content-length", "1"], ["content-length", "2"])),
    ],
  ])("%s reaches no service", async (_, code, bytes) => {
    const { seen, serve } = service();
    await using edge = await startEdge(serve, { protocol: "auto" });
    // A client that has not acknowledged the limits has not heard of them, or says so.
    for (const hello of [HELLO, Buffer.concat([HELLO, frame(FRAME.settings, ACK, 0)])]) {
      using client = await rawH2Client(edge.port, hello);
      client.send(bytes, head(3, 0, POST), frame(FRAME.data, END_STREAM, 3));
      await expect.poll(() => [resetCode(client, 1), isAnswered(client, 3)], OFTEN).toEqual([code, true]);
    }
    expect(seen).toEqual({ calls: 2, cancelled: 0 });
  });

  test.each<[string, number, Buffer]>([
    [
      "trailers of 75,000 bytes",
      NGHTTP2_ENHANCE_YOUR_CALM,
      Buffer.concat([OPEN, head(1, END_STREAM, ...LARGE)]),
    ],
    ["trailers that are a head", NGHTTP2_PROTOCOL_ERROR, Buffer.concat([OPEN, head(1, END_STREAM, GET)])],
    [
      "trailers behind which more is to come",
      NGHTTP2_PROTOCOL_ERROR,
      Buffer.concat([OPEN, head(1, 0, fields(["x", "1"]))]),
    ],
    [
      "a body that ends before its length",
      NGHTTP2_PROTOCOL_ERROR,
      Buffer.concat([
        head(1, 0, POST, fields(["content-length", "9"])),
        frame(FRAME.data, END_STREAM, 1, Buffer.of(1)),
      ]),
    ],
  ])("%s: nobody takes its request for a whole one", async (_, code, bytes) => {
    const { seen, serve } = service();
    await using edge = await startEdge(serve, { protocol: "auto" });
    using client = await rawH2Client(edge.port);
    client.send(bytes);
    await expect.poll(() => [resetCode(client, 1), seen], OFTEN).toEqual([code, { calls: 1, cancelled: 1 }]);
    client.send(head(3, 0, POST), frame(FRAME.data, END_STREAM, 3));
    await expect.poll(() => isAnswered(client, 3), OFTEN).toBe(true);
    expect(isAnswered(client, 1)).toBe(false);
  });
});

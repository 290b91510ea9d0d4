import { once } from "node:events";
import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from "node:http2";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { createHttp2Transport } from "../../src/index.ts";
import { attempt, loopback } from "../transport/attempt.ts";
import { END_STREAM, FRAME, fields, frame, head, repeated, reset, STATUS_200, settings } from "./frames.ts";
import { type H2Mesh, h2Mesh } from "./h2-mesh.ts";
import { type RawH2Upstream, rawH2Upstream } from "./raw-h2-upstream.ts";

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR } = constants;

/** An upstream that answers its first request with these frames, and all others with `fine`. */
function hostileAtFirst(answer: (stream: number) => Buffer): Promise<RawH2Upstream> {
  let requests = 0;
  return rawH2Upstream(({ type, stream }, socket) => {
    if (type !== FRAME.headers) return;
    if (requests++ === 0) socket.write(answer(stream));
    else
      socket.write(
        Buffer.concat([
          head(stream, 0, STATUS_200),
          frame(FRAME.data, END_STREAM, stream, Buffer.from("fine")),
        ]),
      );
  });
}

/** The next call, on whatever connection. */
const next = (mesh: H2Mesh): Promise<string> => text(mesh.client.request({ ":authority": "orders.test" }));

async function answerOf(stream: ClientHttp2Stream): Promise<readonly [unknown, string]> {
  const [given] = (await once(stream, "response")) as [IncomingHttpHeaders];
  return [given[":status"], await text(stream)];
}

const many = (count: number, bytes: Buffer): Buffer => Buffer.alloc(count * bytes.length, bytes);
const status = (value: string): Buffer => fields([":status", value]);

const failed = (reason: string): string =>
  `upstream connect error or disconnect/reset before headers. reset reason: ${reason}`;

/** Five fields of 15,000 bytes each, in as many frames. */
const LARGE = Array.from({ length: 5 }, (_, i) => fields([`x-${i}`, "a".repeat(15_000)]));

describe("an upstream that answers with", () => {
  test.each<[string, number, string, (stream: number) => Buffer]>([
    ["no status", 502, "protocol error", (s) => head(s, END_STREAM, fields(["x", "1"]))],
    ["a status that is no number", 502, "protocol error", (s) => head(s, END_STREAM, status("2xx"))],
    ["a status of two digits", 502, "protocol error", (s) => head(s, END_STREAM, status("99"))],
    ["a switch of protocols", 502, "protocol error", (s) => head(s, END_STREAM, status("101"))],
    [
      "a field of a connection",
      502,
      "protocol error",
      (s) => head(s, 0, STATUS_200, fields(["connection", "x"])),
    ],
    ["a name in capitals", 502, "protocol error", (s) => head(s, 0, STATUS_200, fields(["X", "1"]))],
    ["a reset that says so", 502, "protocol error", (s) => reset(s, NGHTTP2_PROTOCOL_ERROR)],
    ["101 informational heads", 502, "protocol error", (s) => many(101, head(s, 0, status("103")))],
    ["a reset without an error", 503, "remote reset", (s) => reset(s, NGHTTP2_NO_ERROR)],
    ["a head of 75,000 bytes", 503, "remote reset", (s) => head(s, 0, STATUS_200, ...LARGE)],
    [
      "a head of 101 fields",
      503,
      "remote reset",
      (s) =>
        head(s, 0, STATUS_200, fields(...Array.from({ length: 101 }, (_, i) => [`x-${i}`, "1"] as const))),
    ],
    [
      "a head of 4 KB that would become 200 KB",
      503,
      "remote reset",
      (s) => head(s, 0, STATUS_200, repeated("x", "a".repeat(4_000), 50)),
    ],
    [
      "bytes that are no frames",
      503,
      "connection termination",
      () => Buffer.alloc(4_096, "HTTP/1.1 200 OK\r\n"),
    ],
    ["DATA and no head", 502, "protocol error", (s) => frame(FRAME.data, END_STREAM, s)],
    ["an answer to nobody", 503, "connection termination", (s) => head(s + 2, END_STREAM, STATUS_200)],
    [
      "a head that does not come to its end",
      503,
      "connection termination",
      (s) =>
        Buffer.concat([
          frame(FRAME.headers, 0, s, STATUS_200),
          many(10_000, frame(FRAME.continuation, 0, s)),
        ]),
    ],
    [
      "100,000 PINGs",
      503,
      "connection termination",
      () => many(100_000, frame(FRAME.ping, 0, 0, Buffer.alloc(8))),
    ],
    ["20,000 SETTINGS", 503, "connection termination", () => many(20_000, settings([3, 100]))],
  ])("%s: the call is a %d, and the next one is answered", async (_, code, reason, answer) => {
    await using upstream = await hostileAtFirst(answer);
    await using mesh = await h2Mesh([upstream.port]);
    expect(await answerOf(mesh.client.request({ ":authority": "orders.test" }))).toEqual([
      code,
      failed(reason),
    ]);
    expect(await next(mesh)).toBe("fine");
  });

  test.each<[string, (stream: number) => Buffer]>([
    ["a reset without an error", (s) => reset(s, NGHTTP2_NO_ERROR)],
    ["a second head", (s) => head(s, 0, STATUS_200)],
    ["trailers that are a head", (s) => head(s, END_STREAM, STATUS_200)],
    ["trailers behind which more is to come", (s) => head(s, 0, fields(["x", "1"]))],
    ["trailers of 75,000 bytes", (s) => head(s, END_STREAM, ...LARGE)],
    ["more DATA than its window", (s) => many(400, frame(FRAME.data, 0, s, Buffer.alloc(16_384)))],
    ["50,000 DATA without a byte", (s) => many(50_000, frame(FRAME.data, 0, s))],
  ])("a head and a part of a body, and then %s: nobody takes it for a whole one", async (_, rest) => {
    await using upstream = await hostileAtFirst((stream) =>
      Buffer.concat([
        head(stream, 0, STATUS_200),
        frame(FRAME.data, 0, stream, Buffer.from("part")),
        rest(stream),
      ]),
    );
    await using mesh = await h2Mesh([upstream.port]);
    const stream = mesh.client.request({ ":authority": "orders.test" });
    stream.resume();
    await expect(once(stream, "close")).rejects.toMatchObject({ code: "ERR_HTTP2_STREAM_ERROR" });
    expect(stream.rstCode).toBe(NGHTTP2_INTERNAL_ERROR);
    expect(await next(mesh)).toBe("fine");
  });

  test.each([
    ["shorter", END_STREAM, 5],
    ["longer", END_STREAM, 15],
  ])("a body that is %s than its length: nobody takes it for a whole one", async (_, flags, bytes) => {
    await using upstream = await hostileAtFirst((stream) =>
      Buffer.concat([
        head(stream, 0, STATUS_200, fields(["content-length", "10"])),
        frame(FRAME.data, flags, stream, Buffer.alloc(bytes)),
      ]),
    );
    await using mesh = await h2Mesh([upstream.port]);
    const stream = mesh.client.request({ ":authority": "orders.test" });
    stream.resume();
    await expect(once(stream, "close")).rejects.toMatchObject({ code: "ERR_HTTP2_STREAM_ERROR" });
    expect(await next(mesh)).toBe("fine");
  });
});

test.each<[string, Buffer]>([
  ["speaks HTTP/1", Buffer.from("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n")],
  ["says nothing", Buffer.alloc(0)],
])("an upstream that %s is one that cannot be connected to", async (_, hello) => {
  await using upstream = await rawH2Upstream(() => {}, hello);
  await using mesh = await h2Mesh([upstream.port], { cluster: { connect_timeout: "0.1s" } });
  const stream = mesh.client.request({ ":authority": "orders.test" });
  expect(await answerOf(stream)).toEqual([503, failed("remote connection failure")]);
  expect(upstream.connections).toBe(1);
});

test("100 informational heads to each of two requests are none too many", async () => {
  await using upstream = await rawH2Upstream(({ type, stream }, socket) => {
    if (type !== FRAME.headers) return;
    socket.write(
      Buffer.concat([many(100, head(stream, 0, status("103"))), head(stream, END_STREAM, STATUS_200)]),
    );
  });
  await using mesh = await h2Mesh([upstream.port]);
  for (let i = 0; i < 2; i++) {
    expect(await answerOf(mesh.client.request({ ":authority": "orders.test" }))).toEqual([200, ""]);
  }
  expect(upstream.connections).toBe(1);
});

test.each([
  [constants.NGHTTP2_CANCEL, "CANCELLED"],
  [constants.NGHTTP2_ENHANCE_YOUR_CALM, "RESOURCE_EXHAUSTED"],
  [constants.NGHTTP2_INADEQUATE_SECURITY, "PERMISSION_DENIED"],
  [constants.NGHTTP2_REFUSED_STREAM, "UNAVAILABLE"],
  [constants.NGHTTP2_INTERNAL_ERROR, "INTERNAL"],
])("a stream that is reset with code %i behind its head ends as gRPC has it: %s", async (code, expected) => {
  await using upstream = await hostileAtFirst((stream) =>
    Buffer.concat([head(stream, 0, STATUS_200), reset(stream, code)]),
  );
  const transport = createHttp2Transport();
  const result = await attempt(transport, loopback(upstream.port));
  expect(result).toMatchObject({ kind: "responded" });
  const ended = result.kind === "responded" ? await result.ended : undefined;
  expect(ended).toMatchObject({ code: expected, execution: "in-doubt" });
  await transport.close();
});

test("an upstream that pings without end and reads no answer loses its connection, and with it its calls", async () => {
  // Fewer than are too many at a time, and each time when those before were answered.
  const pings = many(400, frame(FRAME.ping, 0, 0, Buffer.alloc(8)));
  await using upstream = await rawH2Upstream(({ type }, socket) => {
    if (type !== FRAME.headers) return;
    socket.pause().setNoDelay();
    const flood = (turns: number): void => {
      if (socket.destroyed) return;
      if (turns === 0) socket.write(pings);
      setImmediate(flood, (turns + 1) % 8);
    };
    flood(0);
  });
  await using mesh = await h2Mesh([upstream.port]);
  expect(await answerOf(mesh.client.request({ ":authority": "orders.test" }))).toEqual([
    503,
    failed("connection termination"),
  ]);
});

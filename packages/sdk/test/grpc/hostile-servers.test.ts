import { createServer, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { frameMessage } from "@dualmesh/codecs/grpc";
import * as grpc from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { ask, ended } from "./echo-client.ts";
import { echoBootstrap, type GrpcMesh, openGrpcMesh } from "./grpc-mesh.ts";

type Answer = (stream: ServerHttp2Stream) => void;

/** A server that answers its first call badly, and all others well. */
async function hostile(answer: Answer): Promise<GrpcMesh> {
  await using parts = new AsyncDisposableStack();
  let calls = 0;
  const server = createServer();
  server.on("stream", (stream) => {
    stream.on("error", () => {});
    stream.resume();
    if (calls++ === 0) answer(stream);
    else respond(stream, frameMessage(Buffer.from("fine")), { "grpc-status": "0" });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  parts.defer(() => void server.close());
  const { mesh, client, ...rest } = parts.use(
    await openGrpcMesh(echoBootstrap([(server.address() as AddressInfo).port])),
  );
  const owned = parts.move();
  return { ...rest, mesh, client, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function respond(
  stream: ServerHttp2Stream,
  body: Buffer,
  trailers: Record<string, string> | undefined,
  headers: Record<string, string | number> = {},
): void {
  const head = { ":status": 200, "content-type": "application/grpc", ...headers };
  stream.respond(head, { waitForTrailers: trailers !== undefined });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers ?? {}));
  stream.end(body);
}

const gzip = { "grpc-encoding": "gzip" };
const OK = { "grpc-status": "0" };
const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));

test.each<readonly [string, grpc.status, RegExp, Answer]>([
  [
    "a web page",
    grpc.status.UNKNOWN,
    /^expected content-type application\/grpc, got "text\/html"$/,
    (s) => {
      s.respond({ ":status": 200, "content-type": "text/html" });
      s.end("<h1>Welcome</h1>");
    },
  ],
  [
    "503 and a page",
    grpc.status.UNAVAILABLE,
    /^Received HTTP status code 503$/,
    (s) => {
      s.respond({ ":status": 503, "content-type": "text/html" }, { endStream: true });
    },
  ],
  [
    "502 and all of a page",
    grpc.status.UNAVAILABLE,
    /^Received HTTP status code 502$/,
    (s) => {
      s.respond({ ":status": 502, "content-type": "text/html" });
      s.end("<h1>Bad Gateway</h1>");
    },
  ],
  [
    "404 and a sentence without a type",
    grpc.status.UNIMPLEMENTED,
    /^Received HTTP status code 404$/,
    (s) => {
      s.respond({ ":status": 404 });
      s.end("no such page");
    },
  ],
  [
    "no status",
    grpc.status.UNKNOWN,
    /^the stream ended without grpc-status$/,
    (s) => respond(s, frameMessage(Buffer.from("x")), undefined),
  ],
  [
    "half a message",
    grpc.status.INTERNAL,
    /^grpc message: the stream ended inside of it/,
    (s) => respond(s, Buffer.of(0, 0, 0, 0, 9, 1), undefined),
  ],
  [
    "a message of 4 GB",
    grpc.status.RESOURCE_EXHAUSTED,
    /^grpc message: length 4294967295 bytes is over the limit of 4194304 bytes$/,
    (s) => respond(s, Buffer.of(0, 255, 255, 255, 255), OK),
  ],
  [
    "a flag of no message",
    grpc.status.INTERNAL,
    /^grpc message: its flag is 7; expected 0 or 1$/,
    (s) => respond(s, Buffer.of(7, 0, 0, 0, 0), OK),
  ],
  [
    "a compressed bomb",
    grpc.status.RESOURCE_EXHAUSTED,
    /^grpc message: \d+ bytes of gzip are over the limit of 4194304 bytes when decompressed$/,
    (s) => respond(s, frameMessage(bomb, true), OK, gzip),
  ],
  [
    "what is no gzip",
    grpc.status.INTERNAL,
    /^grpc message: it is no gzip: /,
    (s) => respond(s, frameMessage(Buffer.from("plain"), true), OK, gzip),
  ],
  [
    "a compressed message without an encoding",
    grpc.status.INTERNAL,
    /grpc-encoding is "identity"; expected gzip or deflate$/,
    (s) => respond(s, frameMessage(gzipSync("x"), true), OK),
  ],
  [
    "an encoding that nobody knows",
    grpc.status.INTERNAL,
    /grpc-encoding is "zstd"; expected gzip or deflate$/,
    (s) => respond(s, frameMessage(Buffer.from("x"), true), OK, { "grpc-encoding": "zstd" }),
  ],
  [
    "two messages where one was asked for, and a failure",
    grpc.status.NOT_FOUND,
    /^no such row$/,
    (s) => {
      const message = frameMessage(Buffer.from("x"));
      respond(s, Buffer.concat([message, message]), { "grpc-status": "5", "grpc-message": "no such row" });
    },
  ],
  [
    "a status that is no number",
    grpc.status.UNKNOWN,
    /^grpc-status is "fine"$/,
    (s) => respond(s, frameMessage(Buffer.from("x")), { "grpc-status": "fine" }),
  ],
  [
    "a sentence that is malformed",
    grpc.status.NOT_FOUND,
    /^100% \(no such row%\)$/,
    (s) => respond(s, Buffer.alloc(0), { "grpc-status": "5", "grpc-message": "100% (no%20such row%)" }),
  ],
  ["a reset", grpc.status.UNAVAILABLE, /reset reason: remote reset$/, (s) => s.close(2)],
])(
  "%s: the call ends with a status that says so, and the next one is answered",
  async (_, code, details, answer) => {
    await using mesh = await hostile(answer);
    const client = mesh.client();
    const failed = await ask(client, "hello");
    expect(failed.code).toBe(code);
    expect(failed.details).toMatch(details);
    expect(await ask(client, "hello")).toMatchObject({ code: 0, messages: ["fine"] });
  },
);

test("metadata that no application could ask for is left out, and the rest is heard", async () => {
  await using mesh = await hostile((stream) =>
    respond(stream, frameMessage(Buffer.from("x")), { ...OK, "x~odd": "1", "x-data-bin": "AP8K, AQ==" }),
  );
  const { code, trailers } = await ask(mesh.client(), "hello");
  expect(code).toBe(0);
  expect(trailers).toMatchObject({ "x-data-bin": Buffer.from([0, 255, 10]) });
  expect(trailers).not.toHaveProperty("x~odd");
});

test("a stream that has begun and loses its connection says that it had", async () => {
  await using mesh = await hostile((stream) => {
    stream.respond({ ":status": 200, "content-type": "application/grpc" });
    stream.write(frameMessage(Buffer.from("one")), () => setImmediate(() => stream.session?.destroy()));
  });
  const chat = mesh.client().Chat();
  const end = ended(chat);
  chat.resume();
  expect(await end).toMatchObject({
    code: grpc.status.UNAVAILABLE,
    details: "upstream disconnect/reset after headers. reset reason: connection termination",
    trailers: { "x-dualmesh-execution": "in-doubt" },
  });
});

describe("a server that refuses a call without looking at it", () => {
  const REFUSED_STREAM = 7;

  test("is asked once more, and the application hears nothing of it", async () => {
    await using mesh = await hostile((stream) => stream.close(REFUSED_STREAM));
    expect(await ask(mesh.client(), "hello")).toMatchObject({ code: 0, messages: ["fine"] });
  });

  test("is asked once more with what a stream has said so far", async () => {
    await using mesh = await hostile((stream) => stream.close(REFUSED_STREAM));
    const chat = mesh.client().Chat();
    chat.write("hello");
    expect(await chat[Symbol.asyncIterator]().next()).toEqual({ done: false, value: "fine" });
    chat.end();
  });

  test("is not asked for ever", async () => {
    let calls = 0;
    const server = createServer();
    server.on("stream", (stream) => {
      calls++;
      stream.on("error", () => {});
      stream.close(REFUSED_STREAM);
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    await using mesh = await openGrpcMesh(echoBootstrap([(server.address() as AddressInfo).port]));
    expect(await ask(mesh.client(), "hello")).toMatchObject({
      code: grpc.status.UNAVAILABLE,
      details: expect.stringMatching(/reset reason: remote refused stream reset$/) as string,
    });
    expect(calls).toBe(2);
    server.close();
  });
});

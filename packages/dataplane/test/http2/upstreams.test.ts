import { once } from "node:events";
import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Session,
} from "node:http2";
import { text } from "node:stream/consumers";
import { bytesBody, CANCELLED, createHeaders, NO_BODY } from "@dualmesh/core";
import { expect, test } from "vitest";
import { createHttp2Transport } from "../../src/transport/http2/http2-transport.ts";
import { END_HEADERS, END_STREAM, FRAME, frame, goaway, STATUS_200 } from "./frames.ts";
import { type H2Mesh, h2Mesh, startH2Upstream } from "./h2-mesh.ts";
import { rawH2Upstream } from "./raw-h2-upstream.ts";

const { NGHTTP2_CANCEL } = constants;

const HEAD = {
  protocol: "h2",
  exchange: "unary",
  method: "POST",
  scheme: "http",
  authority: "orders.test",
  path: "/",
} as const;

function ask(mesh: H2Mesh, fields: OutgoingHttpHeaders = {}): ClientHttp2Stream {
  return mesh.client.request({ ":authority": "orders.test", ":path": "/", ...fields });
}

test("an upstream that takes no streams for now is waited for on its connection, and gets no further ones", async () => {
  const opened = Promise.withResolvers<ServerHttp2Session>();
  await using upstream = await startH2Upstream(
    (stream) => {
      stream.respond();
      stream.end("ok");
    },
    { maxConcurrentStreams: 0 },
  );
  upstream.server.on("session", (session) => opened.resolve(session));
  await using mesh = await h2Mesh([upstream.port]);
  const answers = [1, 2, 3].map(() => text(ask(mesh)));
  const session = await opened.promise;
  // A round trip behind the settings: by then it would have connected anew.
  for (let i = 0; i < 3; i++) await new Promise<void>((resolve) => session.ping(() => resolve()));
  session.settings({ maxConcurrentStreams: 2 });
  expect(await Promise.all(answers)).toEqual(["ok", "ok", "ok"]);
  expect(upstream.sessions).toBeLessThanOrEqual(2);
});

test("a call that is given up while it waits is neither held nor sent, and keeps no cluster from closing", async () => {
  const paths: unknown[] = [];
  const opened = Promise.withResolvers<ServerHttp2Session>();
  await using upstream = await startH2Upstream(
    (stream, fields) => {
      paths.push(fields[":path"]);
      stream.respond();
      stream.end("ok");
    },
    { maxConcurrentStreams: 0 },
  );
  upstream.server.on("session", (session) => opened.resolve(session));
  await using mesh = await h2Mesh([upstream.port]);
  const stream = ask(mesh, { ":path": "/given-up" });
  const session = await opened.promise;
  await new Promise<void>((resolve) => session.ping(() => resolve()));
  stream.close(NGHTTP2_CANCEL);
  await expect.poll(() => mesh.edge.http.active).toBe(0);
  const closed = new Promise((resolve) => session.once("close", resolve));
  await mesh.plane[Symbol.asyncDispose]();
  await closed;
  expect(paths).toEqual([]);
});

test.each([0, 2])(
  "calls behind the last stream of a GOAWAY were not executed, with code %i",
  async (code) => {
    let asked = 0;
    await using upstream = await rawH2Upstream(({ type, stream }, socket, connection) => {
      if (type !== FRAME.headers) return;
      asked++;
      if (connection === 1) socket.write(goaway(0, code));
      else socket.write(frame(FRAME.headers, END_HEADERS | END_STREAM, stream, STATUS_200));
    });
    await using mesh = await h2Mesh([upstream.port], {
      route: { retry_policy: { retry_on: "refused-stream,connect-failure", num_retries: 1 } },
    });
    const stream = ask(mesh, { ":method": "POST" });
    stream.end("not idempotent");
    const [fields] = (await once(stream, "response")) as [IncomingHttpHeaders];
    expect([fields[":status"], asked]).toEqual([200, 2]);
  },
);

test("a call that the last stream of a GOAWAY takes in stays in doubt, and is not tried again", async () => {
  let asked = 0;
  await using upstream = await rawH2Upstream(({ type, stream }, socket) => {
    if (type !== FRAME.headers) return;
    asked++;
    socket.end(goaway(stream, 2));
  });
  await using mesh = await h2Mesh([upstream.port], {
    route: { retry_policy: { retry_on: "refused-stream,connect-failure", num_retries: 1 } },
  });
  const stream = ask(mesh, { ":method": "POST" });
  stream.end("not idempotent");
  const [fields] = (await once(stream, "response")) as [IncomingHttpHeaders];
  expect([fields[":status"], asked]).toEqual([503, 1]);
});

test("an answer that ends before its request gives the stream back, though the upstream says no more", async () => {
  const codes: number[] = [];
  const cancelled = Promise.withResolvers<void>();
  await using upstream = await rawH2Upstream(({ type, stream, payload }, socket) => {
    if (type === FRAME.headers) {
      socket.write(frame(FRAME.headers, END_HEADERS | END_STREAM, stream, STATUS_200));
    } else if (type === FRAME.reset) {
      codes.push(payload.readUInt32BE(0));
      cancelled.resolve();
    }
  });
  await using mesh = await h2Mesh([upstream.port]);
  const stream = ask(mesh, { ":method": "POST" });
  stream.on("error", () => {});
  stream.write("the beginning");
  const [fields] = (await once(stream, "response")) as [IncomingHttpHeaders];
  expect(fields[":status"]).toBe(200);
  await cancelled.promise;
  expect(codes).toEqual([NGHTTP2_CANCEL]);
});

test("whole bytes that an upstream leaves unread when it has answered give their stream back", async () => {
  const cancelled = Promise.withResolvers<number>();
  await using upstream = await rawH2Upstream(({ type, stream, payload }, socket) => {
    if (type === FRAME.headers) {
      socket.write(frame(FRAME.headers, END_HEADERS, stream, STATUS_200));
      socket.write(frame(FRAME.data, END_STREAM, stream, Buffer.from("enough")));
    } else if (type === FRAME.reset) cancelled.resolve(payload.readUInt32BE(0));
  });
  const transport = createHttp2Transport();
  const request = { head: { ...HEAD, headers: createHeaders() }, body: bytesBody("x".repeat(1_000_000)) };
  transport.open({ kind: "tcp", host: "127.0.0.1", port: upstream.port }, request, {
    responded: ({ body }) => body.kind === "stream" && body.read({ chunk: () => true, end() {}, reset() {} }),
    failed() {},
    ended() {},
  });
  expect(await cancelled.promise).toBe(NGHTTP2_CANCEL);
  await transport.close();
});

test("an upstream that takes connections, no streams, and hangs up fails the calls that wait", async () => {
  const noStreams = frame(FRAME.settings, 0, 0, Buffer.of(0, 3, 0, 0, 0, 0));
  await using upstream = await rawH2Upstream(({ type }, socket) => {
    if (type === FRAME.settings) socket.end();
  }, noStreams);
  await using mesh = await h2Mesh([upstream.port]);
  const [fields] = (await once(ask(mesh), "response")) as [IncomingHttpHeaders];
  expect([fields[":status"], upstream.connections]).toEqual([503, 1]);
});

test("a connection that came when nobody waited for it any more keeps no process", async () => {
  const sockets = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
  const settled = Promise.withResolvers<void>();
  await using upstream = await rawH2Upstream(({ type, flags }, socket) => {
    socket.unref();
    if (type === FRAME.settings && flags === 1) settled.resolve();
  });
  const transport = createHttp2Transport();
  const request = { head: { ...HEAD, headers: createHeaders() }, body: NO_BODY };
  const attempt = transport.open({ kind: "tcp", host: "127.0.0.1", port: upstream.port }, request, {
    responded() {},
    failed() {},
    ended() {},
  });
  attempt.cancel(CANCELLED);
  await settled.promise;
  await expect.poll(sockets).toBe(0);
  await transport.close();
});

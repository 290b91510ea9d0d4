import type { ServerHttp2Session } from "node:http2";
import { type ClientHttp2Stream, constants, type OutgoingHttpHeaders } from "node:http2";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { type H2Mesh, h2Mesh, startH2Upstream } from "./h2-mesh.ts";

const { NGHTTP2_CANCEL } = constants;

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

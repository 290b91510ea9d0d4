import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { get } from "node:http";
import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import { buffer, text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { startUpstream } from "../static-plane.ts";
import { type H2Mesh, h2Mesh, startH2Upstream } from "./h2-mesh.ts";

const { NGHTTP2_CANCEL, NGHTTP2_REFUSED_STREAM, NGHTTP2_INTERNAL_ERROR } = constants;

function ask(mesh: H2Mesh, fields: OutgoingHttpHeaders = {}): ClientHttp2Stream {
  return mesh.client.request({ ":authority": "orders.test", ":path": "/", ...fields });
}

async function head(stream: ClientHttp2Stream): Promise<IncomingHttpHeaders> {
  const [fields] = (await once(stream, "response")) as [IncomingHttpHeaders];
  return fields;
}

test("a call goes from HTTP/2 to HTTP/2 with its fields, and without those of a connection", async () => {
  let seen: Readonly<Record<string, unknown>> = {};
  await using upstream = await startH2Upstream((stream, fields) => {
    seen = fields;
    stream.respond({ ":status": 201, "x-answer": "1", "set-cookie": ["a=1", "b=2"] });
    stream.end("done");
  });
  await using mesh = await h2Mesh([upstream.port]);
  const stream = ask(mesh, { ":path": "/today?x=1", "x-asked": "2", cookie: ["c=1", "d=2"], te: "trailers" });
  const fields = await head(stream);
  expect([fields[":status"], fields["x-answer"], fields["set-cookie"]]).toEqual([201, "1", ["a=1", "b=2"]]);
  expect(await text(stream)).toBe("done");
  expect(seen).toMatchObject({
    ":method": "GET",
    ":path": "/today?x=1",
    ":authority": "orders.test",
    ":scheme": "http",
    "x-asked": "2",
    cookie: "c=1; d=2",
    te: "trailers",
  });
  expect(seen["host"]).toBeUndefined();
});

test("one port takes both protocols, and either reaches an upstream of the other", async () => {
  await using one = await startUpstream((incoming, outgoing) => {
    outgoing.setHeader("connection", "close");
    outgoing.end(`${incoming.httpVersion} ${incoming.headers.host} ${incoming.headers.cookie}`);
  });
  await using two = await startH2Upstream((stream, fields) => {
    stream.respond();
    stream.end(`2 ${fields[":authority"]}`);
  });
  await using toOne = await h2Mesh([one.port], { upstream: "http1" });
  await using toTwo = await h2Mesh([two.port]);
  expect(await text(ask(toOne, { cookie: ["a=1", "b=2"] }))).toBe("1.1 orders.test a=1; b=2");
  const [incoming] = await once(get({ port: toTwo.edge.port, headers: { host: "orders.test" } }), "response");
  expect(await text(incoming)).toBe("2 orders.test");
});

test("trailers go through in both directions", async () => {
  let asked: unknown;
  await using upstream = await startH2Upstream((stream) => {
    stream.on("trailers", (fields: Readonly<Record<string, unknown>>) => {
      asked = fields["x-asked"];
    });
    stream.respond({}, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0", "x-sum": "4" }));
    stream.pipe(stream);
  });
  await using mesh = await h2Mesh([upstream.port]);
  const stream = mesh.client.request(
    { ":authority": "orders.test", ":method": "POST", ":path": "/" },
    { waitForTrailers: true },
  );
  stream.on("wantTrailers", () => stream.sendTrailers({ "x-asked": "yes" }));
  const trailers = once(stream, "trailers");
  stream.end("body");
  expect(await text(stream)).toBe("body");
  expect((await trailers)[0]).toMatchObject({ "grpc-status": "0", "x-sum": "4" });
  expect(asked).toBe("yes");
});

test("an answer of nothing but its head ends the stream with it", async () => {
  await using upstream = await startH2Upstream((stream) =>
    stream.respond({ "content-type": "application/grpc", "grpc-status": "5" }, { endStream: true }),
  );
  await using mesh = await h2Mesh([upstream.port]);
  const stream = ask(mesh, { ":method": "POST", "content-type": "application/grpc" });
  stream.end("request");
  const fields = await head(stream);
  expect(fields["grpc-status"]).toBe("5");
  expect(await text(stream)).toBe("");
  expect(mesh.edge.http.active).toBe(0);
});

test("both directions flow at once: an answer's head comes while the request goes on", async () => {
  await using upstream = await startH2Upstream((stream) => {
    stream.respond();
    stream.pipe(stream);
  });
  await using mesh = await h2Mesh([upstream.port]);
  const stream = ask(mesh, { ":method": "POST" });
  stream.write("one");
  await head(stream);
  stream.setEncoding("utf8");
  expect((await once(stream, "data"))[0]).toBe("one");
  stream.write("two");
  expect((await once(stream, "data"))[0]).toBe("two");
  stream.end();
  await once(stream, "end");
});

test("10 MB go up and down whole", async () => {
  await using upstream = await startH2Upstream((stream) => {
    stream.respond();
    stream.pipe(stream);
  });
  await using mesh = await h2Mesh([upstream.port]);
  const sent = randomBytes(10 * 1024 * 1024);
  const stream = ask(mesh, { ":method": "POST" });
  stream.end(sent);
  expect((await buffer(stream)).equals(sent)).toBe(true);
});

test("a client that cancels cancels its call upstream, and no other", async () => {
  const closed = Promise.withResolvers<number>();
  await using upstream = await startH2Upstream((stream, fields) => {
    stream.respond();
    if (fields[":path"] === "/kept") stream.end("ok");
    else {
      stream.write("the beginning");
      stream.once("close", () => closed.resolve(stream.rstCode));
    }
  });
  await using mesh = await h2Mesh([upstream.port]);
  const stream = ask(mesh);
  await once(stream, "data");
  stream.close(NGHTTP2_CANCEL);
  expect(await closed.promise).toBe(NGHTTP2_CANCEL);
  expect(await text(ask(mesh, { ":path": "/kept" }))).toBe("ok");
  await expect.poll(() => mesh.plane.cluster("a")?.thresholds.active("default").requests).toBe(0);
  expect(upstream.sessions).toBe(1);
});

test("a stream that the upstream resets before its head is a 503, and after it a reset", async () => {
  await using upstream = await startH2Upstream((stream, fields) => {
    if (fields[":path"] === "/early") {
      stream.close(NGHTTP2_INTERNAL_ERROR);
      return;
    }
    // Without this, node:http2 ends the body in peace before it resets the stream.
    stream.respond({}, { waitForTrailers: true });
    stream.write("half", () => stream.close(NGHTTP2_INTERNAL_ERROR));
  });
  await using mesh = await h2Mesh([upstream.port]);
  const early = ask(mesh, { ":path": "/early" });
  expect((await head(early))[":status"]).toBe(503);
  expect(await text(early)).toContain("remote reset");
  const late = ask(mesh);
  late.resume();
  await expect(once(late, "close")).rejects.toMatchObject({ code: "ERR_HTTP2_STREAM_ERROR" });
  expect(late.rstCode).toBe(NGHTTP2_INTERNAL_ERROR);
});

test("a refused stream was not executed, and is tried again", async () => {
  let asked = 0;
  await using upstream = await startH2Upstream((stream) => {
    if (++asked === 1) stream.close(NGHTTP2_REFUSED_STREAM);
    else {
      stream.respond();
      stream.end("ok");
    }
  });
  await using mesh = await h2Mesh([upstream.port], {
    route: { retry_policy: { retry_on: "refused-stream", num_retries: 1 } },
  });
  const stream = ask(mesh, { ":method": "POST" });
  stream.end("not idempotent");
  expect(await text(stream)).toBe("ok");
});

test("an upstream that says GOAWAY finishes what it has, and gets no more on that connection", async () => {
  let first: { goaway(): void } | undefined;
  const held = Promise.withResolvers<{ end(text: string): void }>();
  await using upstream = await startH2Upstream((stream, fields) => {
    stream.respond();
    if (fields[":path"] === "/held") held.resolve(stream);
    else stream.end("quick");
  });
  upstream.server.on("session", (session) => {
    first ??= session;
  });
  await using mesh = await h2Mesh([upstream.port]);
  const slow = ask(mesh, { ":path": "/held" });
  const answer = text(slow);
  const stream = await held.promise;
  first?.goaway();
  await expect
    .poll(async () => {
      await text(ask(mesh));
      return upstream.sessions;
    })
    .toBe(2);
  stream.end("at last");
  expect(await answer).toBe("at last");
});

test("more calls than an upstream takes at a time go over a further connection", async () => {
  const waiting: { end(text: string): void }[] = [];
  await using upstream = await startH2Upstream(
    (stream) => {
      stream.respond();
      waiting.push(stream);
    },
    { maxConcurrentStreams: 2 },
  );
  await using mesh = await h2Mesh([upstream.port]);
  const answers = [1, 2, 3].map(() => text(ask(mesh)));
  await expect.poll(() => waiting.length).toBe(3);
  expect(upstream.sessions).toBe(2);
  for (const stream of waiting) stream.end("ok");
  expect(await Promise.all(answers)).toEqual(["ok", "ok", "ok"]);
});

test("an upstream that nobody listens for is a 503 for all that wait, and a connection that is lost one for its calls", async () => {
  let session: { destroy(): void } | undefined;
  const asked = Promise.withResolvers<void>();
  await using upstream = await startH2Upstream(() => asked.resolve());
  upstream.server.on("session", (opened) => {
    session = opened;
  });
  await using mesh = await h2Mesh([upstream.port]);
  const lost = ask(mesh);
  const lostHead = head(lost);
  await asked.promise;
  session?.destroy();
  expect((await lostHead)[":status"]).toBe(503);
  await upstream[Symbol.asyncDispose]();
  const refused = [ask(mesh), ask(mesh)];
  expect((await Promise.all(refused.map(head))).map((fields) => fields[":status"])).toEqual([503, 503]);
});

test("from a drain on clients are told GOAWAY, and what is under way is answered", async () => {
  const held = Promise.withResolvers<{ end(text: string): void }>();
  await using upstream = await startH2Upstream((stream) => {
    stream.respond();
    held.resolve(stream);
  });
  await using mesh = await h2Mesh([upstream.port]);
  const answer = text(ask(mesh));
  const stream = await held.promise;
  const told = once(mesh.client, "goaway");
  mesh.edge.http.drain();
  await told;
  stream.end("last");
  expect(await answer).toBe("last");
  await expect.poll(() => mesh.edge.http.connections).toBe(0);
});

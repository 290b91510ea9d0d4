import { once } from "node:events";
import { createServer, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ClientConnection, type ClientStream, type StreamReset } from "../../src/http2/index.ts";

const parts: (() => void)[] = [];
afterEach(() => {
  for (const close of parts.splice(0)) close();
});

interface Answer {
  readonly status: number;
  readonly fields: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[] | undefined;
}

/** A connection to a real server of node:http2, which answers by `serve`. */
async function open(serve: (stream: ServerHttp2Stream, path: string) => void): Promise<{
  readonly connection: ClientConnection;
  readonly socket: Socket;
  ask(path: string, body?: Buffer, trailers?: readonly string[]): Promise<Answer>;
}> {
  const server = createServer({ settings: { initialWindowSize: 1_000 } });
  server.on("stream", (stream, fields) => {
    // Node throws what is reset on purpose, too.
    stream.on("error", () => {});
    serve(stream, String(fields[":path"]));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  parts.push(() => {
    socket.destroy();
    server.close();
  });
  const write = (): void => {
    for (const piece of connection.take()) socket.write(piece);
  };
  const ready = Promise.withResolvers<void>();
  const connection: ClientConnection = new ClientConnection(
    {
      wantsWrite: () => setImmediate(write),
      settings: () => ready.resolve(),
      streamClosed() {},
      goaway() {},
      pong() {},
      failed: (error) => socket.destroy(new Error(error.message)),
    },
    { streamWindowBytes: 65_535, connectionWindowBytes: 100_000, maxListBytes: 65_536, maxFields: 100 },
  );
  socket.on("data", (bytes) => connection.feed(bytes));
  await once(socket, "connect");
  await ready.promise;
  return {
    connection,
    socket,
    ask: (path, body, trailers) =>
      new Promise((resolve, reject) => {
        const answer = { status: 0, fields: [] as string[], body: [] as Buffer[] };
        const done = (ended: readonly string[] | undefined): void =>
          resolve({ ...answer, body: Buffer.concat(answer.body).toString("latin1"), trailers: ended });
        const fields = [":method", "POST", ":scheme", "http", ":path", path, ":authority", "a"];
        const stream: ClientStream = connection.request(fields, body === undefined, {
          head(status, given, isEnd) {
            answer.status = status;
            answer.fields = given;
            if (isEnd) done(undefined);
          },
          data(bytes) {
            answer.body.push(bytes);
            stream.consumed(bytes.length);
          },
          end: done,
          reset: (reset: StreamReset) => reject(Object.assign(new Error(reset.why), reset)),
          drain() {},
        });
        if (body !== undefined) stream.end(body, trailers);
      }),
  };
}

test("many requests at once are answered, each with its own", async () => {
  const { ask } = await open((stream, path) => {
    stream.respond({ ":status": 200, "x-path": path });
    stream.pipe(stream);
  });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => ask(`/${i}`, Buffer.from(`body ${i}`))),
  );
  expect(answers.map(({ body, fields }) => [body, fields[fields.indexOf("x-path") + 1]])).toEqual(
    Array.from({ length: 200 }, (_, i) => [`body ${i}`, `/${i}`]),
  );
});

test("bodies larger than all windows go both ways", async () => {
  const { ask } = await open((stream) => {
    stream.respond({ ":status": 200 });
    stream.pipe(stream);
  });
  const body = Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => i % 251));
  const [one, two] = await Promise.all([ask("/1", body), ask("/2", body)]);
  expect(one.body === body.toString("latin1")).toBe(true);
  expect(two.body === body.toString("latin1")).toBe(true);
});

test("heads longer than a frame, and trailers in both directions", async () => {
  const { ask } = await open((stream, path) => {
    let trailer: unknown;
    stream.on("trailers", (fields: Record<string, unknown>) => {
      trailer = fields["x-end"];
    });
    stream.resume().on("end", () => {
      stream.respond({ ":status": 200, "x-long": path }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-heard": String(trailer) }));
      stream.end("body");
    });
  });
  const path = `/${"x".repeat(40_000)}`;
  expect(await ask(path, Buffer.from("request"), ["x-end", "1"])).toMatchObject({
    body: "body",
    fields: expect.arrayContaining(["x-long", path]) as unknown,
    trailers: ["x-heard", "1"],
  });
});

test("a refused stream says that it did not begin, and the others go on", async () => {
  const { ask } = await open((stream, path) => {
    if (path === "/refused") stream.close(7);
    else stream.respond({ ":status": 204 }, { endStream: true });
  });
  await expect(ask("/refused")).rejects.toMatchObject({ code: 7, isUntouched: true });
  expect(await ask("/other")).toMatchObject({ status: 204 });
});

test("informational heads come before the answer, which is the one that counts", async () => {
  const { ask } = await open((stream) => {
    stream.additionalHeaders({ ":status": 103, link: "</a>" });
    stream.respond({ ":status": 200 });
    stream.end("ok");
  });
  expect(await ask("/")).toMatchObject({ status: 200, body: "ok" });
});

test("a connection that goes resets all that is under way", async () => {
  const { ask, socket, connection } = await open(() => {});
  socket.on("close", () => connection.closed("the connection was closed"));
  const asked = ask("/");
  socket.destroy();
  await expect(asked).rejects.toMatchObject({ code: undefined, message: "the connection was closed" });
  expect(connection.streams).toBe(0);
});

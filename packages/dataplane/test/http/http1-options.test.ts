import { BodyPipe, createHeaders, type Response } from "@dualmesh/core";
import { bodyText, textResponse } from "@dualmesh/testkit";
import { describe, expect, test } from "vitest";
import type { HttpServerOptions } from "../../src/index.ts";
import { startEdge } from "./edge.ts";
import { rawClient, rawExchange } from "./raw-client.ts";

/** Says what it understood. */
const echo = (options: HttpServerOptions) =>
  startEdge(
    async ({ head, body }) => textResponse(200, `<${head.authority}${head.path} ${await bodyText(body)}>`),
    options,
  );

/** A body whose length nobody knows beforehand. */
function streamed(): Response {
  const body = new BodyPipe();
  body.write(Buffer.from("in "));
  body.write(Buffer.from("parts"));
  body.end(createHeaders(["x-t", "1"]));
  return { head: { status: 200, headers: createHeaders() }, body };
}

describe("clients that speak HTTP/1.0", () => {
  const options: HttpServerOptions = { acceptHttp10: true, defaultHost: "default.test" };

  test.each([
    ["a host", "GET /x HTTP/1.0\r\nhost: a\r\n\r\n", "<a/x >"],
    ["none", "GET /x HTTP/1.0\r\n\r\n", "<default.test/x >"],
    ["an absolute target", "GET http://b/x HTTP/1.0\r\n\r\n", "<b/x >"],
    ["a body", "POST /x HTTP/1.0\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc", "<a/x abc>"],
  ])("are answered, and the connection is closed: %s", async (_, bytes, expected) => {
    await using edge = await echo(options);
    const answer = await rawExchange(edge.port, bytes);
    expect(answer).toMatch(/\r\nconnection: close\r\n/);
    expect(answer).toContain(expected);
  });

  test("keep it if they ask for that, and are told so", async () => {
    await using edge = await echo(options);
    using client = await rawClient(edge.port);
    client.write("GET /1 HTTP/1.0\r\nconnection: keep-alive\r\n\r\n");
    expect(await client.until(/\/1/)).toMatch(/\r\nconnection: keep-alive\r\n/);
    client.write("GET /2 HTTP/1.0\r\n\r\n");
    expect(await client.closed).toMatch(/\/1.*\/2/s);
  });

  test.each(["connection: close\r\n", "connection: keep-alive\r\n"])(
    "get a body of unknown length without chunks, ended by the connection: %j",
    async (field) => {
      await using edge = await startEdge(async () => streamed(), options);
      const answer = await rawExchange(edge.port, `GET / HTTP/1.0\r\n${field}\r\n`);
      expect(answer).toMatch(/\r\nconnection: close\r\n/);
      expect(answer).toMatch(/\r\n\r\nin parts$/);
      expect(answer).not.toMatch(/transfer-encoding|keep-alive/i);
    },
  );

  test("a body that is cut off is cut off for them too", async () => {
    const body = new BodyPipe();
    await using edge = await startEdge(
      async () => ({ head: { status: 200, headers: createHeaders() }, body }),
      options,
    );
    using client = await rawClient(edge.port);
    client.write("GET / HTTP/1.0\r\n\r\n");
    body.write(Buffer.from("half"));
    await client.until(/half/);
    const reset = new Promise((resolve) => client.socket.once("error", resolve));
    client.socket.pause();
    body.reset({ code: "UNAVAILABLE", flag: "UC", message: "lost", execution: "in-doubt" });
    client.socket.resume();
    await Promise.race([reset, client.closed]);
    expect(edge.http.active).toBe(0);
  });

  test("get trailers never, and a length where the body is known", async () => {
    const bytes = Buffer.from("known");
    const body = { kind: "bytes", bytes, trailers: createHeaders(["x-t", "1"]) } as const;
    await using edge = await startEdge(
      async () => ({ head: { status: 200, headers: createHeaders() }, body }),
      options,
    );
    const answer = await rawExchange(edge.port, "GET / HTTP/1.0\r\n\r\n");
    expect(answer).toMatch(/\r\ncontent-length: 5\r\n/);
    expect(answer).toMatch(/\r\n\r\nknown$/);
    expect(answer).not.toContain("x-t");
  });

  test("get no informational responses, and their expectations are ignored", async () => {
    await using edge = await startEdge(async (_, call) => {
      call.informational?.({ status: 103, headers: createHeaders(["link", "x"]) });
      return textResponse(200, "done");
    }, options);
    const bytes = "POST / HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\nx";
    expect(await rawExchange(edge.port, bytes)).toMatch(/^HTTP\/1\.1 200 /);
    expect(await rawExchange(edge.port, bytes.replace("100-continue", "gold"))).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("are 400 without a host, if there is none for them", async () => {
    await using edge = await echo({ acceptHttp10: true });
    expect(await rawExchange(edge.port, "GET / HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  });

  test("are 400 with chunks", async () => {
    await using edge = await echo(options);
    const bytes = "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    expect(await rawExchange(edge.port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
  });
});

test("a length beside chunks is dropped where that is allowed", async () => {
  const bytes =
    "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 9\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  await using allowed = await echo({ dropLengthBesideChunks: true });
  expect(await rawExchange(allowed.port, bytes)).toContain("<a/ abc>");
  await using refused = await echo({});
  expect(await rawExchange(refused.port, bytes)).toMatch(/^HTTP\/1\.1 400 /);
});

test.each([
  [3, undefined],
  [2, 431],
])("%i fields of a head may be the limit", async (maxHeadFields, status) => {
  await using edge = await echo({ maxHeadFields });
  const answer = await rawExchange(
    edge.port,
    "GET / HTTP/1.1\r\nhost: a\r\nx: 1\r\nconnection: close\r\n\r\n",
  );
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status ?? 200} `));
});

describe("a request without host, where that is no reason to hang up", () => {
  const options: HttpServerOptions = { keepAfterNoHost: true };

  test("is refused, and the next one is served", async () => {
    await using edge = await echo(options);
    using client = await rawClient(edge.port);
    client.write("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    expect((await client.closed).match(/HTTP\/1\.1 \d+|<[^>]+>/g)).toEqual([
      "HTTP/1.1 400",
      "HTTP/1.1 200",
      "<a/2 >",
    ]);
  });

  test.each([
    ["its body is not over", "POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\na"],
    ["it asks to close", "GET / HTTP/1.1\r\nconnection: close\r\n\r\n"],
    ["its bytes are no request", "GET / HTTP/1.1\r\nx y: 1\r\n\r\n"],
  ])("ends the connection all the same if %s", async (_, bytes) => {
    await using edge = await echo(options);
    expect(await rawExchange(edge.port, bytes)).toMatch(/^HTTP\/1\.1 400 .*connection: close/s);
  });
});

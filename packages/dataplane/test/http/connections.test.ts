import { createCall, createHeaders, localReply, type Request } from "@dualmesh/core";
import { mockService, textResponse } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { DOWNSTREAM } from "../../src/index.ts";
import { startEdge } from "./edge.ts";
import { rawClient } from "./raw-client.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

test("a connection serves one request after the other: the next begins when the answer before it is written", async () => {
  const { service, handle } = mockService();
  await using edge = await startEdge(service);
  using client = await rawClient(edge.port);
  client.write("GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\n");
  const first = await handle.next();
  expect(first.request.head.path).toBe("/1");
  await new Promise((resolve) => setImmediate(resolve));
  expect(edge.http.active).toBe(1);
  first.answer(textResponse(200, "one", { "content-length": "3" }));
  const second = await handle.next();
  expect(second.request.head.path).toBe("/2");
  second.answer(textResponse(200, "two", { "content-length": "3" }));
  expect(await client.until(/two/)).toMatch(/one.*two/s);
  expect(edge.http.connections).toBe(1);
});

test("a client that sends more and more without reading is not read beyond a limit", async () => {
  const { service, handle } = mockService();
  await using edge = await startEdge(service);
  using client = await rawClient(edge.port);
  client.write(GET);
  await handle.next();
  const flood = Buffer.alloc(1 << 20, GET);
  let taken = 0;
  const stuck = Promise.withResolvers<void>();
  const more = (): void => {
    while (taken < 64) {
      taken++;
      if (!client.socket.write(flood)) {
        client.socket.once("drain", more);
        return;
      }
    }
  };
  more();
  // The kernel's buffers fill, and then nothing moves: two looks in a row see the same.
  let before = -1;
  const look = (): void => {
    if (client.socket.bytesWritten === before) stuck.resolve();
    else {
      before = client.socket.bytesWritten;
      setTimeout(look, 50);
    }
  };
  look();
  await stuck.promise;
  expect(client.socket.writableLength).toBeGreaterThan(0);
  expect(taken).toBeLessThan(64);
});

test("from a drain on, answers ask the client to close, and idle connections are closed", async () => {
  const { service, handle } = mockService();
  await using edge = await startEdge(service);
  using idle = await rawClient(edge.port);
  idle.write(GET);
  (await handle.next()).answer(textResponse(200, "kept"));
  expect(await idle.until(/kept/)).not.toMatch(/connection: close/i);
  using busy = await rawClient(edge.port);
  busy.write(GET);
  const asked = await handle.next();
  expect(edge.http.active).toBe(1);

  edge.http.drain();
  await idle.closed;
  asked.answer(textResponse(200, "last"));
  expect(await busy.closed).toMatch(/connection: close\r\n.*last/is);
  await expect.poll(() => [edge.http.active, edge.http.connections]).toEqual([0, 0]);
});

test("a connection without requests is closed after the idle time", async () => {
  await using edge = await startEdge(() => Promise.resolve(textResponse(200, "ok")), { idleTimeoutMs: 1 });
  using client = await rawClient(edge.port);
  client.write(GET);
  expect(await client.closed).toMatch(/^HTTP\/1\.1 200 /);
});

test("fields of the connection stop here: those of the request, and those of the answer", async () => {
  let seen: Request | undefined;
  await using edge = await startEdge((request) => {
    seen = request;
    const fields = [
      "Connection",
      "x-hop",
      "x-hop",
      "1",
      "Keep-Alive",
      "timeout=9",
      "Upgrade",
      "h2c",
      "x-kept",
      "2",
    ];
    return Promise.resolve({ head: { status: 200, headers: createHeaders(fields) }, body: { kind: "none" } });
  });
  using client = await rawClient(edge.port);
  client.write(
    [
      "GET / HTTP/1.1",
      "host: a",
      "connection: close, x-mine, te",
      "x-mine: 1",
      "te: gzip, trailers",
      "keep-alive: timeout=5",
      "proxy-connection: keep-alive",
      "trailer: x-t",
      "proxy-authorization: basic x",
      "expect: 100-continue",
      "",
      "",
    ].join("\r\n"),
  );
  const answer = await client.closed;
  expect([...(seen?.head.headers ?? [])].filter(([name]) => name !== "host")).toEqual([
    ["te", "trailers"],
    ["trailer", "x-t"],
    ["proxy-authorization", "basic x"],
  ]);
  // What `connection` names stays on answers, as with Envoy.
  expect(answer).toMatch(/x-hop: 1\r\n/);
  expect(answer).toMatch(/x-kept: 2\r\n/);
  expect(answer).not.toMatch(/timeout=9|h2c/);
});

test("te without trailers is dropped", async () => {
  let seen: Request | undefined;
  await using edge = await startEdge((request) => {
    seen = request;
    return Promise.resolve(textResponse());
  });
  using client = await rawClient(edge.port);
  client.write("GET / HTTP/1.1\r\nhost: a\r\nte: gzip\r\nconnection: close\r\n\r\n");
  await client.closed;
  expect(seen?.head.headers.has("te")).toBe(false);
});

test("filters find the connection of a call", async () => {
  const peers: unknown[] = [];
  await using edge = await startEdge((_, call) => {
    peers.push(call.get(DOWNSTREAM));
    return Promise.resolve(textResponse());
  });
  using client = await rawClient(edge.port);
  client.write(GET);
  await client.until(/200/);
  expect(peers).toEqual([
    {
      remoteAddress: "127.0.0.1",
      remotePort: client.socket.localPort,
      localAddress: "127.0.0.1",
      localPort: edge.port,
      encrypted: false,
      serverName: "",
      clientCertificate: "none",
    },
  ]);
  expect(createCall().get(DOWNSTREAM)).toBeUndefined();
});

test("100-continue is answered at once, and early hints go to the client before the answer", async () => {
  const { service, handle } = mockService();
  await using edge = await startEdge(service);
  using client = await rawClient(edge.port);
  client.write("POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n");
  expect(await client.until(/\r\n\r\n/)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  const asked = await handle.next();
  asked.call.informational?.({ status: 103, headers: createHeaders(["link", "</a.css>"]) });
  expect(await client.until(/103/)).toMatch(/HTTP\/1\.1 103 Early Hints\r\nlink: <\/a\.css>\r\n/);
  client.write("ok");
  asked.answer(textResponse(200, "done"));
  expect(await client.until(/done/)).toMatch(/HTTP\/1\.1 200 OK/);
});

test("a service that rejects is a 503 that says so, and the connection goes on", async () => {
  await using edge = await startEdge(() => Promise.reject(new Error("a defect")));
  using client = await rawClient(edge.port);
  client.write(GET);
  expect(await client.until(/a defect/)).toMatch(/^HTTP\/1\.1 503 /);
  expect(edge.http.active).toBe(0);
});

test("a header that cannot be written breaks its own connection alone", async () => {
  const headers = createHeaders(["x-bad", "a\nb"]);
  await using edge = await startEdge(({ head }) =>
    Promise.resolve(
      head.path === "/bad" ? { head: { status: 200, headers }, body: { kind: "none" } } : textResponse(),
    ),
  );
  using bad = await rawClient(edge.port);
  bad.write("GET /bad HTTP/1.1\r\nhost: a\r\n\r\n");
  expect(await bad.closed).toBe("");
  using good = await rawClient(edge.port);
  good.write(GET);
  expect(await good.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 200 /);
  expect(edge.http.active).toBe(0);
});

test.each([
  ["HEAD", localReply({ status: 404, details: "x", body: "no" }), /content-length: 2\r\n/, /\r\n\r\n$/],
  ["GET", textResponse(204), /^HTTP\/1\.1 204 /, /\r\n\r\n$/],
  ["GET", textResponse(304, undefined, { etag: '"1"' }), /etag: "1"/, /\r\n\r\n$/],
])("%s gets no body where there is none", async (method, response, head, end) => {
  await using edge = await startEdge(() => Promise.resolve(response));
  using client = await rawClient(edge.port);
  client.write(`${method} / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
  const answer = await client.closed;
  expect(answer).toMatch(head);
  expect(answer).toMatch(end);
  expect(answer).not.toMatch(/transfer-encoding/i);
});

test("an answer without a body says so, and is not chunked", async () => {
  await using edge = await startEdge(() => Promise.resolve(localReply({ status: 404, details: "x" })));
  using client = await rawClient(edge.port);
  client.write(GET);
  const answer = await client.until(/\r\n\r\n/);
  expect(answer).toMatch(/content-length: 0\r\n/i);
  expect(answer).not.toMatch(/transfer-encoding/i);
});

test("closing the server cuts what is open", async () => {
  const { service, handle } = mockService();
  const edge = await startEdge(service);
  using client = await rawClient(edge.port);
  client.write(GET);
  const { call } = await handle.next();
  await edge[Symbol.asyncDispose]();
  expect(await client.closed).toBe("");
  await expect.poll(() => call.outcome?.flag).toBe("DC");
});

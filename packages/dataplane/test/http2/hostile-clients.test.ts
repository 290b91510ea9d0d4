import { type Call, createHeaders, NO_BODY, type Request, type Response, type Service } from "@dualmesh/core";
import { expect, test } from "vitest";
import { startEdge } from "../http/edge.ts";
import { rawClient } from "../http/raw-client.ts";
import { END_HEADERS, END_STREAM, FRAME, fields, frame, PREFACE, reset } from "./frames.ts";
import { GET } from "./raw-h2-client.ts";

const HELLO = Buffer.concat([PREFACE, frame(FRAME.settings, 0, 0)]);

/** A service that never answers, and what became of its calls. */
function unanswered() {
  const seen = { calls: 0, cancelled: 0, ended: 0 };
  const service: Service<Request, Response> = (_: Request, call: Call) => {
    seen.calls++;
    call.onCancel(() => seen.cancelled++);
    call.onEnd(() => seen.ended++);
    return new Promise(() => {});
  };
  return { seen, service };
}

test("a client that goes away without a word takes its calls and its connection with it", async () => {
  const { seen, service } = unanswered();
  await using edge = await startEdge(service, { protocol: "auto" });
  using client = await rawClient(edge.port);
  client.socket.write(Buffer.concat([HELLO, frame(FRAME.headers, END_HEADERS | END_STREAM, 1, GET)]));
  await expect.poll(() => seen.calls).toBe(1);
  client.socket.end();
  await expect.poll(() => [seen.cancelled, edge.http.active, edge.http.connections]).toEqual([1, 0, 0]);
});

test("10,000 streams that are opened and reset at once cost their client its connection, and no other its own", async () => {
  const { seen, service } = unanswered();
  await using edge = await startEdge(service, { protocol: "auto" });
  using other = await rawClient(edge.port);
  other.socket.write(Buffer.concat([HELLO, frame(FRAME.headers, END_HEADERS | END_STREAM, 1, GET)]));
  await expect.poll(() => seen.calls).toBe(1);
  using client = await rawClient(edge.port);
  const streams = Array.from({ length: 10_000 }, (_, i) =>
    Buffer.concat([frame(FRAME.headers, END_HEADERS | END_STREAM, 1 + 2 * i, GET), reset(1 + 2 * i, 8)]),
  );
  client.socket.write(Buffer.concat([HELLO, ...streams]));
  await client.closed;
  await expect.poll(() => [edge.http.active, edge.http.connections]).toEqual([1, 1]);
  expect(seen.cancelled).toBe(seen.calls - 1);
  expect(seen.calls).toBeLessThan(5_000);
});

const answer: Service<Request, Response> = async () => ({
  head: { status: 200, headers: createHeaders() },
  body: NO_BODY,
});

test.each<[string, Buffer]>([
  [
    "a path that is a URI",
    fields([":method", "GET"], [":scheme", "x"], [":authority", "a"], [":path", "http://b/"]),
  ],
  [
    "a path without its slash",
    fields([":method", "GET"], [":scheme", "x"], [":authority", "a"], [":path", "b"]),
  ],
  [
    "a space in its path",
    fields([":method", "GET"], [":scheme", "http"], [":authority", "a"], [":path", "/a b"]),
  ],
  [
    "a path in its authority",
    fields([":method", "GET"], [":scheme", "http"], [":authority", "a/b"], [":path", "/"]),
  ],
  ["two paths", Buffer.concat([GET, fields([":path", "/b"])])],
  ["no authority and no host", fields([":method", "GET"], [":scheme", "http"], [":path", "/"])],
  ["a field of a connection", Buffer.concat([GET, fields(["transfer-encoding", "chunked"])])],
  ["an uppercase name", Buffer.concat([GET, fields(["X-A", "1"])])],
  ["CONNECT", fields([":method", "CONNECT"], [":authority", "a:80"])],
])("a request with %s reaches no service", async (_, block) => {
  const paths: string[] = [];
  await using edge = await startEdge(
    (request, call) => {
      paths.push(request.head.path);
      return answer(request, call);
    },
    { protocol: "auto" },
  );
  using client = await rawClient(edge.port);
  client.socket.write(
    Buffer.concat([
      HELLO,
      frame(FRAME.headers, END_HEADERS | END_STREAM, 1, block),
      frame(
        FRAME.headers,
        END_HEADERS | END_STREAM,
        3,
        fields([":method", "GET"], [":scheme", "http"], [":authority", "a"], [":path", "/next"]),
      ),
    ]),
  );
  await expect.poll(() => paths).toEqual(["/next"]);
});

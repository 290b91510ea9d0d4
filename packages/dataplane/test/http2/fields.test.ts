import { once } from "node:events";
import { get } from "node:http";
import { connect, type IncomingHttpHeaders } from "node:http2";
import { text } from "node:stream/consumers";
import { BodyPipe, createHeaders } from "@dualmesh/core";
import { expect, test } from "vitest";
import { H2BodyWriter } from "../../src/http2/h2-body-writer.ts";
import { toH2Fields } from "../../src/http2/h2-fields.ts";
import { startUpstream } from "../static-plane.ts";
import { h2Mesh, startH2Upstream } from "./h2-mesh.ts";

test("fields that occur twice in HTTP/1 go to HTTP/2 and back, though node:http2 takes them once", async () => {
  await using one = await startUpstream((_, outgoing) => {
    outgoing.writeHead(200, [
      ["content-encoding", "br"],
      ["content-encoding", "gzip"],
      ["x-many", "1"],
      ["x-many", "2"],
      ["trailer", "etag"],
    ] as never);
    outgoing.write("body");
    outgoing.addTrailers([
      ["etag", "1"],
      ["etag", "2"],
    ]);
    outgoing.end();
  });
  await using toOne = await h2Mesh([one.port], { upstream: "http1" });
  const stream = toOne.client.request({ ":authority": "orders.test", ":path": "/" });
  const trailers = once(stream, "trailers");
  const [fields] = (await once(stream, "response")) as [IncomingHttpHeaders];
  expect([fields[":status"], fields["content-encoding"], fields["x-many"]]).toEqual([
    200,
    "br, gzip",
    "1, 2",
  ]);
  expect(await text(stream)).toBe("body");
  expect((await trailers)[0]).toMatchObject({ etag: "1, 2" });

  let seen: unknown;
  await using two = await startH2Upstream((asked, given) => {
    seen = [given["user-agent"], given["te"]];
    asked.respond({}, { endStream: true });
  });
  await using toTwo = await h2Mesh([two.port]);
  const headers = ["host", "orders.test", "user-agent", "a", "user-agent", "b", "te", "Trailers"];
  const [incoming] = await once(get({ port: toTwo.edge.port, headers }), "response");
  expect([incoming.statusCode, seen]).toEqual([200, ["a, b", "trailers"]]);
});

test("trailers that HTTP/2 cannot carry reset their stream, and not the process", async () => {
  await using upstream = await startH2Upstream((stream) => {
    stream.respond({}, { waitForTrailers: true });
    const pipe = new BodyPipe();
    pipe.end(createHeaders(["x-a", "1\u00002"]));
    new H2BodyWriter(stream, pipe, { written() {}, broken() {} }).start();
  });
  const client = connect(`http://127.0.0.1:${upstream.port}`);
  const stream = client.request();
  stream.resume();
  await expect(once(stream, "close")).rejects.toMatchObject({ code: "ERR_HTTP2_STREAM_ERROR" });
  client.destroy();
});

test.each(["a\r\nx-admin: 1", "a\u0000\u0000x-admin\u00001", "a\u010a"])(
  "a value that would begin another field is refused: %j",
  (value) => {
    expect(() => toH2Fields(createHeaders(["x-a", value]))).toThrow("x-a");
  },
);

test("a client that expects 100 gets it from the mesh, and its upstream is not asked", async () => {
  let expected: unknown = "nothing came";
  await using one = await startUpstream((incoming, outgoing) => {
    expected = incoming.headers.expect;
    incoming.pipe(outgoing);
  });
  await using mesh = await h2Mesh([one.port], { upstream: "http1" });
  const stream = mesh.client.request({
    ":method": "POST",
    ":authority": "orders.test",
    expect: "100-continue",
  });
  await once(stream, "continue");
  stream.end("body");
  expect(await text(stream)).toBe("body");
  expect(expected).toBeUndefined();
});

test("a 205 whose upstream gave it a body goes without", async () => {
  await using one = await startUpstream((_, outgoing) => {
    outgoing.writeHead(205, { "content-length": "3" });
    outgoing.end("abc");
  });
  await using mesh = await h2Mesh([one.port], { upstream: "http1" });
  const stream = mesh.client.request({ ":authority": "orders.test" });
  const [fields] = (await once(stream, "response")) as [IncomingHttpHeaders];
  expect(fields[":status"]).toBe(205);
  expect(await text(stream)).toBe("");
});

import { once } from "node:events";
import { connect } from "node:http2";
import { text } from "node:stream/consumers";
import { localReply } from "@dualmesh/core";
import { textResponse } from "@dualmesh/testkit";
import { expect, test } from "vitest";
import { startEdge } from "./edge.ts";

async function grpcCall(port: number) {
  const client = connect(`http://127.0.0.1:${port}`);
  const stream = client.request({
    ":method": "POST",
    ":path": "/s/m",
    "content-type": "application/grpc+proto",
  });
  stream.end();
  const [fields] = await once(stream, "response");
  const body = await text(stream);
  client.close();
  return {
    status: fields[":status"],
    grpc: fields["grpc-status"],
    message: fields["grpc-message"],
    body,
    fields,
  };
}

test.each([
  [400, "13"],
  [401, "16"],
  [403, "7"],
  [404, "12"],
  [429, "14"],
  [503, "14"],
  [504, "14"],
  [500, "2"],
  [200, "2"],
])("a local reply of %i is a gRPC status %s to a gRPC client", async (status, expected) => {
  await using edge = await startEdge(
    () => Promise.resolve(localReply({ status, details: "x", body: "50 % off\n", headers: ["x-why", "1"] })),
    { protocol: "auto" },
  );
  const got = await grpcCall(edge.port);
  expect(got).toMatchObject({ status: 200, grpc: expected, message: "50 %25 off%0A", body: "" });
  expect([got.fields["content-type"], got.fields["content-length"], got.fields["x-why"]]).toEqual([
    "application/grpc",
    undefined,
    "1",
  ]);
});

test("a local reply that brings a gRPC status of its own keeps it", async () => {
  const headers = ["grpc-status", "4"];
  const reply = () => localReply({ status: 504, details: "x", body: "late", headers });
  await using edge = await startEdge(() => Promise.resolve(reply()), { protocol: "auto" });
  expect(await grpcCall(edge.port)).toMatchObject({ status: 200, grpc: "4", message: "late" });
});

test("an upstream's answer stays as it is, and so does a local reply to anybody else", async () => {
  await using edge = await startEdge(
    ({ head }) =>
      Promise.resolve(
        head.headers.has("x-upstream") || head.method === "POST"
          ? textResponse(503, "theirs")
          : localReply({ status: 404, details: "x", body: "ours" }),
      ),
    { protocol: "auto" },
  );
  expect(await grpcCall(edge.port)).toMatchObject({ status: 503, grpc: undefined, body: "theirs" });
  const plain = await fetch(`http://127.0.0.1:${edge.port}/`);
  expect([plain.status, await plain.text()]).toEqual([404, "ours"]);
});

test("a long body is a message cut short, and not a head that no client takes", async () => {
  const reply = () => localReply({ status: 503, details: "x", body: "ü".repeat(40_000) });
  await using edge = await startEdge(() => Promise.resolve(reply()), { protocol: "auto" });
  const got = await grpcCall(edge.port);
  expect([got.status, got.grpc]).toEqual([200, "14"]);
  expect(got.message).toMatch(/^(%C3%BC){1024}$/);
});

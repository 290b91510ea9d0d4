import type { OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { gzipSync } from "node:zlib";
import { Client, credentials, type ServiceError, status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { h2Mesh, startH2Upstream } from "./h2-mesh.ts";

/** A message behind its flag and its length. */
function message(bytes: Uint8Array, flag = 0, length = bytes.length): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flag);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, bytes]);
}

interface Answer {
  readonly head: OutgoingHttpHeaders;
  readonly body: Buffer;
  readonly trailers?: OutgoingHttpHeaders;
}

const GRPC = { "content-type": "application/grpc" };
const OK = { "grpc-status": "0" };
const HTML = Buffer.from("<h1>not here</h1>");

/** 16 MB of zeros in 16 KB. */
const BOMB = gzipSync(Buffer.alloc(16 << 20));

function give(stream: ServerHttp2Stream, { head, body, trailers }: Answer): void {
  stream.resume();
  stream.respond(head, { waitForTrailers: trailers !== undefined });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers ?? {}));
  stream.end(body);
}

/** What a client of grpc-js with its usual limit of 4 MB makes of it. */
async function ask(port: number): Promise<Pick<ServiceError, "code" | "details">> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
    "grpc.default_authority": "orders.test",
    "grpc.enable_retries": 0,
  });
  const asIs = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest("/a.B/C", asIs, asIs, Buffer.alloc(0), (error) => {
      client.close();
      resolve({ code: error?.code ?? status.OK, details: error?.details ?? "" });
    });
  });
}

test.each<[string, status, Answer]>([
  // grpc-js takes the first letters for a length.
  ["HTML with 200", status.RESOURCE_EXHAUSTED, { head: { "content-type": "text/html" }, body: HTML }],
  [
    "HTML with 404",
    status.UNIMPLEMENTED,
    { head: { ":status": 404, "content-type": "text/html" }, body: HTML },
  ],
  [
    "HTML with 429",
    status.UNAVAILABLE,
    { head: { ":status": 429, "content-type": "text/html" }, body: HTML },
  ],
  ["a message and no status", status.INTERNAL, { head: GRPC, body: message(Buffer.of(1)) }],
  ["OK and no message", status.UNIMPLEMENTED, { head: GRPC, body: Buffer.alloc(0), trailers: OK }],
  ["half a message", status.UNIMPLEMENTED, { head: GRPC, body: message(Buffer.of(1), 0, 9), trailers: OK }],
  [
    "a message that says it has 4 GB",
    status.RESOURCE_EXHAUSTED,
    { head: GRPC, body: message(Buffer.of(1), 0, 0xffff_ffff), trailers: OK },
  ],
  [
    "a message that is too large when it is unpacked",
    status.RESOURCE_EXHAUSTED,
    { head: { ...GRPC, "grpc-encoding": "gzip" }, body: message(BOMB, 1), trailers: OK },
  ],
])("%s is for the gRPC client to judge, as without the mesh", async (_, code, answer) => {
  await using upstream = await startH2Upstream((stream) => give(stream, answer));
  await using mesh = await h2Mesh([upstream.port]);
  const direct = await ask(upstream.port);
  expect(await ask(mesh.edge.port)).toEqual(direct);
  expect(direct.code).toBe(code);
});

import { once } from "node:events";
import { constants } from "node:http2";
import { text } from "node:stream/consumers";
import type { Request, Response, Service } from "@dualmesh/core";
import { expect, test } from "vitest";
import { startEdge } from "../http/edge.ts";
import { ACK, END_STREAM, FRAME, type Frame, fields, frame, head, STATUS_200, settings } from "./frames.ts";
import { h2Mesh, http2, startH2Upstream } from "./h2-mesh.ts";
import { GET, isAnswered, rawH2Client } from "./raw-h2-client.ts";
import { rawH2Upstream } from "./raw-h2-upstream.ts";

/** The setting of the window that each stream begins with (RFC 9113, section 6.5.2). */
const INITIAL_WINDOW = 4;

/** Of one stream: its window, what a body holds, and what both ends have in buffers of their own. */
const MAX_HELD_BYTES = 400 * 1024;

const ENDLESS = fields(
  [":method", "GET"],
  [":scheme", "http"],
  [":authority", "orders.test"],
  [":path", "/endless"],
);

test("a client that opens no window is held what its streams take, and no other call for it", async () => {
  const STREAMS = 40;
  const sent: number[] = [];
  let closed = 0;
  await using upstream = await startH2Upstream((stream, { ":path": path }) => {
    stream.respond();
    if (path !== "/endless") {
      stream.end("ok");
      return;
    }
    const i = sent.push(0) - 1;
    const write = (): void => {
      sent[i] = (sent[i] ?? 0) + 16_384;
      if (stream.write(Buffer.alloc(16_384))) write();
    };
    stream.on("drain", write).on("close", () => closed++);
    write();
  });
  await using mesh = await h2Mesh([upstream.port]);
  using client = await rawH2Client(mesh.edge.port, settings([INITIAL_WINDOW, 0]));
  client.send(...Array.from({ length: STREAMS }, (_, i) => head(2 * i + 1, END_STREAM, ENDLESS)));
  await expect.poll(() => sent.filter((bytes) => bytes > 256 * 1024)).toHaveLength(STREAMS);
  for (let i = 0; i < 20; i++) {
    expect(await text(mesh.client.request({ ":authority": "orders.test" }))).toBe("ok");
  }
  expect(Math.max(...sent)).toBeLessThan(MAX_HELD_BYTES);
  expect(upstream.sessions).toBe(1);
  client[Symbol.dispose]();
  await expect.poll(() => [closed, mesh.edge.http.active]).toEqual([STREAMS, 0]);
});

test("an upstream that opens no window is held what a call takes, and no other call for it", async () => {
  const reset = Promise.withResolvers<number>();
  await using upstream = await rawH2Upstream(
    ({ type, flags, stream, payload }, socket) => {
      if (type === FRAME.headers && (flags & END_STREAM) !== 0) {
        socket.write(
          Buffer.concat([
            head(stream, 0, STATUS_200),
            frame(FRAME.data, END_STREAM, stream, Buffer.from("ok")),
          ]),
        );
      } else if (type === FRAME.reset) reset.resolve(payload.readUInt32BE(0));
    },
    settings([INITIAL_WINDOW, 0]),
  );
  await using mesh = await h2Mesh([upstream.port]);
  const upload = mesh.client.request({ ":authority": "orders.test", ":method": "POST" });
  upload.on("error", () => {});
  let taken = 0;
  const write = (): void => {
    upload.write(Buffer.alloc(16_384), (error) => {
      if (error) return;
      taken += 16_384;
      write();
    });
  };
  write();
  await expect.poll(() => taken).toBeGreaterThan(256 * 1024);
  for (let i = 0; i < 20; i++) {
    expect(await text(mesh.client.request({ ":authority": "orders.test" }))).toBe("ok");
  }
  expect(taken).toBeLessThan(MAX_HELD_BYTES);
  upload.close(constants.NGHTTP2_CANCEL);
  await once(upload, "close");
  expect(await reset.promise).toBe(constants.NGHTTP2_CANCEL);
  expect(upstream.connections).toBe(1);
});

test("a listener and a cluster announce the windows that they are configured with", async () => {
  const announced: number[] = [];
  const note = ({ type, flags, payload }: Frame): void => {
    if (type !== FRAME.settings || (flags & ACK) !== 0) return;
    for (let at = 0; at < payload.length; at += 6) {
      if (payload.readUInt16BE(at) === INITIAL_WINDOW) announced.push(payload.readUInt32BE(at + 2));
    }
  };
  await using upstream = await rawH2Upstream((received, socket) => {
    note(received);
    if (received.type === FRAME.headers) socket.write(head(received.stream, END_STREAM, STATUS_200));
  });
  await using mesh = await h2Mesh([upstream.port], {
    cluster: { typed_extension_protocol_options: http2({ initial_stream_window_size: 70_000 }) },
  });
  const service = mesh.plane.listeners.get("outbound")?.service(0) as Service<Request, Response>;
  await using edge = await startEdge(service, { protocol: "auto", streamWindowBytes: 80_000 });
  using client = await rawH2Client(edge.port);
  client.send(head(1, END_STREAM, GET));
  await expect.poll(() => isAnswered(client, 1)).toBe(true);
  for (const received of client.frames) note(received);
  expect(announced).toEqual([70_000, 80_000]);
});

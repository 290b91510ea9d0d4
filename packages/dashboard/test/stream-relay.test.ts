import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { serveDashboard } from "./served-dashboard.ts";

interface ScriptedPlane {
  readonly port: number;
  /** The streams that are open, in order of arrival. */
  readonly streams: readonly ServerResponse[];
  close(): Promise<void>;
}

/** A control plane whose stream says what a test has it say. */
async function startPlane(port = 0): Promise<ScriptedPlane> {
  const streams: ServerResponse[] = [];
  const server: Server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    streams.push(response);
    response.once("close", () => streams.splice(streams.indexOf(response), 1));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    if (server.listening) await new Promise<void>((resolve) => void server.close(() => resolve()));
  };
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, streams, close };
}

interface Follower {
  readonly text: string;
  leave(): void;
}

async function follow(origin: string): Promise<Follower> {
  const leaving = new AbortController();
  const response = await fetch(`${origin}/api/stream`, { signal: leaving.signal });
  let text = "";
  const read = async (): Promise<void> => {
    for await (const chunk of (response.body as ReadableStream<Uint8Array>).pipeThrough(
      new TextDecoderStream(),
    )) {
      text += chunk;
    }
  };
  read().catch(() => {}); // It is left, sooner or later.
  onTestFinished(() => leaving.abort());
  return {
    get text() {
      return text;
    },
    leave: () => leaving.abort(),
  };
}

test("a page gets what the control plane says, event by event", async () => {
  const plane = await startPlane();
  const { origin } = await serveDashboard([], `http://127.0.0.1:${plane.port}`);
  const page = await follow(origin);
  await expect.poll(() => plane.streams.length).toBe(1);
  plane.streams[0]?.write("event: report\ndata: 1\n\nevent: report\nda");
  await expect.poll(() => page.text).toContain("data: 1\n\n");
  expect(page.text).not.toContain("da\n");
  plane.streams[0]?.write("ta: 2\n\n");
  await expect.poll(() => page.text).toContain("event: report\ndata: 2\n\n");
});

test("a page is told that the control plane is away, and goes on with it when it is back", async () => {
  const first = await startPlane();
  const { origin } = await serveDashboard([], `http://127.0.0.1:${first.port}`);
  const page = await follow(origin);
  await expect.poll(() => page.text).toContain('{"up":true,"reason":""}');
  first.streams[0]?.write("event: report\ndata: cut off in the mid");
  await first.close();
  await expect.poll(() => page.text).toContain('"up":false');
  expect(page.text).not.toContain("cut off");
  const second = await startPlane(first.port);
  await expect.poll(() => second.streams.length).toBe(1);
  second.streams[0]?.write("event: report\ndata: again\n\n");
  await expect.poll(() => page.text).toContain("data: again\n\n");
});

test("nobody is followed for a page that has left", async () => {
  const plane = await startPlane();
  const { origin } = await serveDashboard([], `http://127.0.0.1:${plane.port}`);
  const page = await follow(origin);
  await expect.poll(() => plane.streams.length).toBe(1);
  page.leave();
  await expect.poll(() => plane.streams.length).toBe(0);
});

import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { ActionDesk, type DashboardAction } from "../src/dashboard-action.ts";
import { DashboardServer } from "../src/dashboard-server.ts";
import type { PageFiles } from "../src/page-files.ts";

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Served {
  readonly port: number;
  readonly origin: string;
  /** With any headers at all: `fetch` sets `Host` and `Sec-Fetch-Site` by itself. */
  ask(path: string, options?: AskOptions): Promise<Answered>;
}

const FILES: PageFiles = new Map([
  [
    "/",
    { bytes: Buffer.from("<!doctype html>"), contentType: "text/html; charset=utf-8", isImmutable: false },
  ],
  [
    "/assets/a-1.js",
    { bytes: Buffer.from("1;"), contentType: "text/javascript; charset=utf-8", isImmutable: true },
  ],
]);

/** The server of a dashboard over a page of two files, for as long as the test runs. */
export async function serveDashboard(
  actions: readonly DashboardAction[] = [],
  controlPlane = "http://127.0.0.1:1",
): Promise<Served> {
  const pages = new DashboardServer({
    controlPlane: new URL(controlPlane),
    desk: new ActionDesk(actions),
    files: FILES,
  });
  const server = createServer((incoming, outgoing) => void pages.answer(incoming, outgoing));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    ask: (path, { method = "GET", headers = {}, body } = {}) =>
      new Promise((resolve, reject) => {
        const outgoing = request(
          { host: "127.0.0.1", port, path, method, headers, agent: false },
          (incoming) => {
            text(incoming).then(
              (read) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: read }),
              reject,
            );
          },
        );
        outgoing.on("error", reject);
        outgoing.end(body);
      }),
  };
}

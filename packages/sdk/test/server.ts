import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A real HTTP server on loopback, for as long as a test runs. */
export interface TestServer extends AsyncDisposable {
  readonly port: number;
  readonly server: Server;
}

export async function startServer(handle: RequestListener): Promise<TestServer> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    server,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with what it was asked: `POST orders/path body`. */
export const ECHO: RequestListener = (incoming, outgoing) => {
  let body = "";
  incoming.setEncoding("utf8");
  incoming.on("data", (text: string) => {
    body += text;
  });
  incoming.on("end", () =>
    outgoing.end(`${incoming.method} ${incoming.headers.host}${incoming.url} ${body}`),
  );
};

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  await using server = await startServer(() => {});
  return server.port;
}

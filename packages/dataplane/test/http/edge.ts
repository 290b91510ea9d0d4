import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Request, Response, Service } from "@dualmesh/core";
import { createHttpServer, type HttpServer, type HttpServerOptions } from "../../src/index.ts";

/** An HTTP server of ours on a real port. */
export interface Edge extends AsyncDisposable {
  readonly port: number;
  readonly http: HttpServer;
}

export async function startEdge(
  service: Service<Request, Response>,
  options: HttpServerOptions = {},
): Promise<Edge> {
  const http = createHttpServer(service, options);
  // Half-open, as the listeners of a sidecar are.
  const server = createServer({ allowHalfOpen: true }, (socket) => http.accept(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    http,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

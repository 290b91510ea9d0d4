import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { MeshError } from "@dualmesh/core";
import { type Answer, answerError, refuse, type StreamedAnswer } from "./answer.ts";
import { isLoopback, namesThisMachine } from "./host-guard.ts";
import { readJson } from "./read-json.ts";
import { type AdminSource, routeAdmin } from "./route-admin.ts";

/** Where the admin listener binds. */
export interface AdminOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** 0 takes a free one. Default 0. */
  readonly port?: number;
  /**
   * Whether `host` may be an address that other machines reach. Whoever reaches this listener may publish and withdraw
   * workloads and read the configuration, without a password. Default false.
   */
  readonly allowNonLoopback?: boolean;
}

export interface AdminServer {
  readonly address: { readonly host: string; readonly port: number };
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Listens for operators and workloads: plain HTTP/1.1.
 *
 * Rejects with a `MeshError`: `INVALID_ARGUMENT` for a host that is not loopback and not allowed, `UNAVAILABLE` where
 * the address cannot be bound.
 */
export async function listenAdmin(source: AdminSource, options: AdminOptions = {}): Promise<AdminServer> {
  const { host = "127.0.0.1", port = 0, allowNonLoopback = false } = options;
  if (!allowNonLoopback && !isLoopback(host)) {
    throw new MeshError(
      "INVALID_ARGUMENT",
      `admin listener: ${host} can be reached from other machines, and anyone there could withdraw workloads; ` +
        "expected a loopback address, or allowNonLoopback: true",
    );
  }
  const guarded = isLoopback(host);
  // No request here takes long: what dribbles in is cut off.
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    void answer(source, request, guarded).then((result) => write(response, request, result));
  });
  // Workloads keep their connection between heartbeats, so this is also how many there can be at ease.
  server.maxConnections = 10_000;
  await bind(server, host, port);
  const bound = server.address() as AddressInfo;
  return {
    address: { host: bound.address, port: bound.port },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

async function answer(
  source: AdminSource,
  request: IncomingMessage,
  guarded: boolean,
): Promise<Answer | StreamedAnswer> {
  if (guarded && !namesThisMachine(request.headers.host)) {
    return refuse(
      403,
      `expected "localhost" or an IP address in Host, got ${JSON.stringify(request.headers.host)}`,
    );
  }
  try {
    const [path = "/"] = (request.url ?? "/").split("?", 1);
    return await routeAdmin(source, {
      method: request.method ?? "",
      path,
      readBody: (maxBytes) => readJson(request, maxBytes),
    });
  } catch (error) {
    return answerError(error);
  }
}

function write(response: ServerResponse, request: IncomingMessage, answered: Answer | StreamedAnswer): void {
  if ("stream" in answered) {
    try {
      answered.stream(response);
    } catch (error) {
      write(response, request, answerError(error));
    }
    return;
  }
  const { status, body, headers } = answered;
  const isText = typeof body === "string";
  const text = body === undefined ? "" : isText ? body : `${JSON.stringify(body, null, 2)}\n`;
  // A body that nobody read (too long, or not wanted) would be taken for the next request.
  if (!request.complete) response.setHeader("connection", "close");
  response.writeHead(status, {
    ...headers,
    ...(status === 204 ? {} : { "content-type": isText ? "text/plain; charset=utf-8" : "application/json" }),
    // What is shown here is true for a moment, and never a page's to interpret.
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(request.method === "HEAD" || status === 204 ? undefined : text);
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const place = `${host}:${port}`;
      reject(
        new MeshError("UNAVAILABLE", `admin listener: cannot bind ${place}: ${error.message}`, {
          cause: error,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isIP } from "node:net";
import type { EndpointAddress } from "@dualmesh/dataplane";
import { type BindOptions, bindSocket } from "../listener/bind-socket.ts";
import { type AdminAnswer, type AdminPage, textAnswer } from "./admin-page.ts";
import { routeAdmin } from "./route-admin.ts";

/** The pages on one address. */
export interface AdminServer extends AsyncDisposable {
  /** With the actual port. */
  readonly address: EndpointAddress;
  /** Connections that are open: an SDK holds one. */
  readonly connections: number;
}

/**
 * Serves the admin interface: plain HTTP/1.1, without a password, as Envoy's. On loopback a request must name this
 * machine in `Host`: a page in a browser can have its own name resolve to 127.0.0.1, and would read our configuration.
 *
 * @throws {MeshError} when the address cannot be opened.
 */
export async function openAdmin(
  pages: readonly AdminPage[],
  address: EndpointAddress,
  options: BindOptions,
): Promise<AdminServer> {
  const guarded = address.kind === "tcp" && isLoopback(address.host);
  // Keep-alive for ever: an SDK holds one connection, and takes its end for the end of this process.
  const server = createServer(
    { keepAliveTimeout: 0, headersTimeout: 5_000, requestTimeout: 10_000 },
    (request, response) => {
      request.resume();
      const answer = guarded && !namesThisMachine(request.headers.host) ? STRANGER : answerTo(pages, request);
      write(request, response, answer);
    },
  );
  server.maxConnections = 1_024;
  let connections = 0;
  server.on("connection", (socket) => {
    connections++;
    socket.once("close", () => {
      connections--;
    });
  });
  return {
    address: await bindSocket(server, address, options),
    get connections() {
      return connections;
    },
    [Symbol.asyncDispose]: () => close(server),
  };
}

const STRANGER: AdminAnswer = textAnswer('expected "localhost" or an IP address in Host\n', 403);

function answerTo(
  pages: readonly AdminPage[],
  { method = "", url = "/", socket }: IncomingMessage,
): AdminAnswer {
  const from = socket.remoteAddress;
  return routeAdmin(pages, { method, target: url, isLocal: from === undefined || isLoopback(from) });
}

function write(request: IncomingMessage, response: ServerResponse, answer: AdminAnswer): void {
  const { status, body, contentType = "text/plain; charset=UTF-8" } = answer;
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    // True for a moment, and never a page's to interpret.
    "cache-control": "no-cache, max-age=0",
    "x-content-type-options": "nosniff",
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Addresses that only this machine reaches; IPv4 within IPv6 as well. */
function isLoopback(host: string): boolean {
  return host === "::1" || /^(::ffff:)?127\./.test(host);
}

/** Without the header it is HTTP/1.0, and no browser. */
function namesThisMachine(host: string | undefined): boolean {
  if (host === undefined) return true;
  const name = host
    .toLowerCase()
    .replace(/:\d*$/, "")
    .replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || isIP(name) !== 0;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

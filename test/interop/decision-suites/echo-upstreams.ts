import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Replies, Reply } from "./suite.ts";

/** A request as it came to an upstream. */
export interface SeenRequest {
  readonly upstream: string;
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly fields: readonly (readonly [string, string])[];
  /** As Latin-1, as far as it has come. */
  body: string;
}

/** On every answer of an upstream: a proxy's own answers do not have it. */
export const ECHO_FIELD = "x-echo-upstream";

/**
 * The upstreams of a suite, in this process: whatever reaches them is seen, also where its answer reaches nobody, and the
 * proxy need carry no word about it.
 */
export class EchoUpstreams implements AsyncDisposable {
  readonly #servers = new Map<string, Server>();
  #seen: SeenRequest[] = [];
  #replies: Replies = [];

  /** Starts one for each name. */
  static async start(names: readonly string[]): Promise<EchoUpstreams> {
    const upstreams = new EchoUpstreams();
    for (const name of names) {
      const server = createServer({ requestTimeout: 0, keepAliveTimeout: 120_000 }, (request, response) =>
        upstreams.#receive(name, request, response),
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      upstreams.#servers.set(name, server);
    }
    return upstreams;
  }

  /** What has come since {@link begin}. */
  get seen(): readonly SeenRequest[] {
    return this.#seen;
  }

  /** By the names of their placeholders. */
  get ports(): readonly (readonly [string, number])[] {
    return [...this.#servers].map(([name, server]) => [
      `upstream:${name}`,
      (server.address() as AddressInfo).port,
    ]);
  }

  /** Forgets what has come, and answers so from now on: the first reply first, and the last one for good. */
  begin(replies: Replies = []): void {
    this.#seen = [];
    this.#replies = replies;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of this.#servers.values()) {
      server.close();
      server.closeAllConnections();
    }
  }

  #receive(name: string, request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url: path = "", rawHeaders } = request;
    const fields = rawHeaders
      .map((field, i) => [field.toLowerCase(), rawHeaders[i + 1] ?? ""] as const)
      .filter((_, i) => i % 2 === 0);
    const seen: SeenRequest = { upstream: name, method, path, fields, body: "" };
    this.#seen.push(seen);
    const reply = this.#reply(name);
    request.setEncoding("latin1").on("data", (chunk: string) => {
      seen.body += chunk;
    });
    // A proxy that gives up breaks both off; what it has sent is seen.
    request.on("error", () => {});
    response.on("error", () => {});
    const { delayMs = 0 } = reply;
    if (reply.reset === true && delayMs === 0) request.socket.destroy();
    else request.on("end", () => setTimeout(() => answer(seen, reply, response), delayMs));
  }

  #reply(name: string): Reply {
    const replies = this.#replies;
    const isCommon = Array.isArray(replies);
    const list = isCommon
      ? (replies as readonly Reply[])
      : ((replies as Record<string, Reply[]>)[name] ?? []);
    const count = this.#seen.filter(({ upstream }) => isCommon || upstream === name).length;
    return list[count - 1] ?? list.at(-1) ?? {};
  }
}

function answer({ upstream, method, path }: SeenRequest, reply: Reply, response: ServerResponse): void {
  const { status = 200, headers = [], reset = false } = reply;
  if (reset) {
    response.destroy();
    return;
  }
  const body = reply.body ?? JSON.stringify({ upstream, method, path });
  const fields = [[ECHO_FIELD, upstream], ["content-type", "application/json"], ...headers];
  if (status !== 204 && status !== 304 && method !== "HEAD") {
    fields.push(["content-length", String(Buffer.byteLength(body))]);
  }
  response.writeHead(status, fields.flat()).end(body);
}

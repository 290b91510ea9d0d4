import { Agent, type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { MeshError } from "@dualmesh/core";
import type { EndpointAddress } from "./transport/endpoint-address.ts";

/** More than this is no answer of an admin interface. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * HTTP to an admin interface over one held connection. Its own agent connects by itself: what Dualmesh asks for itself
 * never enters the chain.
 */
export interface AdminClient extends Disposable {
  /** @throws {MeshError} when there is no whole answer within `timeoutMs`. */
  send(
    method: string,
    path: string,
    options: { readonly timeoutMs: number; readonly body?: string },
  ): Promise<AdminAnswer>;
}

export interface AdminClientOptions {
  readonly address: EndpointAddress;
  /** The held connection has closed. */
  readonly onClose?: () => void;
}

export function createAdminClient(options: AdminClientOptions): AdminClient {
  const { address, onClose } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const open = (): Socket => {
    const socket = address.kind === "pipe" ? connect(address.path) : connect(address.port, address.host);
    socket.unref();
    if (onClose !== undefined) socket.once("close", onClose);
    return socket;
  };
  agent.createConnection = open;
  return {
    send(method, path, { timeoutMs, body }) {
      return new Promise((resolve, reject) => {
        const fail = (error: Error): void => {
          clearTimeout(timer);
          reject(new MeshError("UNAVAILABLE", `admin ${method} ${path}: ${error.message}`, { cause: error }));
        };
        const outgoing = request(
          {
            agent,
            method,
            path,
            host: "localhost",
            headers: body === undefined ? {} : { "content-type": "application/json" },
          },
          (incoming) => {
            readText(incoming).then((text) => {
              clearTimeout(timer);
              resolve({ status: incoming.statusCode ?? 0, text });
            }, fail);
          },
        );
        const timer = setTimeout(
          () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)),
          timeoutMs,
        );
        timer.unref();
        outgoing.on("error", fail);
        outgoing.end(body);
      });
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) throw new Error(`the answer is over ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

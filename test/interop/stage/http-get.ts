import { Agent, request } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Where a request goes: a port of this machine, or a connection that is there already. */
export type Destination = number | (() => Duplex);

export interface GetOptions {
  readonly method?: string;
  readonly path?: string | undefined;
  /** Names and values in turn: their order and number are part of what is asked. `host` among them. */
  readonly headers?: readonly string[];
  /** Default: gives up after five seconds. */
  readonly signal?: AbortSignal | undefined;
}

export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const PATIENCE_MS = 5_000;

/**
 * One request on a connection of its own, by a client that knows of no mesh. Rejects with what the socket reports.
 */
export function httpGet(to: Destination, options: GetOptions = {}): Promise<Got> {
  const { method = "GET", path = "/", headers = ["host", "localhost"] } = options;
  const { signal = AbortSignal.timeout(PATIENCE_MS) } = options;
  const agent = new Agent();
  if (typeof to !== "number") agent.createConnection = to as () => Socket;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...(typeof to === "number" ? { host: "127.0.0.1", port: to } : {}),
        agent,
        method,
        path,
        headers: [...headers, "connection", "close"],
        signal,
      },
      (incoming) => {
        let body = "";
        incoming.setEncoding("utf8").on("data", (chunk: string) => {
          body += chunk;
        });
        incoming.on("error", reject);
        incoming.on("end", () => {
          const fields = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
            values.map((value): [string, string] => [name, value]),
          );
          resolve({ status: incoming.statusCode ?? 0, headers: new Headers(fields), body });
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end();
  });
}

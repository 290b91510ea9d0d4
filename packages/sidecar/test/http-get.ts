import { Agent, type IncomingMessage, request } from "node:http";
import type { EndpointAddress } from "@dualmesh/dataplane";

export interface Got {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface GetOptions {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: a connection of its own. */
  readonly agent?: Agent;
}

/** One request to an address. Rejects with what the socket reports. */
export function httpGet(address: EndpointAddress, options: GetOptions = {}): Promise<Got> {
  const where =
    address.kind === "pipe" ? { socketPath: address.path } : { host: address.host, port: address.port };
  const { agent = new Agent(), path = "/", method = "GET", headers = {} } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...where, agent, path, method, headers }, (incoming) => {
      incoming.setEncoding("utf8");
      let body = "";
      incoming.on("data", (chunk: string) => {
        body += chunk;
      });
      incoming.on("error", reject);
      incoming.on("end", () =>
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

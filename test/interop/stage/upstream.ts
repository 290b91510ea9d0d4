import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** On answers of an upstream: who gave it. A proxy's own answers do not have it. */
export const UPSTREAM_HEADER = "x-upstream";

/** What an upstream tells of a request, in the body of its answer. */
export interface Seen {
  readonly upstream: string;
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

/** A server on loopback. */
export interface Upstream extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  /** Requests so far. */
  readonly requests: number;
}

/** A request whose path begins so is never answered. */
export const HELD = "/held";

/** A request whose path begins so is answered with the status that follows: `/status/503`. */
const STATUS = /^\/status\/(\d{3})/;

/**
 * Starts a server that answers what it was asked.
 *
 * @param delayMs how long it takes: with a steady load, so many milliseconds' worth of calls are always under way. Default 0.
 */
export async function startUpstream(name: string, delayMs = 0): Promise<Upstream> {
  let requests = 0;
  const answer: RequestListener = (incoming, outgoing) => {
    requests++;
    const { method = "", url: path = "", headersDistinct } = incoming;
    if (path.startsWith(HELD)) return;
    const seen: Seen = { upstream: name, method, path, headers: headersDistinct as Seen["headers"] };
    outgoing.statusCode = Number(STATUS.exec(path)?.[1] ?? 200);
    outgoing.setHeader(UPSTREAM_HEADER, name);
    if (delayMs === 0) outgoing.end(JSON.stringify(seen));
    else setTimeout(() => outgoing.end(JSON.stringify(seen)), delayMs);
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    name,
    port: (server.address() as AddressInfo).port,
    get requests() {
      return requests;
    },
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

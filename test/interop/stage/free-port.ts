import { createServer } from "node:net";

/**
 * Below what systems take for outgoing connections and for port 0 (from 32768 on Linux): a process that ends and returns
 * finds its port as it left it.
 */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 50;

/**
 * A port of 127.0.0.1 on which nobody listens, for what must be known before it is opened, or must be the same twice.
 *
 * @throws {Error} if 50 ports in a row are taken.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port among ${TRIES} from ${FIRST} to ${LAST}`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

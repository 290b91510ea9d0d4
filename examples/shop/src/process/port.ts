import { createServer, type Server } from "node:net";

/** A port that is ours until it is given to a process. */
export interface ReservedPort {
  readonly port: number;
  /** Frees it, right before the process that is to have it starts. */
  readonly release: () => Promise<void>;
}

/**
 * Below what systems take for outgoing connections and for port 0 (from 32768 on Linux, from 49152 elsewhere): so that a
 * control plane which is killed finds its port free when it returns.
 */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 50;

/**
 * Chooses a free port of 127.0.0.1 at random, and holds it: two demos at once must not choose the same.
 *
 * @throws {Error} if 50 ports in a row are taken.
 */
export async function reservePort(): Promise<ReservedPort> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    const server = await hold(port);
    if (server === undefined) continue;
    return { port, release: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
  }
  throw new Error(`no free port among ${TRIES} from ${FIRST} to ${LAST}`);
}

function hold(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server));
  });
}

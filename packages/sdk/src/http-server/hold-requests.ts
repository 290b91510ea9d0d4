import type { Server } from "node:http";

/**
 * Holds a server's requests until something is ready: what would stand before its handlers must not be left out because
 * the first request was quick.
 */
export function holdRequests(server: Server, ready: Promise<unknown>): void {
  const emit = server.emit as (event: string | symbol, ...args: unknown[]) => boolean;
  const held: unknown[][] = [];
  let isOver = false;
  const holding = function holding(this: Server, event: string | symbol, ...args: unknown[]): boolean {
    if (isOver || event !== "request") return emit.call(this, event, ...args);
    held.push(args);
    return true;
  } as Server["emit"];
  server.emit = holding;
  const release = (): void => {
    // The guard was put in place meanwhile: it has this function behind it, which lets everything through from now on.
    isOver = true;
    if (server.emit === holding) server.emit = emit as Server["emit"];
    for (const args of held.splice(0)) server.emit("request", ...(args as []));
  };
  ready.then(release, release);
}

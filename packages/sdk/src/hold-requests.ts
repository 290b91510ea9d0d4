import { type AppServer, isHttp2Server } from "./install-accept.ts";

/**
 * Holds a server's requests until something is ready: what would stand before its handlers must not be left out because
 * the first request was quick.
 */
export function holdRequests(server: AppServer, ready: Promise<unknown>): void {
  const emit = server.emit as (event: string | symbol, ...args: unknown[]) => boolean;
  const requestEvent = isHttp2Server(server) ? "stream" : "request";
  const held: unknown[][] = [];
  let isOver = false;
  const holding = function holding(this: AppServer, event: string | symbol, ...args: unknown[]): boolean {
    if (isOver || event !== requestEvent) return emit.call(this, event, ...args);
    held.push(args);
    return true;
  } as AppServer["emit"];
  server.emit = holding;
  const release = (): void => {
    // The guard was put in place meanwhile: it has this function behind it, which lets everything through from now on.
    isOver = true;
    if (server.emit === holding) server.emit = emit as AppServer["emit"];
    for (const args of held.splice(0)) server.emit(requestEvent, ...(args as []));
  };
  ready.then(release, release);
}

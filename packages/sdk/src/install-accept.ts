import { Server as HttpServer } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import { Server as NetServer } from "node:net";

/** A server of an application whose requests go through the inbound chain. */
export type AppServer = HttpServer | Http2Server | Http2SecureServer;

/** The classes of node:http2, which does not export them; loading it to look would cost every process 10 ms. */
const HTTP2_SERVERS: ReadonlySet<string> = new Set(["Http2Server", "Http2SecureServer"]);

/** Whether a server is one of node:http2: those of grpc-js are. */
export function isHttp2Server(server: NetServer): server is Http2Server | Http2SecureServer {
  return HTTP2_SERVERS.has(server.constructor.name);
}

/**
 * The way in for providers: sees each server of `node:http` and `node:http2` (grpc-js's among them) before it begins to
 * listen, once, whoever made it. The server keeps its own listening handle, so `cluster`, `address()` and `close()` work
 * as before.
 *
 * @returns Takes the patch back.
 */
export function installAccept(onListen: (server: AppServer) => void): Disposable {
  const original = NetServer.prototype.listen;
  const seen = new WeakSet<NetServer>();
  const listen = function listen(this: NetServer, ...args: unknown[]): NetServer {
    if ((this instanceof HttpServer || isHttp2Server(this)) && !seen.has(this)) {
      seen.add(this);
      onListen(this);
    }
    return (original as (...all: unknown[]) => NetServer).apply(this, args);
  };
  NetServer.prototype.listen = listen as typeof original;
  return {
    [Symbol.dispose]() {
      if (NetServer.prototype.listen === (listen as typeof original)) NetServer.prototype.listen = original;
    },
  };
}

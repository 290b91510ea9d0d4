import { Server as HttpServer } from "node:http";
import { Server as NetServer } from "node:net";

/**
 * The way in for providers: sees each `node:http` server of the application before it begins to listen, once, whoever
 * made it. The server keeps its own listening handle, so `cluster`, `address()` and `close()` work as before.
 *
 * @returns Takes the patch back.
 */
export function installAccept(onListen: (server: HttpServer) => void): Disposable {
  const original = NetServer.prototype.listen;
  const seen = new WeakSet<NetServer>();
  const listen = function listen(this: NetServer, ...args: unknown[]): NetServer {
    if (this instanceof HttpServer && !seen.has(this)) {
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

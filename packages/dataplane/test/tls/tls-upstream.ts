import { once } from "node:events";
import { createSecureServer } from "node:http2";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Readable, Writable } from "node:stream";
import type { TLSSocket, TlsOptions } from "node:tls";

/** An upstream that speaks by TLS, on a real port. */
export interface TlsUpstream extends AsyncDisposable {
  readonly port: number;
  /** What each client has said in its handshake. */
  readonly clients: readonly { readonly serverName: string | false; readonly alpn: string | false | null }[];
  /** Requests so far. */
  readonly requests: number;
}

interface Asked extends Readable {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly socket: Socket;
}

/**
 * Answers with the method, the path, and the name in the client's certificate; or with what it was sent. `h2`: by HTTP/2
 * alone.
 */
export async function startTlsUpstream(
  options: TlsOptions,
  protocol: "http1" | "h2" = "http1",
  answers: "who" | "echo" = "who",
): Promise<TlsUpstream> {
  const clients: { serverName: string | false; alpn: string | false | null }[] = [];
  let requests = 0;
  const answer = (incoming: Asked, outgoing: Writable): void => {
    requests++;
    if (answers === "echo") {
      incoming.pipe(outgoing);
      return;
    }
    const { method, url, socket } = incoming;
    const { subjectAltName = "" } = (socket as TLSSocket).getPeerX509Certificate() ?? {};
    outgoing.end(`${method} ${url} ${subjectAltName}`);
  };
  const server =
    protocol === "h2" ? createSecureServer({ ...options }, answer) : createServer({ ...options }, answer);
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.on("secureConnection", (socket: TLSSocket) => {
    clients.push({ serverName: socket.servername as string | false, alpn: socket.alpnProtocol });
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    clients,
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { request } from "node:https";
import { connect as connectPlain, type Socket } from "node:net";
import { type ConnectionOptions, connect } from "node:tls";
import type { EndpointAddress } from "@dualmesh/dataplane";
import { onTestFinished } from "vitest";

function place(address: EndpointAddress): { readonly host: string; readonly port: number } {
  if (address.kind !== "tcp") throw new Error("the listener is on no port");
  return { host: address.host, port: address.port };
}

/** The body of an answer over HTTP/1.1. Rejects with what the socket reports. */
export function getByTls(to: EndpointAddress, options: ConnectionOptions = {}, path = "/"): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { rejectUnauthorized: false, ...options, ...place(to), agent: false, path },
      (incoming) => {
        let body = "";
        incoming.setEncoding("utf8").on("data", (text: string) => {
          body += text;
        });
        incoming.on("end", () => resolve(body));
      },
    );
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** The same over HTTP/2, with the scheme `https` in any case. `http`: in clear text. */
export async function getByHttp2(
  to: EndpointAddress,
  options: ConnectionOptions = {},
  wire: "http" | "https" = "https",
): Promise<string> {
  const { host, port } = place(to);
  const session = connectHttp2(`${wire}://${host}:${port}`, { rejectUnauthorized: false, ...options });
  const stream = session.request({ ":path": "/", ":authority": "orders.test", ":scheme": "https" });
  stream.setEncoding("utf8");
  let body = "";
  for await (const text of stream) body += text;
  session.close();
  return body;
}

/** A finished handshake. Rejects when the listener ends it. */
export async function handshake(to: EndpointAddress, options: ConnectionOptions = {}) {
  const socket = connect({ rejectUnauthorized: false, ...options, ...place(to) });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  return socket;
}

/** Bytes and no TLS. */
export async function plainSocket(to: EndpointAddress): Promise<Socket> {
  const socket = connectPlain(place(to));
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** Settles with all that it still says when the other side is gone. */
export function lastWords(socket: Socket): Promise<string> {
  let words = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    words += text;
  });
  socket.on("error", () => {});
  return new Promise((resolve) => socket.once("close", () => resolve(words)));
}

import { connect, type OnReadOpts, type Socket } from "node:net";
import type { UpstreamTls } from "../tls/upstream-tls.ts";
import type { EndpointAddress } from "./endpoint-address.ts";

export interface OpenSocketOptions {
  readonly address: EndpointAddress;
  /** `undefined`: in clear text. */
  readonly tls: UpstreamTls | undefined;
  /** Reads into bytes of its owner's. */
  readonly onread?: OnReadOpts;
  /** It can be written to; by TLS, only to who it must be. */
  readonly ready: () => void;
}

/** Connects to an endpoint. What goes wrong is an error of the socket, which then closes. */
export function openSocket({ address, tls, onread, ready }: OpenSocketOptions): Socket {
  if (tls !== undefined) return tls.connect(address, onread, ready);
  const socket = connect({
    ...(address.kind === "pipe" ? { path: address.path } : { host: address.host, port: address.port }),
    ...(onread === undefined ? {} : { onread }),
    noDelay: true,
  });
  socket.once("connect", ready);
  return socket;
}

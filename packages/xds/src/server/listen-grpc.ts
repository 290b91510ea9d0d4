import { MeshError } from "@dualmesh/core";
import type { Server, ServerCredentials } from "@grpc/grpc-js";
import type { XdsGrpcService } from "./grpc-service.ts";

/** Where to listen. */
export type ListenOptions = ListenTcp | ListenUnix;

export interface ListenTcp {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Default: plaintext. */
  readonly tls?: ServerTls;
}

export interface ListenUnix {
  /** Absolute path of a Unix socket. A file that is in the way is an error: its owner may live. */
  readonly path: string;
}

export interface ServerTls {
  /** PEM. */
  readonly certificateChain: Uint8Array;
  readonly privateKey: Uint8Array;
  /** PEM. If given, clients must show a certificate that it signed. Default: none is asked for. */
  readonly clientCa?: Uint8Array;
}

export interface Listening {
  /** `127.0.0.1:15010`, or `unix:/run/x.sock`. */
  readonly address: string;
  /** Ends all streams at once and stops listening. */
  close(): Promise<void>;
}

/** Puts the service on a gRPC server of its own. */
export async function listenGrpc(
  service: XdsGrpcService,
  options: ListenOptions & { readonly maxRequestBytes: number },
): Promise<Listening> {
  const grpc = await import("@grpc/grpc-js");
  const grpcServer = new grpc.Server({
    "grpc.max_receive_message_length": options.maxRequestBytes,
    // Not "grpc.enable_channelz": 0: grpc-js 1.14 then keeps no list of its sessions, and forceShutdown ends none of them.
    // A client that vanished without a word is noticed.
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 10_000,
  });
  grpcServer.addService(service.definition, service.handlers);
  const tls = "path" in options ? undefined : options.tls;
  const wanted = "path" in options ? `unix:${options.path}` : hostPort(options.host, options.port);
  const port = await bind(grpcServer, wanted, createCredentials(grpc, tls));
  return {
    address: "path" in options ? wanted : hostPort(options.host, port),
    close: async () => grpcServer.forceShutdown(),
  };
}

function createCredentials(
  grpc: typeof import("@grpc/grpc-js"),
  tls: ServerTls | undefined,
): ServerCredentials {
  if (tls === undefined) return grpc.ServerCredentials.createInsecure();
  const { clientCa, privateKey, certificateChain } = tls;
  const pair = { private_key: Buffer.from(privateKey), cert_chain: Buffer.from(certificateChain) };
  return grpc.ServerCredentials.createSsl(
    clientCa === undefined ? null : Buffer.from(clientCa),
    [pair],
    clientCa !== undefined,
  );
}

function bind(server: Server, address: string, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => {
      if (error === null) resolve(port);
      else
        reject(
          new MeshError("UNAVAILABLE", `xds server: cannot listen on ${address}: ${error.message}`, {
            cause: error,
          }),
        );
    });
  });
}

/** IPv6 addresses stand in brackets. */
function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

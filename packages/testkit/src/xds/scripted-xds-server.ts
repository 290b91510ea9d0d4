import type { Server, ServerCredentials, ServerDuplexStream, ServiceDefinition } from "@grpc/grpc-js";
import { HandOver } from "../hand-over.ts";
import { type ScriptedXdsStream, scriptedXdsStream } from "./scripted-xds-stream.ts";

export interface ScriptedXdsServerOptions {
  /** 0 takes a free one; a number lets a server return where another one went away. Default 0. */
  readonly port?: number;
}

/** A management server that says what the test says, over real gRPC on loopback. */
export interface ScriptedXdsServer extends AsyncDisposable {
  readonly port: number;
  /** What a client dials: `127.0.0.1:43210`. */
  readonly target: string;
  /** All streams that were ever opened. */
  readonly streams: number;
  /** The next ADS stream, in the order of opening; waits for one. */
  nextStream(): Promise<ScriptedXdsStream>;
  /** Breaks all connections and gives the port back, as a crash would. */
  close(): Promise<void>;
}

/** Messages stay bytes, so that a test can send what no encoder would. */
const ADS = {
  StreamAggregatedResources: {
    path: "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources",
    requestStream: true,
    responseStream: true,
    requestSerialize: (bytes: Buffer) => bytes,
    requestDeserialize: (bytes: Buffer) => bytes,
    responseSerialize: (bytes: Buffer) => bytes,
    responseDeserialize: (bytes: Buffer) => bytes,
  },
} satisfies ServiceDefinition;

/**
 * Starts a server that speaks the state-of-the-world protocol of ADS.
 *
 * ```ts no-run: the client that dials server.target is the one under test
 * import { packAny } from "@dualmesh/envoy-api";
 * import { scriptedXdsServer } from "@dualmesh/testkit/xds";
 *
 * await using server = await scriptedXdsServer();
 * const stream = await server.nextStream();
 * const request = await stream.nextRequest();
 * const cluster = packAny("envoy.config.cluster.v3.Cluster", { name: "orders" });
 * stream.respond({ typeUrl: request.type_url, version: "1", resources: [cluster] });
 * console.log((await stream.nextRequest()).version_info === "1"); // the ACK
 * stream.end("UNAVAILABLE", "shutting down");
 * ```
 *
 * @throws {Error} when the port is taken.
 */
export async function scriptedXdsServer(options: ScriptedXdsServerOptions = {}): Promise<ScriptedXdsServer> {
  // Loaded here, since loading grpc-js opens handles, which no import may do.
  const grpc = await import("@grpc/grpc-js");
  const opened = new HandOver<ScriptedXdsStream>();
  let streams = 0;
  const server = new grpc.Server();
  server.addService(ADS, {
    StreamAggregatedResources(call: ServerDuplexStream<Buffer, Buffer>) {
      streams++;
      opened.give(scriptedXdsStream(call));
    },
  });
  const port = await bind(server, options.port ?? 0, grpc.ServerCredentials.createInsecure());

  const close = (): Promise<void> => {
    server.forceShutdown();
    opened.close(new Error("scripted xDS server: it is closed, no stream will come"));
    return Promise.resolve();
  };
  return {
    port,
    target: `127.0.0.1:${port}`,
    get streams() {
      return streams;
    },
    nextStream: () => opened.take(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function bind(server: Server, port: number, credentials: ServerCredentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}

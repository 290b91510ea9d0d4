import type * as grpc from "@grpc/grpc-js";
import { createMesh, type GrpcChannelOptions, type Mesh, type MeshOptions } from "../../src/index.ts";
import { bootstrapText, cluster, host, listener } from "../bootstrap.ts";
import { type EchoClient, echoClient } from "./echo-client.ts";

/** A cluster that speaks HTTP/2 by prior knowledge. */
export function http2Cluster(name: string, ...ports: readonly number[]): object {
  return { ...cluster(name, ...ports), http2_protocol_options: {} };
}

/** A bootstrap that sends the name `echo:50051` to ports on this machine. */
export function echoBootstrap(ports: readonly number[], route: object = {}): string {
  const all = host("echo", ["echo:50051"], { route: { cluster: "echo", timeout: "0s", ...route } });
  return bootstrapText({
    listeners: [listener("outbound", "OUTBOUND", [all])],
    clusters: [http2Cluster("echo", ...ports)],
  });
}

export interface GrpcMesh extends AsyncDisposable {
  readonly mesh: Mesh;
  client(options?: GrpcChannelOptions, credentials?: grpc.ChannelCredentials): EchoClient;
}

/** A direct mesh, and clients on channels of it. */
export async function openGrpcMesh(bootstrap: string, more: Partial<MeshOptions> = {}): Promise<GrpcMesh> {
  const mesh = await createMesh({ bootstrap: { text: bootstrap }, mode: "direct", ...more });
  const clients: EchoClient[] = [];
  return {
    mesh,
    client(options = {}, credentials) {
      const client = echoClient("echo:50051", {
        channelOverride: mesh.channel("echo:50051", credentials, options),
      });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      await mesh[Symbol.asyncDispose]();
    },
  };
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode, fromJson, packAny, TYPE_URL } from "@dualmesh/envoy-api";
import { createSnapshot, createXdsServer, type XdsServer } from "@dualmesh/xds/server";
import { bootstrapText, host, listener } from "./bootstrap.ts";

const ANSWER = { direct_response: { status: 200 } };

/** A listener of the bootstrap itself, and a control plane that names more. */
export function askingBootstrap(socket: string): string {
  return bootstrapText({
    listeners: [listener("inbound", "INBOUND", [host("all", ["application"], ANSWER)])],
    more: {
      dynamic_resources: {
        lds_config: { ads: {} },
        cds_config: { ads: {} },
        ads_config: {
          api_type: "GRPC",
          grpc_services: [{ google_grpc: { target_uri: `unix:${socket}`, stat_prefix: "ads" } }],
        },
      },
    },
  });
}

export interface ControlPlane {
  readonly socket: string;
  readonly server: XdsServer;
  /** Settles when somebody asks. */
  readonly connected: Promise<void>;
  /** Names a listener that sends the host `orders` somewhere. */
  nameOutbound(): void;
  /** Names one listener. */
  name(listener: object): void;
}

/** A control plane that has nothing to say yet. */
export async function openControlPlane(parts: AsyncDisposableStack): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), "sdk-"));
  parts.defer(() => rm(folder, { recursive: true }));
  const socket = join(folder, "ads.sock");
  const connected = Promise.withResolvers<void>();
  const server = createXdsServer({ group: () => "web", onConnect: () => connected.resolve() });
  const listening = await server.listen({ path: socket });
  parts.defer(() => listening.close());
  const name = (named: object): void => {
    const type = "envoy.config.listener.v3.Listener";
    const any = encode("google.protobuf.Any", packAny(type, fromJson(type, named as never)));
    server.setSnapshot("web", createSnapshot([{ typeUrl: TYPE_URL.LDS, name: "outbound", any }]));
  };
  return {
    socket,
    server,
    connected: connected.promise,
    nameOutbound: () => name(listener("outbound", "OUTBOUND", [host("all", ["orders"], ANSWER)])),
    name,
  };
}

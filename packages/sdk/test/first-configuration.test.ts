import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode, fromJson, packAny, TYPE_URL } from "@dualmesh/envoy-api";
import { createSnapshot, createXdsServer } from "@dualmesh/xds/server";
import { expect, test } from "vitest";
import { createMesh } from "../src/index.ts";

/** A listener of the bootstrap itself, and a control plane that names more. */
function bootstrap(socket: string): string {
  return JSON.stringify({
    node: { id: "web-1", cluster: "web" },
    static_resources: { listeners: [listener("inbound", "application")] },
    dynamic_resources: {
      lds_config: { ads: {} },
      cds_config: { ads: {} },
      ads_config: {
        api_type: "GRPC",
        grpc_services: [{ google_grpc: { target_uri: `unix:${socket}`, stat_prefix: "ads" } }],
      },
    },
  });
}

function listener(name: string, domain: string) {
  return {
    name,
    traffic_direction: name.toUpperCase(),
    address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
    filter_chains: [
      {
        filters: [
          {
            name: "http",
            typed_config: {
              "@type":
                "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
              stat_prefix: name,
              route_config: {
                virtual_hosts: [
                  {
                    name: "all",
                    domains: [domain],
                    routes: [{ match: { prefix: "/" }, direct_response: { status: 200 } }],
                  },
                ],
              },
              http_filters: [
                {
                  name: "router",
                  typed_config: {
                    "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
                  },
                },
              ],
            },
          },
        ],
      },
    ],
  };
}

/** A control plane that has nothing to say yet. */
async function openControlPlane(parts: AsyncDisposableStack) {
  const folder = await mkdtemp(join(tmpdir(), "sdk-"));
  parts.defer(() => rm(folder, { recursive: true }));
  const socket = join(folder, "ads.sock");
  const connected = Promise.withResolvers<void>();
  const server = createXdsServer({ group: () => "web", onConnect: () => connected.resolve() });
  const listening = await server.listen({ path: socket });
  parts.defer(() => listening.close());
  return {
    socket,
    connected: connected.promise,
    nameOutbound() {
      const name = "envoy.config.listener.v3.Listener";
      const any = encode(
        "google.protobuf.Any",
        packAny(name, fromJson(name, listener("outbound", "orders"))),
      );
      server.setSnapshot("web", createSnapshot([{ typeUrl: TYPE_URL.LDS, name: "outbound", any }]));
    },
  };
}

test("a mesh opens when the control plane has named its listeners, and not with those of the file alone", async () => {
  await using parts = new AsyncDisposableStack();
  const controlPlane = await openControlPlane(parts);
  let isOpen = false;
  const opening = createMesh({ bootstrap: { text: bootstrap(controlPlane.socket) }, mode: "direct" });
  void opening.then(() => {
    isOpen = true;
  });
  await controlPlane.connected;
  expect(isOpen).toBe(false);

  controlPlane.nameOutbound();
  await using mesh = await opening;
  expect(mesh.claims("orders")).toBe(true);
  expect([...mesh.dataPlane.listeners.keys()].sort()).toEqual(["inbound", "outbound"]);
});

test("a server whose requests are held is published before the configuration is complete", async () => {
  await using parts = new AsyncDisposableStack();
  const controlPlane = await openControlPlane(parts);
  const published = Promise.withResolvers<string>();
  const registry = await listen(parts, (incoming, outgoing) => {
    incoming.setEncoding("utf8").once("data", (text: string) => published.resolve(`${incoming.url} ${text}`));
    outgoing.end("{}");
  });
  const app = await listen(parts, () => {});
  const opening = createMesh({
    bootstrap: { text: bootstrap(controlPlane.socket) },
    mode: "direct",
    registry: { kind: "tcp", host: "127.0.0.1", port: portOf(registry) },
    heldServers: [app],
  });
  expect(await published.promise).toContain(
    `/workloads/web/web-1 {"addresses":[{"address":"127.0.0.1","port":${portOf(app)},`,
  );

  controlPlane.nameOutbound();
  await using _mesh = await opening;
});

async function listen(parts: AsyncDisposableStack, handle: RequestListener): Promise<Server> {
  const server = createServer(handle);
  parts.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

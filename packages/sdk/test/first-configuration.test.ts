import { mkdtemp, rm } from "node:fs/promises";
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

test("a mesh opens when the control plane has named its listeners, and not with those of the file alone", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sdk-"));
  await using parts = new AsyncDisposableStack();
  parts.defer(() => rm(folder, { recursive: true }));
  const connected = Promise.withResolvers<void>();
  const server = createXdsServer({ group: () => "web", onConnect: () => connected.resolve() });
  const listening = await server.listen({ path: join(folder, "ads.sock") });
  parts.defer(() => listening.close());

  let isOpen = false;
  const opening = createMesh({ bootstrap: { text: bootstrap(join(folder, "ads.sock")) }, mode: "direct" });
  void opening.then(() => {
    isOpen = true;
  });
  await connected.promise;
  expect(isOpen).toBe(false);

  const name = "envoy.config.listener.v3.Listener";
  const any = encode("google.protobuf.Any", packAny(name, fromJson(name, listener("outbound", "orders"))));
  server.setSnapshot("web", createSnapshot([{ typeUrl: TYPE_URL.LDS, name: "outbound", any }]));
  await using mesh = await opening;
  expect(mesh.claims("orders")).toBe(true);
  expect([...mesh.dataPlane.listeners.keys()].sort()).toEqual(["inbound", "outbound"]);
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "undici";
import { expect, test } from "vitest";
import { createMesh } from "../src/index.ts";

/** A bootstrap that sends `orders` to a port on this machine. */
function bootstrap(port: number): string {
  return `
node: { id: web-1, cluster: web }
static_resources:
  listeners:
  - name: outbound
    traffic_direction: OUTBOUND
    address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
    filter_chains:
    - filters:
      - name: http
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: outbound
          route_config:
            virtual_hosts:
            - name: orders
              domains: [orders]
              routes: [{ match: { prefix: / }, route: { cluster: orders } }]
          http_filters:
          - name: router
            typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
  clusters:
  - name: orders
    type: STATIC
    load_assignment:
      cluster_name: orders
      endpoints:
      - lb_endpoints:
        - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: ${port} } } }
`;
}

async function startServer(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((incoming, outgoing) => {
    let body = "";
    incoming.setEncoding("utf8");
    incoming.on("data", (text: string) => {
      body += text;
    });
    incoming.on("end", () =>
      outgoing.end(`${incoming.method} ${incoming.headers.host}${incoming.url} ${body}`),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

test("fetch reaches a host of the mesh, and hosts outside of it as ever", async () => {
  await using server = await startServer();
  await using mesh = await createMesh({ bootstrap: { text: bootstrap(server.port) }, mode: "direct" });
  const inside = await mesh.fetch("http://orders/today?x=1");
  expect(await inside.text()).toBe("GET orders/today?x=1 ");
  const outside = await mesh.fetch(`http://127.0.0.1:${server.port}/plain`);
  expect(await outside.text()).toBe(`GET 127.0.0.1:${server.port}/plain `);
});

test("bodies of every form go through the dispatcher", async () => {
  await using server = await startServer();
  await using mesh = await createMesh({ bootstrap: { text: bootstrap(server.port) }, mode: "direct" });
  const post = async (body: string | Buffer | Uint8Array): Promise<string> => {
    const answer = await request("http://orders/", { method: "POST", body, dispatcher: mesh.dispatcher });
    return answer.body.text();
  };
  expect(await post("text")).toBe("POST orders/ text");
  expect(await post(Buffer.from("bytes"))).toBe("POST orders/ bytes");
  const streamed = await mesh.fetch("http://orders/", {
    method: "POST",
    duplex: "half",
    body: new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("a "));
        controller.enqueue(new TextEncoder().encode("stream"));
        controller.close();
      },
    }),
  });
  expect(await streamed.text()).toBe("POST orders/ a stream");
});

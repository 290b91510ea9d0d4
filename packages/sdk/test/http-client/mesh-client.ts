import { Agent, createServer, type RequestListener, type RequestOptions, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { createMesh, type Mesh } from "../../src/index.ts";
import { bootstrapText, cluster, host, listener } from "../bootstrap.ts";

/** An upstream on a real port, a mesh in direct mode before it, and a node:http client whose connections stay inside. */
export interface MeshClient extends AsyncDisposable {
  readonly mesh: Mesh;
  readonly agent: Agent;
  /** Requests that reached the upstream so far. */
  readonly asked: number;
  ask(options?: RequestOptions): ReturnType<typeof request>;
}

export async function meshClient(answer: RequestListener): Promise<MeshClient> {
  let asked = 0;
  const server = createServer((incoming, outgoing) => {
    asked++;
    answer(incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const mesh = await createMesh({
    bootstrap: {
      text: bootstrapText({
        listeners: [
          listener("out", "OUTBOUND", [host("orders", ["orders"], { route: { cluster: "orders" } })]),
        ],
        clusters: [cluster("orders", port)],
      }),
    },
    mode: "direct",
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = (): Duplex => mesh.connect("http");
  return {
    mesh,
    agent,
    get asked() {
      return asked;
    },
    ask: (options = {}) => request({ host: "orders", agent, ...options }),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await mesh[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

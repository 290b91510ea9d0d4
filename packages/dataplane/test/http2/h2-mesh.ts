import { once } from "node:events";
import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2Server,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo } from "node:net";
import type { DataPlane } from "../../src/index.ts";
import { type Edge, startEdge } from "../http/edge.ts";
import { ordersHost, outboundListener, routeTo, staticCluster, staticPlane } from "../static-plane.ts";

type OnStream = (stream: ServerHttp2Stream, fields: Readonly<Record<string, unknown>>) => void;

/** An upstream of HTTP/2 on a real port. */
export interface H2Upstream extends AsyncDisposable {
  readonly port: number;
  readonly server: Http2Server;
  /** Connections that were opened so far. */
  readonly sessions: number;
}

export async function startH2Upstream(onStream: OnStream, settings: object = {}): Promise<H2Upstream> {
  const server = createServer({ settings });
  let sessions = 0;
  const open = new Set<{ destroy(): void }>();
  server.on("session", (session) => {
    sessions++;
    open.add(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream, fields) => {
    stream.on("error", () => {});
    onStream(stream, fields);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    server,
    port: (server.address() as AddressInfo).port,
    get sessions() {
      return sessions;
    },
    async [Symbol.asyncDispose]() {
      for (const session of open) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What makes a cluster one of HTTP/2, with these options. */
export const http2 = (options: object): object => ({
  http: {
    "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
    explicit_http_config: { http2_protocol_options: options },
  },
});

/** A mesh whose edge takes both protocols, before an upstream that speaks one of them. */
export interface H2Mesh extends AsyncDisposable {
  readonly plane: DataPlane;
  readonly edge: Edge;
  readonly client: ClientHttp2Session;
}

export async function h2Mesh(
  ports: readonly number[],
  options: { readonly upstream?: "http1" | "http2"; readonly route?: object; readonly cluster?: object } = {},
): Promise<H2Mesh> {
  const { upstream = "http2", route = {}, cluster = {} } = options;
  const plane = await staticPlane({
    listeners: [outboundListener([ordersHost([routeTo("a", route)])])],
    clusters: [
      {
        ...staticCluster("a", ports),
        ...(upstream === "http2" ? { typed_extension_protocol_options: http2({}) } : {}),
        ...cluster,
      },
    ],
  });
  const service = plane.listeners.get("outbound")?.service(0);
  if (service === undefined) throw new Error("no listener");
  const edge = await startEdge(service, { protocol: "auto" });
  // What a test writes at once must fit.
  const client = connect(`http://127.0.0.1:${edge.port}`, { maxSessionMemory: 64 });
  client.on("error", () => {});
  return {
    plane,
    edge,
    client,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await edge[Symbol.asyncDispose]();
      await plane[Symbol.asyncDispose]();
    },
  };
}

import { createMesh } from "@dualmesh/sdk";
import { staticBootstrap } from "../stage/bootstrap.ts";
import { freePort } from "../stage/free-port.ts";
import { type Json, listener, overHttp2, routeConfiguration, staticCluster } from "../stage/resources.ts";
import {
  type SidecarProcess,
  type SidecarProcessOptions,
  startDualmeshSidecar,
  startEnvoy,
} from "../stage/sidecar-process.ts";
import { temporaryFolder } from "../stage/temporary-folder.ts";
import type { OpenChannel } from "./interop-client.ts";

/** How calls go to a server at a port of loopback. */
export interface Path {
  readonly name: string;
  open(serverPort: number): Promise<OpenPath>;
}

export interface OpenPath extends AsyncDisposable {
  /** What a client is given for the server. */
  readonly target: string;
  readonly openChannel: OpenChannel;
}

/** The channel of grpc-js itself. */
const ownChannel: OpenChannel = () => undefined;

/** Whether cases are right is seen here. */
export const DIRECT: Path = {
  name: "direct",
  open: async (port) => ({
    target: `127.0.0.1:${port}`,
    openChannel: ownChannel,
    [Symbol.asyncDispose]: async () => {},
  }),
};

type Direction = "INBOUND" | "OUTBOUND";

/** A listener of our sidecar, as a proxy of HTTP/2. */
export function throughSidecar(direction: Direction): Path {
  const start = (options: SidecarProcessOptions) => startDualmeshSidecar(options, "--no-control-socket");
  return throughProxy("our sidecar", direction, start);
}

/** The same listener of Envoy. */
export function throughEnvoy(binary: string, direction: Direction): Path {
  return throughProxy("Envoy", direction, (options) => startEnvoy(binary, options));
}

function throughProxy(
  name: string,
  direction: Direction,
  start: (options: SidecarProcessOptions) => Promise<SidecarProcess>,
): Path {
  return {
    name,
    async open(serverPort) {
      await using parts = new AsyncDisposableStack();
      const folder = parts.use(await temporaryFolder());
      const adminPort = await freePort();
      const bootstrap = await folder.write("proxy.json", configuration(adminPort, direction, serverPort));
      const proxy = parts.use(await start({ bootstrap, adminPort }));
      const target = `127.0.0.1:${await proxy.admin.portOf("calls")}`;
      const owned = parts.move();
      return { target, openChannel: ownChannel, [Symbol.asyncDispose]: () => owned.disposeAsync() };
    },
  };
}

/** A channel of the SDK, as an application's clients are given one: the chain runs in this process. */
export const MESH_CHANNEL: Path = throughMesh("a channel of the SDK");

/** The same channel, whose calls go through a sidecar with the same bootstrap. */
export function throughMeshAndSidecar(envoy?: string): Path {
  if (envoy !== undefined)
    return throughMesh("a channel of the SDK and Envoy", (options) => startEnvoy(envoy, options));
  return throughMesh("a channel of the SDK and our sidecar", (options) =>
    startDualmeshSidecar(options, "--no-control-socket"),
  );
}

function throughMesh(
  name: string,
  start?: (options: SidecarProcessOptions) => Promise<SidecarProcess>,
): Path {
  return {
    name,
    async open(serverPort) {
      await using parts = new AsyncDisposableStack();
      const folder = parts.use(await temporaryFolder());
      const adminPort = await freePort();
      const bootstrap = await folder.write("mesh.json", configuration(adminPort, "OUTBOUND", serverPort));
      if (start !== undefined) parts.use(await start({ bootstrap, adminPort }));
      const mesh = parts.use(
        await createMesh({
          bootstrap,
          mode: start === undefined ? "direct" : "sidecar",
          sidecar: { kind: "tcp", host: "127.0.0.1", port: adminPort },
        }),
      );
      const owned = parts.move();
      return {
        target: "server.test:50051",
        openChannel: (target, options) => mesh.channel(target, undefined, options),
        [Symbol.asyncDispose]: () => owned.disposeAsync(),
      };
    },
  };
}

/** All calls to one server, for as long as they take. */
function configuration(adminPort: number, direction: Direction, serverPort: number): Json {
  const routes = [{ match: { prefix: "/" }, route: { cluster: "server", timeout: "0s" } }];
  return staticBootstrap({
    nodeId: "caller-1",
    adminPort,
    listeners: [listener("calls", direction, { route_config: routeConfiguration("calls", ["*"], routes) })],
    clusters: [overHttp2(staticCluster("server", serverPort))],
  });
}

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createDashboard, type Dashboard } from "@dualmesh/dashboard";
import { createMesh, type Mesh } from "@dualmesh/sdk";
import { adsBootstrap } from "./bootstrap.ts";
import { type FolderPlane, openFolderPlane } from "./folder-plane.ts";
import { freePort } from "./free-port.ts";
import {
  edsCluster,
  type Json,
  listener,
  type Resources,
  routeConfiguration,
  routesByAds,
  routeTo,
  staticCluster,
} from "./resources.ts";
import { type SidecarProcess, startDualmeshSidecar, startEnvoy } from "./sidecar-process.ts";

/** A mesh of two services that call each other, our control plane, and a dashboard before them. */
export interface WatchedMesh extends AsyncDisposable {
  readonly dashboard: Dashboard;
  readonly web: Mesh;
  readonly controlPlane: FolderPlane;
  /** Serves other routes. */
  serveRoutes(routes: Json): Promise<void>;
  /** Puts a sidecar beside `web`: ours, which reports, or an Envoy, which does not. */
  startSidecar(envoy?: string): Promise<SidecarProcess>;
}

/** Where everything goes that is called by name. */
export const ROUTES: Json = {
  name: "outbound",
  virtual_hosts: ["orders", "web"].map((name) => ({ name, domains: [name], routes: [routeTo(name)] })),
};

/** The same with a pattern that does not close: only who compiles it finds out. */
export const BROKEN_ROUTES: Json = {
  ...ROUTES,
  virtual_hosts: [
    {
      name: "orders",
      domains: ["orders"],
      routes: [{ match: { safe_regex: { regex: "/order(" } }, route: { cluster: "orders" } }],
    },
  ],
};

const served = (routes: Json): Resources => ({
  listeners: [listener("outbound", "OUTBOUND", routesByAds("outbound"))],
  routes: [routes],
  clusters: [edsCluster("orders"), edsCluster("web")],
});

/** Between two calls of a service. Milliseconds. */
const CALL_EVERY_MS = 25;

export async function openWatchedMesh(): Promise<WatchedMesh> {
  await using parts = new AsyncDisposableStack();
  const controlPlane = parts.use(await openFolderPlane(served(ROUTES)));
  const adminAddress = controlPlane.plane.adminAddress as string;
  const [, registryPort] = adminAddress.split(":").map(Number) as [number, number];
  const registry = { kind: "tcp", host: "127.0.0.1", port: registryPort } as const;
  const open = async (name: string, other: string) => {
    const server = await startApp();
    parts.defer(() => closeApp(server));
    const adminPort = await freePort();
    const inbound = { route_config: routeConfiguration("inbound", ["*"], [routeTo("application")]) };
    const bootstrap = await controlPlane.write(
      `${name}.json`,
      adsBootstrap(controlPlane.port, {
        nodeId: `${name}-1`,
        cluster: name,
        adminPort,
        listeners: [listener("inbound", "INBOUND", inbound)],
        clusters: [staticCluster("application", (server.address() as AddressInfo).port)],
      }),
    );
    const mesh = parts.use(await createMesh({ bootstrap, registry, heldServers: [server] }));
    mesh.serve(server);
    parts.use(callAgainAndAgain(mesh, `http://${other}/${name}?token=s3cret`));
    return { mesh, bootstrap, adminPort };
  };
  const [web] = await Promise.all([open("web", "orders"), open("orders", "web")]);
  const startSidecar = async (envoy?: string): Promise<SidecarProcess> =>
    owned.use(
      envoy === undefined
        ? await startDualmeshSidecar(web, "--no-control-socket", "--report-to", adminAddress)
        : await startEnvoy(envoy, web),
    );
  let sidecar: SidecarProcess | undefined;
  const dashboard = parts.use(
    await createDashboard({
      controlPlane: adminAddress,
      actions: [
        {
          name: "start-sidecar",
          label: "start it",
          group: "Sidecar of web",
          async run() {
            sidecar = await startSidecar();
            return "web has a sidecar";
          },
        },
        {
          name: "end-sidecar",
          label: "end it",
          group: "Sidecar of web",
          async run() {
            await sidecar?.end();
            return "the sidecar of web has ended";
          },
        },
      ],
    }),
  );
  const owned = parts.move();
  return {
    dashboard,
    web: web.mesh,
    controlPlane,
    serveRoutes: (routes) => controlPlane.serve(served(routes)),
    startSidecar,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startApp(): Promise<Server> {
  const server = createServer((_, response) => response.end("ok"));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function closeApp(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Until it is disposed of. A call that fails is a row of the table, and no failure of the stage. */
function callAgainAndAgain(mesh: Mesh, url: string): Disposable {
  const timer = setInterval(() => {
    mesh
      .fetch(url)
      .then((answer) => answer.text())
      .catch(() => {});
  }, CALL_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

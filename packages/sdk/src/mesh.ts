import type { Duplex } from "node:stream";
import {
  type Call,
  createTimerWheel,
  Disposals,
  noMetrics,
  type Request,
  type Response,
  type Service,
  systemClock,
  systemRandom,
} from "@dualmesh/core";
import {
  createDataPlane,
  createExtensionRegistry,
  createHttp1Transport,
  createHttp2Transport,
  createHttpServer,
  createNodeReporter,
  type DataPlane,
  dataPlaneTypes,
  type Listener,
  MUST_ENCRYPT,
  stateExecution,
} from "@dualmesh/dataplane";
import { Agent, type Dispatcher, fetch } from "undici";
import { loadBootstrap } from "./bootstrap.ts";
import { controlPlaneTrouble, tellTrouble } from "./control-plane-trouble.ts";
import { MeshDispatcher } from "./fetch/mesh-dispatcher.ts";
import { openFollowingSource } from "./following-source.ts";
import type { GrpcChannel, GrpcChannelCredentials } from "./grpc/channel-contract.ts";
import type { GrpcChannelOptions } from "./grpc/channel-options.ts";
import { claimsTarget, createMeshChannel } from "./grpc/create-channel.ts";
import { memoryConnection } from "./http-client/memory-connection.ts";
import type { AppServer } from "./install-accept.ts";
import type { MeshOptions } from "./mesh-options.ts";
import { parseMode, parseOnSidecarLoss } from "./mode/mode.ts";
import { type MeshMode, ModeController } from "./mode/mode-controller.ts";
import { reportedMode } from "./mode/reported-mode.ts";
import { createProcessHold } from "./process-hold.ts";
import { Provider } from "./provider.ts";
import { unclaimed, withoutTls } from "./unclaimed.ts";
import { whenReady } from "./when-ready.ts";

/** How a call is made: by `https`, the application wants it encrypted. */
type Scheme = "http" | "https";

/** The data plane inside this process, and the switch between it and a sidecar. */
export interface Mesh extends AsyncDisposable {
  /** `fetch` through the mesh. Hosts outside of it are reached as ever. */
  readonly fetch: typeof fetch;
  /** The same for undici's own functions: `request(url, { dispatcher: mesh.dispatcher })`. */
  readonly dispatcher: Dispatcher;
  /** The same for those who build on services. */
  readonly service: Service<Request, Response>;
  /** The mode, and where calls go at this moment. */
  readonly mode: MeshMode;
  readonly dataPlane: DataPlane;
  /**
   * Whether calls to a host (with its port, unless it is the scheme's own) go through the mesh. Those by `https`, which is
   * not the default, only in direct mode, and where every cluster of its routes does TLS with verified names; all others go
   * past it, encrypted by the application, or are refused where `outbound` is `registry_only`.
   */
  claims(authority: string, scheme?: Scheme): boolean;
  /** A connection into this process that speaks HTTP/1.1 to the mesh. */
  connect(scheme: Scheme): Duplex;
  /**
   * A channel for a client of `@grpc/grpc-js`, whose calls go through the mesh:
   * `new OrdersClient("orders:50051", credentials, { channelOverride: mesh.channel("orders:50051", credentials) })`.
   *
   * The target is a name that a route claims, with its port, or `xds:///` and the name of a listener. Calls to what nobody
   * claims end with `UNAVAILABLE`. Of credentials, those of calls are used.
   *
   * @param options grpc-js's: `grpc.max_receive_message_length`, `grpc.default_compression_algorithm`,
   * `grpc.default_authority`, `grpc.keepalive_time_ms` … Those of connections, balancing and retries are the clusters'.
   * @throws {MeshError} `INVALID_ARGUMENT` for a target of another scheme, such as `unix:`.
   */
  channel(target: string, credentials?: GrpcChannelCredentials, options?: GrpcChannelOptions): GrpcChannel;
  /**
   * Whether a channel for that target would find somebody: its name is claimed, or is a listener's. With credentials of
   * TLS the rule of {@link claims} for `https` holds.
   */
  claimsTarget(target: string, credentials?: GrpcChannelCredentials, options?: GrpcChannelOptions): boolean;
  /** Puts the inbound chain before a server's handlers, and publishes its port. For servers that listen already. */
  serve(server: AppServer): void;
}

/**
 * Opens a mesh and waits until its configuration is complete. Where that fails, nothing stays open.
 *
 * ```ts
 * import { once } from "node:events";
 * import { createServer } from "node:http";
 * import type { AddressInfo } from "node:net";
 * import { createMesh, simpleBootstrap } from "@dualmesh/sdk";
 *
 * const server = createServer((_, response) => response.end("12 orders")).listen(0, "127.0.0.1");
 * await once(server, "listening");
 * const { port } = server.address() as AddressInfo;
 * await using mesh = await createMesh({
 *   bootstrap: simpleBootstrap({ services: { orders: [`127.0.0.1:${port}`] } }),
 *   mode: "direct",
 * });
 * console.log(await (await mesh.fetch("http://orders/today")).text()); // => 12 orders
 * server.close();
 * ```
 *
 * @throws {MeshError} `INVALID_ARGUMENT` for a bad bootstrap or mode, `UNAVAILABLE` when no configuration came in time.
 */
export async function createMesh(options: MeshOptions): Promise<Mesh> {
  const parts = new Disposals();
  try {
    return await openMesh(options, parts);
  } catch (error) {
    await parts[Symbol.asyncDispose]();
    throw error;
  }
}

/** What it opens it gives to `parts`, in the order in which it is to be closed, the last first. */
async function openMesh(options: MeshOptions, parts: Disposals): Promise<Mesh> {
  const { clock = systemClock, random = systemRandom, metrics = noMetrics, log = () => {} } = options;
  const mode = parseMode(options.mode, "mesh: mode");
  const onLoss = parseOnSidecarLoss(options.onSidecarLoss, mode, "mesh: onSidecarLoss");
  const bootstrap = await loadBootstrap(options.bootstrap);
  const registry = createExtensionRegistry();
  for (const extension of options.extensions ?? []) extension(registry);
  const types = dataPlaneTypes(registry);
  const transports = { http1: createHttp1Transport(), http2: createHttp2Transport() };
  for (const transport of Object.values(transports))
    parts.use({ [Symbol.asyncDispose]: () => transport.close() });
  const nodeSource = parts.use(openFollowingSource({ bootstrap, types, clock, random, metrics }));
  const { node, staticClusters, runtime, admin } = nodeSource.config;
  const dataPlane = parts.use(
    createDataPlane({
      source: nodeSource.source,
      types,
      clusters: staticClusters,
      runtime,
      clock,
      random,
      metrics,
    }),
  );

  const outbound = (authority: string, scheme: Scheme = "http"): Listener | undefined => {
    for (const listener of dataPlane.listeners.values()) {
      if (listener.plan.direction !== "inbound" && listener.claims(authority, scheme)) return listener;
    }
    return undefined;
  };
  const direct = (request: Request, call: Call): Promise<Response> => {
    const listener = outbound(request.head.authority, call.get(MUST_ENCRYPT) ? "https" : "http");
    if (listener === undefined) return Promise.resolve(unclaimed(request.head.authority));
    return listener.service(0)(request, call);
  };
  const service: Service<Request, Response> = (request, call) => {
    const { authority } = request.head;
    if (options.outbound === "registry_only" && outbound(authority) === undefined) {
      return Promise.resolve(unclaimed(authority));
    }
    if (request.head.scheme !== "https") return modes.service(request, call);
    const why = whyUnencrypted(authority);
    if (why !== undefined) return Promise.resolve(withoutTls(authority, why));
    call.set(MUST_ENCRYPT, true);
    return modes.serveDirect(request, call);
  };
  /** The way to a sidecar is in clear text, and what it does with a call this process cannot know. */
  const whyUnencrypted = (authority: string): string | undefined => {
    if (!modes.isDirect) return "calls go to a sidecar, and the way there is in clear text";
    if (outbound(authority, "https") !== undefined) return undefined;
    return "the clusters of its routes do not all do TLS with verified names";
  };
  const onAnswer = ({ head }: Response): void => stateExecution(head);
  const servers = {
    http: parts.use(createHttpServer(service, { clock, scheme: "http", onAnswer })),
    https: parts.use(createHttpServer(service, { clock, scheme: "https", onAnswer })),
  };
  const nodeId = options.workerId === undefined ? node.id : `${node.id}-w${options.workerId}`;
  const reporter = parts.use(
    createNodeReporter({
      address: options.registry,
      cluster: node.cluster,
      nodeId,
      kind: "sdk",
      dataPlane,
      state: () => ({ mode: reportedMode(modes), inbound: provider.takeInbound() }),
      clock,
    }),
  );
  const modes: ModeController = parts.use(
    new ModeController({
      mode,
      onLoss,
      nodeId: node.id,
      sidecar: options.sidecar,
      runtimeFolder: options.runtimeFolder,
      admin,
      dataPlane,
      direct,
      transports,
      clock,
      random,
      log,
      reporter,
      onSidecar: (presence) => nodeSource.follow(presence.kind === "present" ? presence.info.ads : undefined),
    }),
  );
  const provider: Provider = parts.use(
    new Provider({
      dataPlane,
      modes,
      cluster: node.cluster,
      nodeId,
      registry: options.registry,
      reporter,
      clock,
      log,
    }),
  );
  for (const server of options.heldServers ?? []) provider.publish(server);
  // Nothing that is waited for here would keep the process alive by itself.
  using hold = createProcessHold();
  hold.enter();
  const { client } = nodeSource;
  using _trouble = client === undefined ? undefined : tellTrouble(client, clock, log);
  const why = (): string => (client && controlPlaneTrouble(client)) ?? "";
  await Promise.all([modes.firstLook, whenReady(dataPlane, options, clock, why)]);

  const claims = (authority: string, scheme: Scheme = "http"): boolean =>
    // What the mesh would not encrypt as the application wants it goes past the mesh, encrypted by the application.
    options.outbound === "registry_only" ||
    (scheme === "https" ? whyUnencrypted(authority) === undefined : outbound(authority) !== undefined);
  const passthrough = options.passthrough ?? new Agent();
  const dispatcher = new MeshDispatcher({ service, claims, passthrough, clock });
  const channels = {
    dataPlane,
    modes,
    outbound,
    service,
    clock,
    random,
    wheel: createTimerWheel({ clock }),
  };
  return {
    dispatcher,
    dataPlane,
    claims,
    mode: modes,
    service,
    fetch: (input, init) => fetch(input, { ...init, dispatcher }),
    connect(scheme) {
      const { client, inside } = memoryConnection();
      if (scheme === "https") Object.assign(client, { encrypted: true, authorized: true });
      servers[scheme].accept(inside);
      return client;
    },
    channel: (target, credentials, options = {}) => createMeshChannel(channels, target, credentials, options),
    claimsTarget: (target, credentials, options = {}) =>
      claimsTarget({ dataPlane, claims }, target, credentials, options),
    serve: (server) => provider.serve(server),
    [Symbol.asyncDispose]: () => parts[Symbol.asyncDispose](),
  };
}

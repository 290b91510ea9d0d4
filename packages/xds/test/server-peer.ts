import { setImmediate } from "node:timers/promises";
import { decode, encode, type Message, packAny, TYPE_URL } from "@dualmesh/envoy-api";
import { manualClock } from "@dualmesh/testkit";
import {
  createSnapshot,
  createXdsServer,
  type SnapshotResource,
  type XdsServer,
} from "../src/server/index.ts";
import type { XdsNode } from "../src/xds-node.ts";

type Response = Message<"envoy.service.discovery.v3.DiscoveryResponse">;

export interface Ask {
  readonly names?: readonly string[];
  readonly nonce?: string;
  readonly version?: string;
  readonly error?: string;
  readonly node?: XdsNode;
}

/** A client of the server engine, spoken by hand: what it sends and gets stands in the test. */
export interface ServerPeer {
  /** Everything received and not yet taken. */
  readonly inbox: Response[];
  readonly ended: { code: string; message: string } | undefined;
  /** By type: of the newest response taken. */
  readonly nonces: ReadonlyMap<string, string>;
  ask(typeUrl: string, request?: Ask): Promise<void>;
  /** Takes the next response, which must be there, and of this type. */
  take(typeUrl: string): Promise<Response>;
  ack(response: Response, names?: readonly string[]): Promise<void>;
  nack(response: Response, message: string, names?: readonly string[]): Promise<void>;
  raw(bytes: Uint8Array): void;
  /** From now on sends are answered with "no more for now". */
  block(): void;
  drain(): Promise<void>;
  close(): void;
}

/** Lets microtasks and immediates run: what the server does by itself is done then. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await setImmediate();
}

/** A server with one group, whose clock stands still. */
export function serverWith(...resources: SnapshotResource[]): XdsServer {
  const server = createXdsServer({ group: () => "g", clock: manualClock() });
  server.setSnapshot("g", createSnapshot(resources));
  return server;
}

export function connect(server: XdsServer, node: XdsNode = { id: "n" }): ServerPeer {
  const inbox: Response[] = [];
  const nonces = new Map<string, string>();
  let ended: { code: string; message: string } | undefined;
  let writable = true;
  let first = true;
  const lastNames = new Map<string, readonly string[]>();
  const handlers = server.serve({
    peer: "test",
    send(bytes) {
      inbox.push(decode("envoy.service.discovery.v3.DiscoveryResponse", bytes));
      return writable;
    },
    end(status) {
      ended = status;
    },
  });
  const peer: ServerPeer = {
    inbox,
    nonces,
    get ended() {
      return ended;
    },
    async ask(typeUrl, request = {}) {
      const names = request.names ?? lastNames.get(typeUrl) ?? [];
      lastNames.set(typeUrl, names);
      handlers.onRequest(
        encode("envoy.service.discovery.v3.DiscoveryRequest", {
          type_url: typeUrl,
          resource_names: names,
          response_nonce: request.nonce ?? "",
          version_info: request.version ?? "",
          node: request.node ?? (first ? node : undefined),
          error_detail: request.error === undefined ? undefined : { code: 3, message: request.error },
        }),
      );
      first = false;
      await settle();
    },
    async take(typeUrl) {
      await settle();
      const response = inbox.shift();
      if (response === undefined) throw new Error(`no response came, expected one of ${typeUrl}`);
      if (response.type_url !== typeUrl) throw new Error(`got ${response.type_url}, expected ${typeUrl}`);
      nonces.set(typeUrl, response.nonce);
      return response;
    },
    ack: (response, names) =>
      peer.ask(response.type_url, {
        nonce: response.nonce,
        version: response.version_info,
        ...(names === undefined ? {} : { names }),
      }),
    nack: (response, message, names) =>
      peer.ask(response.type_url, {
        nonce: response.nonce,
        error: message,
        ...(names === undefined ? {} : { names }),
      }),
    raw: (bytes) => handlers.onRequest(bytes),
    block() {
      writable = false;
    },
    async drain() {
      writable = true;
      handlers.onDrain();
      await settle();
    },
    close: () => handlers.onEnd(),
  };
  return peer;
}

/** The names in a response, sorted. */
export function namesIn(response: Response): string[] {
  return response.resources.map((any) => nameIn(response.type_url, any.value)).sort();
}

function nameIn(typeUrl: string, value: Uint8Array): string {
  switch (typeUrl) {
    case TYPE_URL.CDS:
      return decode("envoy.config.cluster.v3.Cluster", value).name;
    case TYPE_URL.EDS:
      return decode("envoy.config.endpoint.v3.ClusterLoadAssignment", value).cluster_name;
    case TYPE_URL.LDS:
      return decode("envoy.config.listener.v3.Listener", value).name;
    case TYPE_URL.RDS:
      return decode("envoy.config.route.v3.RouteConfiguration", value).name;
    default:
      return decode("envoy.service.runtime.v3.Runtime", value).name;
  }
}

function wrap(name: string, typeUrl: string, any: Message<"google.protobuf.Any">): SnapshotResource {
  return { typeUrl, name, any: encode("google.protobuf.Any", any) };
}

/** `revision` makes the bytes differ. */
export function cluster(name: string, revision = 1): SnapshotResource {
  const type = name.startsWith("static") ? "STATIC" : "EDS";
  const init = { name, type, connect_timeout: { seconds: revision } } as const;
  return wrap(name, TYPE_URL.CDS, packAny("envoy.config.cluster.v3.Cluster", init));
}

export function endpoints(name: string, revision = 1): SnapshotResource {
  const init = { cluster_name: name, policy: { overprovisioning_factor: 100 + revision } };
  return wrap(name, TYPE_URL.EDS, packAny("envoy.config.endpoint.v3.ClusterLoadAssignment", init));
}

/** A text instead of a revision is for the sample types, which read it. */
export function listener(name: string, revision: number | string = 1): SnapshotResource {
  const init = { name, stat_prefix: typeof revision === "string" ? revision : `r${revision}` };
  return wrap(name, TYPE_URL.LDS, packAny("envoy.config.listener.v3.Listener", init));
}

/** A route configuration that sends everything to one cluster. */
export function route(name: string, to: string): SnapshotResource {
  const init = {
    name,
    virtual_hosts: [
      { name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, route: { cluster: to } }] },
    ],
  };
  return wrap(name, TYPE_URL.RDS, packAny("envoy.config.route.v3.RouteConfiguration", init));
}

export function runtime(name: string, revision = 1): SnapshotResource {
  return wrap(
    name,
    TYPE_URL.RTDS,
    packAny("envoy.service.runtime.v3.Runtime", { name, layer: { revision } }),
  );
}

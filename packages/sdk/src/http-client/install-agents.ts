import http from "node:http";
import https from "node:https";
import type { Duplex } from "node:stream";
import type { Gate } from "../gate.ts";

/** What the way in of `node:http` needs of a mesh. */
export interface AgentMesh {
  /** Whether calls to a host (with its port, unless it is the scheme's own) go through the mesh. */
  claims(authority: string, scheme: "http" | "https"): boolean;
  /** A connection into this process, where routes and retries apply to each request on it. */
  connect(scheme: "http" | "https"): Duplex;
}

type CreateConnection = typeof http.Agent.prototype.createConnection;
type OnCreate = (error: Error | null, stream: Duplex) => void;

interface Target {
  readonly host?: string;
  readonly port?: number | string;
  readonly socketPath?: string;
}

/**
 * The way in for `node:http` and `node:https` and all that stands on them (axios, got, cloud SDKs): connections to hosts
 * of the mesh stay in this process. Patched on the prototypes, so that agents which the application makes are reached
 * as well. Until the mesh is open nobody knows which hosts are its own, so the first connections wait for that.
 *
 * @returns Takes the patches back.
 */
export function installAgents(gate: Gate<AgentMesh>): Disposable {
  const restore = [patch(http.Agent.prototype, "http", gate), patch(https.Agent.prototype, "https", gate)];
  return {
    [Symbol.dispose]() {
      for (const undo of restore) undo();
    },
  };
}

function patch(prototype: http.Agent, scheme: "http" | "https", gate: Gate<AgentMesh>): () => void {
  const original = prototype.createConnection;
  const connect = (agent: http.Agent, target: Target, mesh: AgentMesh): Duplex => {
    if (mesh.claims(authorityOf(target, scheme), scheme)) return mesh.connect(scheme);
    return original.call(agent, target as http.ClientRequestArgs) as Duplex;
  };
  const patched = function createConnection(
    this: http.Agent,
    target: Target,
    onCreate?: OnCreate,
  ): Duplex | undefined {
    // A path to a Unix socket names its peer itself.
    if (target.socketPath || !target.host) {
      return original.call(this, target as http.ClientRequestArgs, onCreate as never) as Duplex;
    }
    const mesh = gate.now;
    if (mesh !== undefined) return connect(this, target, mesh);
    if (onCreate === undefined) return original.call(this, target as http.ClientRequestArgs) as Duplex;
    gate.open().then(
      (opened) => onCreate(null, connect(this, target, opened)),
      (error: Error) => onCreate(error, undefined as unknown as Duplex),
    );
    return undefined;
  };
  prototype.createConnection = patched as unknown as CreateConnection;
  return () => {
    // Somebody may have patched over this patch since: theirs stays, and finds the original behind it.
    if (prototype.createConnection === (patched as unknown as CreateConnection))
      prototype.createConnection = original;
  };
}

function authorityOf(target: Target, scheme: "http" | "https"): string {
  const { host = "" } = target;
  const standard = scheme === "http" ? 80 : 443;
  const port = Number(target.port ?? standard);
  const name = host.includes(":") ? `[${host}]` : host;
  return port === standard ? name : `${name}:${port}`;
}

import { MeshError } from "@dualmesh/core";
import type { AdminClient, EndpointAddress } from "@dualmesh/dataplane";
import { parseSidecarAddress } from "./sidecar-address.ts";

/** What a sidecar told of itself. */
export interface SidecarInfo {
  /** `dualmesh`, or `envoy` for anything that speaks Envoy's admin interface. */
  readonly kind: "dualmesh" | "envoy";
  readonly version: string;
  /** Its listeners by name. */
  readonly listeners: ReadonlyMap<string, EndpointAddress>;
  /** Where it serves its configuration by ADS, if it does. */
  readonly ads: EndpointAddress | undefined;
  /** What its requests to the application carry, so that the application's own chain lets them pass. */
  readonly hopToken: string | undefined;
}

const TIMEOUT_MS = 500;

/**
 * Asks who answers at an address, by Envoy's admin interface: `/server_info` must name the node, `/listeners` says where
 * to send calls. A stranger on the port does not know the node's id.
 *
 * @throws {MeshError} `FAILED_PRECONDITION` when it is a stranger, or is not ready.
 */
export async function handshake(client: AdminClient, nodeId: string): Promise<SidecarInfo> {
  const [info, listeners] = [
    await client.send("GET", "/server_info", { timeoutMs: TIMEOUT_MS }),
    await client.send("GET", "/listeners?format=json", { timeoutMs: TIMEOUT_MS }),
  ];
  const server = asObject(info.status, info.text, "/server_info");
  const node = asRecord(server["node"]);
  if (node["id"] !== nodeId) {
    throw new MeshError(
      "FAILED_PRECONDITION",
      `sidecar: expected the one of node "${nodeId}", its node is ${JSON.stringify(node["id"])}`,
    );
  }
  if (server["state"] !== "LIVE") {
    throw new MeshError(
      "FAILED_PRECONDITION",
      `sidecar: it is not live but ${JSON.stringify(server["state"])}`,
    );
  }
  const own = asRecord(server["dualmesh"]);
  return {
    kind: "dualmesh" in server ? "dualmesh" : "envoy",
    version: textOf(server["version"]),
    listeners: readListeners(asObject(listeners.status, listeners.text, "/listeners")),
    ads:
      typeof own["ads"] === "string"
        ? parseSidecarAddress("sidecar: its ads address", own["ads"])
        : undefined,
    hopToken: typeof own["hop_token"] === "string" ? own["hop_token"] : undefined,
  };
}

function readListeners(answer: Readonly<Record<string, unknown>>): ReadonlyMap<string, EndpointAddress> {
  const found = new Map<string, EndpointAddress>();
  const statuses = answer["listener_statuses"];
  if (!Array.isArray(statuses)) return found;
  for (const status of statuses.map(asRecord)) {
    const local = asRecord(status["local_address"]);
    const socket = asRecord(local["socket_address"]);
    const pipe = asRecord(local["pipe"]);
    const name = textOf(status["name"]);
    if (typeof pipe["path"] === "string") found.set(name, { kind: "pipe", path: pipe["path"] });
    else if (typeof socket["port_value"] === "number") {
      const host = textOf(socket["address"]);
      // A listener on all interfaces is reached over loopback.
      const reachable = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
      found.set(name, { kind: "tcp", host: reachable, port: socket["port_value"] });
    }
  }
  return found;
}

function asObject(status: number, text: string, path: string): Readonly<Record<string, unknown>> {
  if (status !== 200) throw new MeshError("FAILED_PRECONDITION", `sidecar: ${path} answered ${status}`);
  try {
    return asRecord(JSON.parse(text));
  } catch (error) {
    throw new MeshError("FAILED_PRECONDITION", `sidecar: ${path} answered no JSON`, { cause: error });
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
